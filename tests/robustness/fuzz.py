"""Mutates answers of the mock and decodes them.

    python -m tests.robustness.fuzz [--count 100000] [--seed 1]

Exit code 1 when a mutant raises what it must not. `tests/robustness/test_fuzz.py` is the short form.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from fault_support.fuzzing import Tally, fuzz
from fault_support.payloads import payloads

PROCESSES = 2
SHARE = 5_000
"""Mutants of one piece of work. Each has a seed of its own, made of the given one."""


def piece(number: int, count: int, seed: int) -> Tally:
    """Do one piece of the work, in a process of its own."""
    return fuzz(payloads(), count, seed * 1_000_000 + number)


def main() -> int:
    """Print what came of it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.robustness.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.monotonic()
    shares = [min(SHARE, given.count - start) for start in range(0, given.count, SHARE)]
    outcomes: Counter[str] = Counter()
    findings: list[str] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for tally in pool.map(piece, range(len(shares)), shares, [given.seed] * len(shares)):
            outcomes += tally.outcomes
            findings += tally.findings
    seconds = time.monotonic() - begun
    lines = [
        *(f"{times:8d}  {name}" for name, times in sorted(outcomes.items())),
        *(f"FINDING {finding}" for finding in findings[:50]),
        f"{given.count} mutants, seed {given.seed}, {len(findings)} findings, {seconds:.0f} s",
    ]
    sys.stdout.write("\n".join([*lines, ""]))
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
