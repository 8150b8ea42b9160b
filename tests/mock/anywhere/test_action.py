"""The action for GitHub: its steps run here as a runner would run them, with the extra `mock` alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from anywhere_support import ROOT, Action
from patience import PATIENCE, wait_until

DEFINITION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def test_the_definition_is_complete() -> None:
    assert DEFINITION["runs"]["using"] == "composite"
    assert {"name", "description"} <= DEFINITION.keys()
    assert all(each["description"] for part in ("inputs", "outputs") for each in DEFINITION[part].values())
    written = set(re.findall(r'echo "(\w+)=', DEFINITION["runs"]["steps"][-1]["run"]))
    assert set(DEFINITION["outputs"]) | {"AFTERSHIP_BASE_URL", "AFTERSHIP_API_KEY"} == written


PAGE = (ROOT / "docs" / "mock-anywhere.md").read_text("utf-8")


def shown_on(page: str) -> tuple[dict[str, str], list[str], set[str], set[str]]:
    """What the page says: inputs with their defaults, outputs; and those that its sample uses."""
    tables = {
        head: re.findall(r"^\| `([^`]+)` \| (.*?) \|", rows, re.MULTILINE)
        for head, rows in re.findall(r"^\| (input|output) \|.*\n\| ---.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    }
    defaults = {name: "" if cell == "none" else cell.strip("`") for name, cell in tables["input"]}
    sample = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    [step] = [each for each in sample["steps"] if "aftership-tracking-client" in each.get("uses", "")]
    used = set(re.findall(rf"steps\.{step['id']}\.outputs\.([\w-]+)", page))
    return defaults, [name for name, _ in tables["output"]], set(step["with"]), used


def defined_by(definition: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    return (
        {name: each["default"] for name, each in definition["inputs"].items()},
        list(definition["outputs"]),
    )


def test_the_page_says_what_the_definition_has() -> None:
    inputs, outputs, given, used = shown_on(PAGE)
    assert (inputs, outputs) == defined_by(DEFINITION)
    assert given
    assert given <= inputs.keys()
    assert used
    assert used <= set(outputs)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| `port` | `0` |", "| `port` | `4010` |"),
        ("| `options` |", "| `option` |"),
        ("| `pid` |", "| `process` |"),
    ],
)
def test_a_page_that_says_something_else_is_found(old: str, new: str) -> None:
    assert old in PAGE
    assert shown_on(PAGE.replace(old, new))[:2] != defined_by(DEFINITION)


@pytest.mark.rehearsal
def test_the_steps(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One test, because two workers would install twice."""
    action = Action(tmp_path, {"options": "--key qa-key --speed 60", "api-key": "qa-key"})
    action.run()
    process = int(action.written("GITHUB_OUTPUT")["pid"])
    try:
        later_steps_find_the_mock(action)
        the_extra_mock_alone_is_enough(action)
    finally:
        os.kill(process, signal.SIGKILL)
    a_mock_that_does_not_start_fails_the_step(action, capfd)


def later_steps_find_the_mock(started: Action) -> None:
    environment, output = started.written("GITHUB_ENV"), started.written("GITHUB_OUTPUT")
    url = environment["AFTERSHIP_BASE_URL"]
    assert url == output["url"]
    for key, status in ((environment["AFTERSHIP_API_KEY"], 200), ("other", 401)):
        response = httpx.get(
            f"{url}/tracking/2026-07/trackings", headers={"as-api-key": key}, timeout=PATIENCE
        )
        assert response.status_code == status
    log = Path(output["log"])
    wait_until(lambda: "401 GET" in log.read_text("utf-8"), "the hint is in the log")


def the_extra_mock_alone_is_enough(started: Action) -> None:
    """The environment of the action has no library for command lines."""
    python = str(started.folder / "aftership-mock" / "bin" / "python")
    done = subprocess.run([python, "-c", "import typer"], capture_output=True, check=False, timeout=PATIENCE)
    assert b"No module named 'typer'" in done.stderr
    shown = subprocess.run(
        [python, "-m", "aftership_tracking.mock", "--help"], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "--ready-file" in shown.stdout


def a_mock_that_does_not_start_fails_the_step(started: Action, capfd: pytest.CaptureFixture[str]) -> None:
    again = Action(started.folder, {"options": "--host 0.0.0.0"})
    again.definition["runs"]["steps"] = again.definition["runs"]["steps"][-1:]
    (started.folder / "aftership-mock" / "ready.json").unlink()
    with pytest.raises(AssertionError, match="nohup"):
        again.run()
    assert "others can reach 0.0.0.0" in capfd.readouterr().err
