"""Each example is copied out of the repository first, as readers do, and runs there by its one command."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs_support.pages import ROOT
from patience import PATIENCE

EXAMPLES = ROOT / "examples"


@dataclass
class Ended:
    """A program that ended, and all that it printed."""

    code: int
    printed: str


class Running:
    """A program in a group of its own, as in a terminal. What it prints is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: list[str] = []

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read on until a line fits."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"no line with {pattern}:\n{''.join(self._lines)}")

    def interrupt(self) -> None:
        """Ctrl-C, which reaches every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> Ended:
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return Ended(self.process.returncode, "".join([*self._lines, rest]))


class Example:
    """A copy of an example. It runs in the folder around it, as `python -m NAME`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []
        shutil.copytree(
            EXAMPLES / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "build", "node_modules"),
        )

    def start(self, *arguments: str, **environment: str) -> Running:
        process = subprocess.Popen(
            [sys.executable, "-m", self.name, *arguments],
            cwd=self.folder,
            env=clean_environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return Running(process)

    def run(self, *arguments: str, **environment: str) -> Ended:
        return self.start(*arguments, **environment).end()

    @property
    def shown(self) -> str:
        """What its README says that the command prints; `...` is anything."""
        return shown_in_readme(self.name)


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without settings of a client, with modules compiled once."""
    names = ("AFTERSHIP_", "FLEET_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    return {**plain, "PYTHONUNBUFFERED": "1", **more}


def shown_in_readme(name: str) -> str:
    text = (EXAMPLES / name / "README.md").read_text("utf-8")
    [shown] = re.findall(rf"^\$ python -m examples\.{name}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return shown


def assert_shows(shown: str, printed: str) -> None:
    """What a page shows is what was printed, except for `...`."""
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert shown.count("\n") > 1
    assert doctest.OutputChecker().check_output(shown, printed, flags), printed


@pytest.fixture
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Example]:
    """The example that the module is named after."""
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    found = Example(name, tmp_path)
    yield found
    for process in found.started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
