"""The mock under fire: `python -m tests.mock.fire [--count 100000] [--seed 1] [--only NUMBER]`.

Exit code 1 when something was found. Each finding says how to repeat it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))

from fire_support.gunner import WATCHDOG, fire
from fire_support.target import target


def main() -> int:
    """Print the result and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mock.fire")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one shot, to repeat it")
    parser.add_argument("--watchdog", type=float, default=WATCHDOG, help="seconds that a shot may take")
    given = parser.parse_args()
    sys.stdout.write(f"seed {given.seed}\n")
    sys.stdout.flush()
    numbers = range(given.count) if given.only is None else range(given.only, given.only + 1)
    begun = time.monotonic()
    with target() as mock:
        report = asyncio.run(fire(mock, given.seed, numbers, watchdog=given.watchdog))
        lines = [
            *(f"{times:8d}  {name}" for name, times in sorted(report.kinds.items())),
            *(f"{times:8d}  status {status}" for status, times in sorted(report.statuses.items())),
            *(f"{times:8d}  {name}: closed without a response" for name, times in report.silent.items()),
            "memory in MiB: " + ", ".join(f"{each:.0f}" for each in report.memory),
            *(f"FINDING {finding}" for finding in report.findings),
            f"{len(numbers)} shots, {len(report.findings)} findings, {time.monotonic() - begun:.0f} s,"
            f" CPU of the mock {mock.cpu():.0f} s",
        ]
    sys.stdout.write("\n".join([*lines, ""]))
    return 1 if report.findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
