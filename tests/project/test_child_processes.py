"""What tests start hears Ctrl-C and writes no colours, however the run itself was started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
IN_A_CHILD = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
CONFTEST = f"""
import runpy, subprocess, sys
sys.path.insert(0, {str(ROOT / "tests" / "support")!r})
hooks = runpy.run_path({str(ROOT / "tests" / "conftest.py")!r})
"""
IN_A_RUN = f"""{CONFTEST}
subprocess.run([sys.executable, "-c", {IN_A_CHILD!r}], check=True)
"""
# Any program that writes colours: here one of Python, in a process that a run starts.
COLOURED = "from rich.console import Console; Console(width=20).print('[red]word[/red]')"
IN_A_COLOURED_RUN = f"""{CONFTEST}
hooks["pytest_sessionstart"]()
subprocess.run([sys.executable, "-c", {COLOURED!r}], check=True)
"""


def test_children_hear_ctrl_c_in_a_run_that_ignores_it() -> None:
    """As in `nohup make test &`."""
    for code, heard in ((IN_A_CHILD, "False"), (IN_A_RUN, "True")):
        done = subprocess.run(
            ["/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        assert done.stdout.strip() == heard


def test_children_write_no_colours_in_a_run_that_does() -> None:
    """As in CI, where what tests read would have other bytes than at a desk."""
    for code, is_coloured in ((COLOURED, True), (IN_A_COLOURED_RUN, False)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "FORCE_COLOR": "1"},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        assert ("\x1b[" in done.stdout) is is_coloured
        assert "word" in done.stdout
