"""100,000 seeded parcels in the mock, listed page by page: memory stays flat, late pages cost the same.

    python -m tests.deep.mock_100k

Exit code 1 when the memory grows by more than MOST_GROWTH on the way, or a page is missing.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from aftership_tracking.mock import ManualClock, Mock, MockRequest

COUNT = 100_000
LIST = "/tracking/2026-07/trackings?limit=200&cursor="
MOST_GROWTH = 50.0
"""In MiB, while all pages are read."""


def memory() -> float:
    """MiB that this process holds now."""
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def main(count: int = COUNT) -> int:
    """Print what each tenth of the pages took, and return the exit code."""
    mock = Mock(clock=ManualClock())
    before = memory()
    mock.seed(count=count, template={"slug": "usps", "title": "Parcel {n}"}, key="k")
    gc.collect()
    start = memory()
    lines = [f"{count} parcels: {start - before:.0f} MiB"]
    seen: set[str] = set()
    cursor, begun, most = "", time.process_time(), start
    while True:
        data = mock.handle(MockRequest.to("GET", LIST + cursor, key="k")).json["data"]
        seen.update(tracking["id"] for tracking in data["trackings"])
        cursor = data["pagination"]["next_cursor"]
        if len(seen) % (count // 10) == 0:
            most = max(most, memory())
            now = time.process_time()
            lines.append(f"{len(seen):7d} listed: {memory() - start:+.0f} MiB, {now - begun:.2f} s of CPU")
            begun = now
        if not cursor:
            break
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if len(seen) == count and most - start < MOST_GROWTH else 1


if __name__ == "__main__":
    raise SystemExit(main())
