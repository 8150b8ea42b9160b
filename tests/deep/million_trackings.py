"""Iterates over a million made-up trackings and shows that memory does not grow.

    python tests/deep/million_trackings.py [--count 1000000] [--version 2026-07] [--changes]

Exits with 1 if the process grew by more than 16 MiB between the first tenth and the end. `--changes` reads
with `client.trackings.changes` and a state in SQLite instead of `list`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from aftership_tracking.runtime import registry
from reading_support.feed import Feed

ALLOWED = 16.0


def mebibytes() -> float:
    """Return the largest size that this process had."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Read, count, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--version", default="2026-07", choices=registry.versions())
    parser.add_argument("--changes", action="store_true")
    given = parser.parse_args()
    http = httpx.Client(transport=Feed(given.count))
    client = registry.package(given.version).AfterShip("k", http_client=http, limiter=None)
    with tempfile.TemporaryDirectory() as folder:
        if given.changes:
            trackings = client.trackings.changes(state=Path(folder) / "state.sqlite")
        else:
            trackings = client.trackings.list(limit=200)
        begun, seen, early = time.perf_counter(), 0, 0.0
        for _ in trackings:
            seen += 1
            if seen == given.count // 10:
                early = mebibytes()
    grown = mebibytes() - early
    seconds = time.perf_counter() - begun
    sys.stdout.write(
        f"{seen} trackings of {given.version} in {seconds:.0f} s, {early:.1f} MiB after a tenth, "
        f"{grown:.1f} MiB more at the end\n"
    )
    return 0 if seen == given.count and grown <= ALLOWED else 1


if __name__ == "__main__":
    raise SystemExit(main())
