"""The action for GitHub: its steps run here as a runner would run them, with the extra `mock` alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

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
