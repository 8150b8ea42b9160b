"""Tools of others as processes, as `make exports` installs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from export_support.exported import ROOT

NODE = ROOT / "node_modules" / ".bin"
OURS = Path(sys.executable).parent
FOREIGN = ROOT / ".venv-exports" / "bin"
_MOST_SECONDS = 500


def run(
    program: Path, *arguments: str | Path, folder: Path, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """The finished process, whatever its exit code. Nothing it does leaves the machine."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(NODE), str(OURS), str(FOREIGN), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "REDOCLY_TELEMETRY": "off",
        "npm_config_offline": "true",
        "NO_PROXY": "*",
    }
    return subprocess.run(
        [str(program), *map(str, arguments)],
        cwd=folder,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
        check=False,
    )


def output(done: subprocess.CompletedProcess[str]) -> str:
    """All that it printed, for messages."""
    return done.stdout + done.stderr


def succeed(program: Path, *arguments: str | Path, folder: Path, given: str = "") -> str:
    """What it printed to standard output. It has to succeed."""
    done = run(program, *arguments, folder=folder, given=given)
    assert done.returncode == 0, output(done)
    return done.stdout
