"""`python -m aftership_tracking.mock` needs the extra `mock` alone; the file that says that it is ready."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking.cli import main, mock
from aftership_tracking.mock.__main__ import main as main_alone
from aftership_tracking.mock.serving import start
from patience import PATIENCE, wait_until

# As where the extra `cli` is not installed.
WITHOUT_TYPER = (
    "import runpy, sys; sys.modules['typer'] = None; "
    "sys.argv[0] = 'mock'; runpy.run_module('aftership_tracking.mock', run_name='__main__')"
)
ALONE = [sys.executable, "-c", WITHOUT_TYPER]
COMMANDS = {"alone": ALONE, "aftership mock": [sys.executable, "-m", "aftership_tracking.cli", "mock"]}


@contextmanager
def run(command: Sequence[str], *options: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*command, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def options_of(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def test_it_serves_without_the_command_line_library() -> None:
    with run(ALONE, "--json", "--seed", "5", "--key", "k", "--courier", "dhl,my-courier") as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert (ready["ready"], ready["pid"], ready["versions"][0]) == (True, process.pid, "2024-01")
        url = f"{ready['url']}/tracking/2026-07/couriers?active=true"
        assert httpx.get(url, headers={"as-api-key": "other"}, timeout=PATIENCE).status_code == 401
        listed = httpx.get(url, headers={"as-api-key": "k"}, timeout=PATIENCE).json()["data"]["couriers"]
        assert [each["slug"] for each in listed] == ["dhl", "my-courier", "testing-courier"]
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert [line[:8] for line in process.stderr] == ["401 GET "]


def test_its_options_are_those_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main_alone(["--help"])
    alone = options_of(capsys.readouterr().out)
    with pytest.raises(SystemExit, match="0"):
        main(["mock", "--help"])
    assert len(alone) > 15
    assert alone <= options_of(capsys.readouterr().out)
    # The command names them before the extra `mock` is imported.
    assert (mock.DEFAULT_PORT, mock.TOKEN_VARIABLE) == (start.DEFAULT_PORT, start.TOKEN_VARIABLE)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--host", "0.0.0.0"], 2, "argument --host: others can reach 0.0.0.0"),
        (["--control-token", " "], 2, "argument --control-token: must not be empty"),
        (["--speed", "0"], 2, "argument --speed: must be above 0"),
        (["--speed", "inf"], 1, "The mock cannot start: the speed of a SystemClock has to be from 0.01"),
        (["--port", "70000"], 2, "argument --port: must be from 0 to 65535"),
        (["--config", "/nothing.toml"], 1, "The mock cannot start: --config /nothing.toml: "),
        (["--courier", "?"], 1, "The mock cannot start: "),
        (["--port", "0", "--ready-file", "/nothing/ready.json"], 1, "The file /nothing/ready.json cannot"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    options: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        ended: Any = main_alone(options)
    except SystemExit as error:
        ended = error.code
    message = capsys.readouterr().err
    assert (ended, words in message.splitlines()[-1]) == (code, True), message


@pytest.mark.parametrize("name", COMMANDS)
def test_the_ready_file_is_there_while_it_serves(name: str, tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    with run(COMMANDS[name], "--ready-file", str(path), "--quiet") as process:
        wait_until(path.exists, "the mock is ready")
        ready = json.loads(path.read_text("utf-8"))
        assert ready["pid"] == process.pid
        assert httpx.get(f"{ready['control']}health", timeout=PATIENCE).status_code == 200
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    assert list(tmp_path.iterdir()) == []
