"""Plays the fault matrix, then the named faults of the mock, and prints both as tables.

    python -m tests.faults [WORD ...]

With words: only the faults whose name contains one of them. Exit code 1 when a promise is broken.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from aftership_tracking import documents
from fault_support import profiles
from fault_support.matrix import CASES, format_row, heading, rows
from version_sample import sample


def print_now(line: str) -> None:
    """Print at once, because a row may take a second."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """Print the table; return the exit code."""
    cases = [case for case in CASES if not words or any(word in case.name for word in words)]
    begun = time.monotonic()
    broken = 0
    print_now(heading())
    for row in rows(cases):
        line = format_row(row)
        broken += line.startswith("FAIL")
        print_now(line)
    print_now(f"\n{profiles.heading()}")
    for played in profiles.plays(sample(documents.versions())):
        if not words or any(word in played.profile for word in words):
            print_now(profiles.format_played(played))
            broken += bool(played.complaint)
    seconds = time.monotonic() - begun
    print_now(
        f"\n{len(cases)} faults and the profiles of the mock, sync and async, {broken} broken promises,"
        f" {seconds:.0f} s"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
