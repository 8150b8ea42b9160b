"""`.ci/run` with stand-ins for everything that it runs: its order, and the table of minutes at its end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from maintainer_support.projects import REPOSITORY

TOOLS = ("make", "git", "openssl", "curl", "chromium", "redis-server", "node", "npm", "python3.11")
MARK = re.compile(r"^(?:@|pytestmark = )pytest\.mark\.(\w+)$", re.MULTILINE)
ROW = re.compile(r"^(.+?) +(\d+\.\d)$", re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    shutil.copy(REPOSITORY / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        tool = tmp_path / "bin" / name
        tool.write_text('#!/bin/bash\n[ "$0 $*" != "$(command -v make) $FAILING" ]\n', "utf-8")
        tool.chmod(0o755)
    return tmp_path


def run(project: Path, failing: str = "nothing") -> tuple[int, str]:
    path = f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", str(project / ".ci" / "run")],
        env={**os.environ, "PATH": path, "FAILING": failing},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def table(printed: str) -> list[str]:
    """The names of the parts, as the table has them."""
    head, found, rows = printed.rpartition(f"{'part':42} minutes\n")
    assert found
    assert head.count("===") >= 1
    names = [name for name, _ in ROW.findall(rows)]
    assert len(names) == len(rows.splitlines())
    return names


def test_every_part_has_its_minutes_and_there_is_a_total(project: Path) -> None:
    code, printed = run(project)
    names = table(printed)
    assert code == 0
    assert names[-1] == "total"
    assert names[:-1] == re.findall(r"^=== (.*)$", printed, re.MULTILINE)
    assert {"make test", "make extras", "make reproducible", "make publish-rehearsal"} <= {*names}


def test_a_part_that_fails_is_the_last_one_and_the_table_says_so(project: Path) -> None:
    code, printed = run(project, failing="check")
    assert code != 0
    assert table(printed)[-2:] == ["make check: FAILED", "total"]
    assert "make test" not in printed


def called_targets() -> list[str]:
    return re.findall(r"^make ([\w-]+)$", (REPOSITORY / ".ci" / "run").read_text("utf-8"), re.MULTILINE)


def recipes() -> dict[str, str]:
    """What each target does."""
    makefile = (REPOSITORY / "Makefile").read_text("utf-8").replace("\\\n", "")
    return dict(re.findall(r"^([\w-]+):.*\n((?:\t.*\n)*)", makefile, re.MULTILINE))


def test_every_target_that_it_calls_exists() -> None:
    called = called_targets()
    assert len(called) > 8
    assert [name for name in called if name not in recipes()] == []


def test_what_make_test_leaves_out_is_run_by_another_target() -> None:
    left_out = re.findall(r"not (\w+)", recipes()["test"])
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    assert {*left_out} == {line.partition(":")[0] for line in declared["ini_options"]["markers"]}
    runs = [line for name in called_targets() for line in recipes()[name].splitlines() if "pytest" in line]
    marked = [
        (path.relative_to(REPOSITORY).as_posix(), mark)
        for path in sorted((REPOSITORY / "tests").rglob("test_*.py"))
        for mark in MARK.findall(path.read_text("utf-8"))
        if mark in left_out
    ]
    assert len(marked) > 15
    assert [one for one in marked if not any(is_run_by(line, *one) for line in runs)] == []


def is_run_by(line: str, name: str, mark: str) -> bool:
    """Whether a command runs the tests of a file that have a mark."""
    chosen = re.search(r"pytest.* -m (\w+)", line)
    paths = re.findall(r"tests/\S+", line)
    is_there = any(name == path or name.startswith(f"{path}/") for path in paths)
    return is_there and (not chosen or chosen[1] == mark)
