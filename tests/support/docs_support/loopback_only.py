"""The environment of commands and programs of pages: little of this machine, and nothing beyond it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

GUARD = Path(__file__).parent / "guard"
_STAYS = ("LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "TEST_SEED")


def loopback_environment(folder: Path, **variables: str) -> dict[str, str]:
    """A home of its own, `aftership` and `python` of this checkout, and the guard in every process of Python.

    What curl and others would fetch elsewhere goes to a proxy that does not exist.
    """
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    log = folder / "outside.log"
    log.touch()
    # A program may give its children another environment, so these bring the guard with them.
    guarded = f"DOCS_GUARD_LOG='{log}' PYTHONPATH='{GUARD}' exec '{sys.executable}'"
    for name, command in (("aftership", f"{guarded} -m aftership_tracking.cli"), ("python", guarded)):
        program = programs / name
        program.write_text(f'#!/bin/sh\n{command} "$@"\n')
        program.chmod(0o755)
    (folder / ".curlrc").write_text('proxy = "http://127.0.0.1:9"\nnoproxy = "127.0.0.1,localhost"\n')
    return {
        **{name: os.environ[name] for name in _STAYS if name in os.environ},
        "PATH": f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "COLUMNS": "80",
        "PYTHONPATH": str(GUARD),
        "DOCS_GUARD_LOG": str(log),
        **variables,
    }


def went_outside(folder: Path) -> list[str]:
    """The hosts that something in this environment tried to reach."""
    return (folder / "outside.log").read_text("utf-8").split()
