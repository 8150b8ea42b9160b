"""The code of docs/testing.md for a shell and Node runs as it stands there; its commands exist."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from aftership_tracking.cli import main
from aftership_tracking.mock import Mock
from aftership_tracking.testing.mock_on_port import MockOnPort
from docs_support.pages import ROOT
from patience import PATIENCE

PAGE = ROOT / "docs" / "testing.md"
TEXT = PAGE.read_text("utf-8")
# The commands of this environment come first.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "AFTERSHIP"))},
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
}


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**ENVIRONMENT, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_the_first_tests_have_ten_lines() -> None:
    """Without imports."""
    for language, start in (
        ("python", "def test_a_parcel_arrives"),
        ("sh", "set -eu"),
        ("js", "  const mock"),
    ):
        first = fences(language)[0].removesuffix("});\n")
        assert len(first[first.index(start) :].splitlines()) <= 10


def test_the_first_test_in_a_shell(tmp_path: Path) -> None:
    script = fences("sh")[0]
    done = run(["sh", "-c", script], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    # It can fail: two minutes are not enough for this parcel.
    for path in tmp_path.iterdir():
        path.unlink()
    assert run(["sh", "-c", script.replace('"12m"', '"2m"')], tmp_path).returncode == 1


@pytest.mark.skipif(shutil.which("node") is None and "CI" not in os.environ, reason="needs Node")
def test_the_first_test_in_node(tmp_path: Path) -> None:
    (script,) = fences("js")
    for name, text, code in (
        ("first", script, 0),
        ("too-early", script.replace('"12m"', '"2m"'), 1),
    ):
        (tmp_path / f"{name}.test.mjs").write_text(text, "utf-8")
        done = run(["node", "--test", f"{name}.test.mjs"], tmp_path)
        assert done.returncode == code, done.stdout + done.stderr


def test_what_the_mock_received_is_judged(tmp_path: Path) -> None:
    script = fences("sh")[1]
    with MockOnPort(Mock()) as served:
        url = f"{served.url}/tracking/2026-07/trackings"
        httpx.get(url, headers={"as-api-key": "k"}, timeout=PATIENCE).raise_for_status()
        done = run(["sh", "-ec", script], tmp_path, AFTERSHIP_BASE_URL=served.url)
        assert (done.returncode, done.stderr) == (0, "")
        assert "get-trackings: 1 call; 200" in done.stdout
        httpx.get(f"{url}?page=2", headers={"as-api-key": "k"}, timeout=PATIENCE)
        done = run(["sh", "-ec", script], tmp_path, AFTERSHIP_BASE_URL=served.url)
        assert done.returncode == 1
        assert "get-trackings: request query page: the operation does not know it" in done.stdout


def test_the_page_shows_all_fixtures_and_what_a_failure_says() -> None:
    from aftership_tracking.testing import fixtures

    rows = "\n".join(re.findall(r"^\| `aftership_.*$", TEXT, re.MULTILINE))
    assert set(re.findall(r"`(aftership_\w+)`", rows)) == set(fixtures.__all__)


@pytest.mark.parametrize("command", ["check-traffic", "mock"])
def test_the_options_of_the_page_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    text = capsys.readouterr().out
    assert {"--api-version", "--base-url", "--format", "--output"} <= set(re.findall(r"--[a-z-]+", text))


def test_the_json_of_a_ready_mock_is_as_the_page_about_it_says() -> None:
    page = (ROOT / "docs" / "mock-anywhere.md").read_text("utf-8")
    shown = re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    from aftership_tracking.mock.serving.start import ready

    known = ready(Mock(), "http://127.0.0.1:41893")
    value = json.loads(shown[1])
    assert value.keys() == known.keys()
    assert {**known, "pid": value["pid"], "versions": value["versions"]} == value
