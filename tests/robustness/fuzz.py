"""Mutates responses of the mock and decodes them.

    python -m tests.robustness.fuzz [--count 100000] [--seed 1]

Exit code 1 when a mutant raises an error that it must not raise. `tests/robustness/test_fuzz.py` is the short
form.
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
"""Mutants of one share of the work. Each share has its own seed, derived from the given one."""


def run_share(number: int, count: int, seed: int) -> Tally:
    """Do one share of the work, in a separate process."""
    return fuzz(payloads(), count, seed * 1_000_000 + number)


def main() -> int:
    """Print the result and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.robustness.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.monotonic()
    shares = [min(SHARE, given.count - start) for start in range(0, given.count, SHARE)]
    outcomes: Counter[str] = Counter()
    findings: list[str] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for tally in pool.map(run_share, range(len(shares)), shares, [given.seed] * len(shares)):
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
