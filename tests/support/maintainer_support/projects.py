"""Projects in temporary folders: a small one with its own git repository, and a copy of this one."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from generator.output.guides import BEGIN, END
from generator_support.documents import GOLDEN

REPOSITORY = Path(__file__).resolve().parents[3]
CHANGELOG = f"""\
# Changelog

## Unreleased

- Parcels can be listed.

## API versions

{BEGIN}
{END}
"""
ADDRESS = "https://git.example/parcels/client"
"""Of the repository, for projects that release something."""
PROJECT = f"""\
[project]
name = "parcels"
version = "0.1.0"

[tool.aftership-tracking-client]
repository = "{ADDRESS}"
"""
LATER = """\
overlay: 1.1.0
info:
  title: Changes of 2031-08
  version: "2031-08"
  x-released: "2031-08-14"
actions:
  - target: $.components.schemas.Base.properties
    x-change: depots-have-phones
    description: Depots have phones.
    update:
      phone: {type: string, description: Its phone., x-provenance: sdk}
"""
_COPIED = ("generator", "overrides", "generated", "spec", "tests", "docs", "examples", "skills")
_FILES = (
    ".gitignore",
    "pyproject.toml",
    "hatch_build.py",
    "constraints.txt",
    "CHANGELOG.md",
    "README.md",
    "LICENSE",
    "Makefile",
)


def small_project(root: Path) -> Path:
    """A project of one API version, as files only."""
    shutil.copytree(GOLDEN / "parcels" / "spec", root / "spec")
    (root / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    (root / "pyproject.toml").write_text(PROJECT, "utf-8")
    replace_suite(root, "pass")
    return root


def set_address(root: Path, address: str = ADDRESS) -> None:
    """Give a copy of this project another address of the repository."""
    path = root / "pyproject.toml"
    text, found = re.subn(
        r'^repository = "[^"]*"$', f'repository = "{address}"', path.read_text("utf-8"), flags=re.MULTILINE
    )
    assert found == 1
    path.write_text(text, "utf-8")


def replace_suite(root: Path, code: str) -> None:
    """Let `make test` run one line of Python instead of all tests, and `make pages` nothing."""
    line = f"{shlex.quote(sys.executable)} -B -c {shlex.quote(code)}".replace("$", "$$")
    (root / "Makefile").write_text(f"test:\n\t@{line}\n\npages:\n", "utf-8")


def add_later(root: Path) -> None:
    """Give the small project a second API version."""
    (root / "spec" / "changes").mkdir(exist_ok=True)
    (root / "spec" / "changes" / "2031-08.yaml").write_text(LATER, "utf-8")


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody, without the settings of this machine."""
    somebody = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com"}
    somebody |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com"}
    environment = {**os.environ, **somebody, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def commit(root: Path, message: str) -> None:
    """Commit everything; the first time, make the repository."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch", "main")
        if not (root / ".gitignore").exists():
            (root / ".gitignore").write_text("dist/\n__pycache__/\n", "utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)


def copy_of_this(root: Path) -> Path:
    """A copy of this repository, without what tools leave behind."""
    root.mkdir(exist_ok=True)
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
    for name in _COPIED:
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    for name in _FILES:
        shutil.copy(REPOSITORY / name, root / name)
    return root


def run_in(
    root: Path, *arguments: str, code: int | None = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run this Python in a copy, so that it finds the copy's package and generator before all others.

    `code` is the exit code that must come, or None for any.
    """
    roots = os.pathsep.join(str(root / name) for name in ("", "overrides", "generated"))
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": roots,
            "PYTHONPYCACHEPREFIX": f"{root}.pycache",
            # Empty: compiled modules are stored, for the next process.
            "PYTHONDONTWRITEBYTECODE": "",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    assert code is None or done.returncode == code, done.stdout[-3000:] + done.stderr[-3000:]
    return done
