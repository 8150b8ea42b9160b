"""Iterates over a million made-up trackings and shows that memory does not grow.

    python tests/deep/million_trackings.py [--count 1000000] [--version 2026-07] [--changes] [--to FORMAT]

Exits with 1 if the process grew by more than 16 MiB between the first tenth and the end. `--changes` reads
with `client.trackings.changes` and a state in SQLite instead of `list`. `--to` also writes what was read:
`arrow` is a stream of record batches, the others are files.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from aftership_tracking.export import open_writer, to_arrow
from aftership_tracking.runtime import registry
from reading_support.feed import Feed

ALLOWED = 16.0
FORMATS = ("arrow", "csv", "ndjson", "parquet", "xlsx")


def mebibytes() -> float:
    """Return the largest size that this process had."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 * 1024 if sys.platform == "darwin" else 1024)


def use(trackings: Iterator[Any], model: Any, to: str | None, folder: Path) -> None:
    """Read all of them, and write them."""
    if to == "arrow":
        for _ in to_arrow(trackings, model):
            pass
    elif to is not None:
        with open_writer(folder / f"trackings.{to}", model) as writer:
            writer.write_all(trackings)
    else:
        for _ in trackings:
            pass


def main() -> int:
    """Read, count, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--version", default="2026-07", choices=registry.versions())
    parser.add_argument("--changes", action="store_true")
    parser.add_argument("--to", choices=FORMATS)
    given = parser.parse_args()
    http = httpx.Client(transport=Feed(given.count))
    client = registry.package(given.version).AfterShip("k", http_client=http, limiter=None)
    with tempfile.TemporaryDirectory() as folder:
        if given.changes:
            trackings = client.trackings.changes(state=Path(folder) / "state.sqlite")
        else:
            trackings = client.trackings.list(limit=200)
        begun, seen, early = time.perf_counter(), 0, 0.0

        def counted() -> Iterator[Any]:
            nonlocal seen, early
            for tracking in trackings:
                seen += 1
                if seen == given.count // 10:
                    early = mebibytes()
                yield tracking

        use(counted(), registry.package(given.version).Tracking, given.to, Path(folder))
    grown = mebibytes() - early
    seconds = time.perf_counter() - begun
    sys.stdout.write(
        f"{seen} trackings of {given.version} in {seconds:.0f} s, {early:.1f} MiB after a tenth, "
        f"{grown:.1f} MiB more at the end\n"
    )
    return 0 if seen == given.count and grown <= ALLOWED else 1


if __name__ == "__main__":
    raise SystemExit(main())
