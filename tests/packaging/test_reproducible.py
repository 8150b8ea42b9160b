"""The sdist and the wheel are the same bytes wherever and whenever they are built: `make reproducible`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maintainer_support.projects import commit, copy_of_this


def build(root: Path, out: Path, *options: str, **variables: str) -> dict[str, bytes]:
    """Build, as `python -m build` does, and return the content of each file."""
    command = [sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", str(out), str(root)]
    environment = {**os.environ, **variables}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def under_other_circumstances(root: Path) -> Path:
    """A copy in another folder, whose files came in another order, at another time, with another umask."""
    other = root.parent / "elsewhere" / "a folder"
    other.mkdir(parents=True)
    before = os.umask(0o077)
    try:
        for path in sorted(root.rglob("*"), reverse=True):
            if path.is_file() and ".git" not in path.relative_to(root).parts:
                target = other / path.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
                target.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
                os.utime(target, (1_000_000_000, 1_000_000_000))
        commit(other, "Elsewhere")
    finally:
        os.umask(before)
    return other


@pytest.mark.rehearsal
def test_two_builds_are_byte_for_byte_the_same(tmp_path: Path) -> None:
    root = copy_of_this(tmp_path / "project")
    commit(root, "Here")
    here = build(root, tmp_path / "here", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    assert [name.rpartition(".")[2] for name in here] == ["whl", "gz"]
    other = under_other_circumstances(root)
    there = build(other, tmp_path / "there", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert here == there
    # `build` makes the wheel from the sdist; this one is made from the tree.
    wheel = build(other, tmp_path / "direct", "--wheel")
    assert wheel == {name: here[name] for name in wheel}
    # The comparison would find a date.
    assert build(other, tmp_path / "dated", "--wheel", SOURCE_DATE_EPOCH="1000000000") != wheel
