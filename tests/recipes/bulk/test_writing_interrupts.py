"""Ctrl-C during a run with threads: at whatever step it arrives, the run ends in order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).resolve().parents[2] / "support"
# How many runs are interrupted, each at another step. For more, set BULK_INTERRUPTS=500.
INTERRUPTS = int(os.environ.get("BULK_INTERRUPTS", "24"))
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AFTERSHIP_")},
    "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")]),
}

# The iterator is still there when the interpreter ends, with rows left and calls under way.
ABANDONED = """
import sys
from writing_support.interrupting import ROWS, Service, rows

service = Service()
results = service.client.trackings.create_many(rows(ROWS), journal=sys.argv[1], workers=3)
next(results)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


def test_an_interrupt_at_any_step_leaves_every_row_done_or_not_begun() -> None:
    done = run("-m", "writing_support.interrupting", str(INTERRUPTS), str(INTERRUPTS))
    assert done.returncode == 0, done.stderr[-6000:]
    assert f"of {INTERRUPTS} runs were interrupted" in done.stdout


def test_a_process_ends_although_nobody_closed_the_iterator(tmp_path: Path) -> None:
    done = run("-X", "faulthandler", "-c", ABANDONED, str(tmp_path / "run.journal"))
    assert (done.returncode, done.stderr) == (0, "")
