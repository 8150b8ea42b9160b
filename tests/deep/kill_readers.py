"""Kills readers of changes at random lines, many times, and checks that nothing was lost.

    python tests/deep/kill_readers.py [--rounds 50] [--seed 1]

Exits with 1 if something was lost, or if more came twice than the pages that were under way.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from reading_support.account import VERSIONS
from reading_support.killing import kill_readers


def main() -> int:
    """Kill readers with each kind of paging and each kind of state."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    good = True
    for version in VERSIONS:
        for state in ("state.json", "state.db"):
            with tempfile.TemporaryDirectory() as folder:
                found = kill_readers(version, state, given.rounds, given.seed, Path(folder))
            good &= not found.lost and found.doubled <= found.allowed
            sys.stdout.write(
                f"{version} {state:10}: killed {found.killed} of {given.rounds}, lost {len(found.lost)}, "
                f"doubled {found.doubled} (at most {found.allowed} allowed)\n"
            )
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
