"""Checks that hold for every test."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sqlite3
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from document_support.outcome import PROPERTY, Tally
from read_once import parsed_once
from version_sample import ALL, SEED

# No test may fail because the machine is slow, so hypothesis measures no time. It is loaded before any test
# module, and `settings(...)` there starts from it. What the environment decides (in CI: no random examples)
# stays.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Documents and validators stay for the whole run, so looking through all objects takes seconds and finds next
# to nothing: a quarter of a run. Tests of what is collected do it themselves.
gc.set_threshold(10_000, 20, 50)

# A run in the background (`nohup make test &`) ignores Ctrl-C, and children inherit that: those that tests
# stop with Ctrl-C would never end. A handler of Python is not inherited, so children get the default again,
# and the run itself still ignores it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A thread may not set handlers; then everything stays as it is.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, lambda *_: None)


# Variables that make programs write colours into files and pipes. CI sets some of them.
FORCES_COLOURS = (
    *("CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "MYPY_FORCE_COLOR"),
    *("PYTHON_COLORS", "PY_COLORS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"),
)


def pytest_sessionstart() -> None:
    """What tests read of the programs that they start has no colours; the run itself keeps its own."""
    for name in FORCES_COLOURS:
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def documents_parsed_once() -> Iterator[None]:
    with parsed_once():
        yield


@pytest.fixture
def small_heap() -> Iterator[None]:
    """A full collection looks through what the test makes, not through what all tests before it left."""
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_report_header() -> str:
    return "versions: all" if ALL else f"versions: all, and three where TEST_SEED={SEED} chooses"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of the documents that were made up, whoever of the workers tried them."""
    tally = Tally()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, counts in getattr(report, "user_properties", ()):
                if name == PROPERTY:
                    tally.merge(counts)
    if tally.total:
        terminalreporter.section("documents made up from constructs of OpenAPI")
        for line in tally.lines():
            terminalreporter.line(line)


class WatchedConnection(sqlite3.Connection):
    """A connection that gives a ResourceWarning when nobody closed it.

    Python 3.13 does this by itself. Files, sockets, subprocesses and event loops do it in every version.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._is_open = False
        super().__init__(*args, **options)
        self._is_open = True

    def close(self) -> None:
        super().close()
        self._is_open = False

    def __del__(self) -> None:
        if self._is_open:
            warnings.warn(f"unclosed database in {self!r}", ResourceWarning, source=self, stacklevel=2)


def connect(*args: Any, **options: Any) -> sqlite3.Connection:
    return _connect(*args, **{"factory": WatchedConnection, **options})


_connect = sqlite3.connect
if sys.version_info < (3, 13):
    sqlite3.connect = connect
