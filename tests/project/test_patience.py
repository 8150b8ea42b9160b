"""No test fails because the machine is slow, and a test that hangs is a failure with a name."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if "golden" not in path.parts)

# Calls that wait for something else, and raise or give up when it does not come in time.
WAITS = {
    "Barrier",
    "HTTPConnection",
    "check_call",
    "check_output",
    "communicate",
    "create_connection",
    "join",
    "run",
    "urlopen",
    "wait",
    "wait_for",
}
# A request, or a client for some. Without a timeout it waits 5 s: the default of httpx.
REQUESTS = {
    *("AsyncClient", "Client", "delete", "get", "head"),
    *("options", "patch", "post", "put", "request", "stream"),
}
SHORTEST = 60.0
CLOCKS = {"monotonic", "perf_counter", "process_time", "time", "monotonic_ns", "perf_counter_ns", "time_ns"}

# What may look like it: (file, text of the line). These wait on purpose, and nothing is expected to come.
CASES = "tests/support/fault_support/cases_connection.py"
SHORT_WAITS = {
    ("tests/robustness/test_isolation.py", "talk.wait(0.05)"),
    (CASES, "talk.wait(1.0)"),
    ("tests/support/fault_support/responses.py", "talk.wait(0.05)"),
    # The client sends byte after byte, and reads in between.
    (
        "tests/webhooks/cli/test_hostile_input.py",
        "with serving() as address, socket.create_connection(address, timeout=0.05) as client:",
    ),
}
COMPARED_CLOCKS = {
    ("tests/support/patience.py", "if time.monotonic() > end:"),
    # It measures how much the machine stalls a process, and says so beside the result.
    ("tests/support/fleet_support/worker.py", "while (before := time.time()) < end:"),
}


@cache
def parsed(path: Path) -> tuple[ast.AST, list[str]]:
    text = path.read_text("utf-8")
    return ast.parse(text), text.splitlines()


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def deadlines(tree: ast.AST) -> Iterator[int]:
    """Lines that give hypothesis a deadline."""
    settings = {"register_profile"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "hypothesis":
            settings |= {each.asname or each.name for each in node.names if each.name == "settings"}
    for name, call in calls(tree):
        for keyword in call.keywords:
            if name in settings and keyword.arg == "deadline" and not is_none(keyword.value):
                yield call.lineno


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def short_waits(tree: ast.AST) -> Iterator[int]:
    """Lines that wait less than a minute for something that has to come."""
    for name, call in calls(tree):
        # Waiting is a method, of a process, a thread or an event; a function of that name is a test's own.
        if name not in WAITS or (isinstance(call.func, ast.Name) and call.func.id.islower()):
            continue
        given = [keyword.value for keyword in call.keywords if keyword.arg == "timeout"]
        # `wait(10)`, `join(10)`, `wait_for(work, 10)`; a string is not a time: `", ".join(...)`.
        given += call.args[-1:] if name in ("wait", "join", "wait_for") else []
        if any(is_short(value) for value in given):
            yield call.lineno


def impatient_requests(tree: ast.AST) -> Iterator[int]:
    """Lines where httpx waits for less than a minute, by its default too. A transport never waits."""
    for name, call in calls(tree):
        function = call.func
        if (
            name in REQUESTS
            and isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id == "httpx"
        ):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            patience = given.get("timeout")
            is_impatient = "transport" not in given if patience is None else is_short(patience)
            if is_impatient:
                yield call.lineno


def is_short(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value < SHORTEST


def compared_clocks(tree: ast.AST) -> Iterator[int]:
    """Lines that compare the time of the machine with something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(reads_a_clock(call) for _, call in calls(node)):
            yield node.lineno


def reads_a_clock(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "time"
        and function.attr in CLOCKS
    )


FINDERS = {
    deadlines: (frozenset(), "hypothesis measures no time: leave out `deadline`"),
    short_waits: (SHORT_WAITS, "wait with `PATIENCE` or `wait_until` of tests/support/patience.py"),
    impatient_requests: (frozenset(), "give httpx `timeout=PATIENCE` of tests/support/patience.py"),
    compared_clocks: (COMPARED_CLOCKS, "wait with `wait_until`, or count steps instead of seconds"),
}


@pytest.mark.parametrize("find", FINDERS, ids=lambda find: find.__name__)
def test_no_test_depends_on_the_speed_of_the_machine(find) -> None:
    allowed, advice = FINDERS[find]
    found, used = [], set()
    for path in TESTS:
        tree, lines = parsed(path)
        for line in find(tree):
            location = (path.relative_to(ROOT).as_posix(), lines[line - 1].strip())
            used.add(location)
            if location not in allowed:
                found.append(f"{location[0]}:{line}: {location[1]}  ({advice})")
    assert found == []
    assert allowed - used == set(), "no longer needed"


PLANTED_TEXT = """
from hypothesis import settings as size
import time
@size(max_examples=3, deadline=200)
def test_a(): ...
def test_b():
    process.wait(10)
    subprocess.run(command, timeout=20)
    ", ".join(names)
    assert time.monotonic() - begun < 1.5
    httpx.get(url, headers=headers)
    httpx.Client(timeout=5)
    httpx.Client(timeout=PATIENCE)
    httpx.Client(transport=transport)
"""


def test_what_is_planted_is_found() -> None:
    tree = ast.parse(PLANTED_TEXT)
    assert [list(find(tree)) for find in FINDERS] == [[4], [7, 8], [11, 12], [10]]


def test_hypothesis_measures_no_time() -> None:
    assert hypothesis.settings().deadline is None
    assert hypothesis.HealthCheck.too_slow in hypothesis.settings().suppress_health_check


PLANTED_HANGS = """
import signal, threading

def test_hangs():
    threading.Event().wait()

def test_hangs_and_hears_no_signal():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    threading.Event().wait()

def test_passes(): ...
"""


def test_a_hang_is_a_failure_with_a_name(tmp_path: Path) -> None:
    """As in `make test`, in a worker of pytest-xdist and with the settings of this project, but sooner."""
    planted = tmp_path / "test_planted.py"
    planted.write_text(PLANTED_HANGS, "utf-8")
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    options += ["-n", "1", "-q", "-o", "timeout=1", "-o", "faulthandler_timeout=5"]
    # The other plugins take seconds to load, in each of the processes.
    options += ["-p", "xdist", "-p", "pytest_timeout"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(planted)],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED test_planted.py::test_hangs - Failed: Timeout (>1.0s)" in done.stdout
    assert "FAILED test_planted.py::test_hangs_and_hears_no_signal - worker" in done.stdout
    assert "1 passed" in done.stdout
    # The stacks say where.
    assert "threading.Event().wait()" in done.stdout
    assert "test_planted.py" in done.stderr
