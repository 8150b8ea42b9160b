"""Every process collects the same tests. pytest-xdist stops the whole run when two workers disagree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Two processes that differ in what differs between two workers: hash seed, clock, time zone.
WORLDS = [
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "CLOCK_SHIFT": "0"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Pago_Pago", "CLOCK_SHIFT": "100000"},
]
COLLECT = """
import os, sys, time
clock, shift = time.time, float(os.environ["CLOCK_SHIFT"])
time.time = lambda: clock() + shift
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "--assert=plain", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""
# Ids that do differ, to show that the comparison sees them.
PLANTED = """
import gzip
import pytest

@pytest.mark.parametrize("body", [gzip.compress(b"a")])
def test_the_id_holds_the_time(body): ...

@pytest.mark.parametrize("name", {"one", "two", "three", "four", "five", "six"})
def test_the_order_follows_the_hash_seed(name): ...
"""


def collect(world: dict[str, str], *paths: str) -> list[str]:
    """Return the ids that a process of this world collects, in its order."""
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, *paths],
        cwd=ROOT,
        env={**os.environ, **world},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return [line for line in done.stdout.splitlines() if "::" in line]


def ids_here(session: pytest.Session) -> list[str]:
    """What this process collected, if that is the whole of `tests`: then one more process is enough."""
    chosen = session.config.option
    is_whole = session.config.args == ["tests"] and not chosen.keyword and not chosen.deselect
    return [item.nodeid for item in session.items] if is_whole else []


def test_two_processes_collect_the_same_tests(request: pytest.FixtureRequest) -> None:
    marks = ["-m", str(request.config.option.markexpr)]
    first = ids_here(request.session) or collect(WORLDS[0], "tests", *marks)
    second = collect(WORLDS[1], "tests", *marks)
    assert len(first) > 1000
    assert sorted(set(first) ^ set(second)) == []
    assert first == second


def test_ids_that_differ_are_seen(tmp_path: Path) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text(PLANTED, "utf-8")
    first, second = (collect(world, str(planted)) for world in WORLDS)
    assert len(first) == len(second) == 7
    assert first[0] != second[0]
    assert first[1:] != second[1:]
    assert sorted(first[1:]) == sorted(second[1:])
