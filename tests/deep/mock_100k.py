"""100,000 parcels in the mock, listed page by page: memory stays flat, late pages cost what early ones do.

    python -m tests.deep.mock_100k

Exit code 1 when the memory grows by more than MOST_GROWTH on the way, or a page is missing.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from aftership_tracking.mock import ManualClock, Mock, MockRequest
from aftership_tracking.mock.parcels.details import Details
from aftership_tracking.mock.parcels.journey import JourneyPlan
from aftership_tracking.mock.parcels.parcel import Parcel

COUNT = 100_000
LIST = "/tracking/2026-07/trackings?limit=200&cursor="
MOST_GROWTH = 50.0
"""In MiB, while all pages are read."""


def memory() -> float:
    """MiB that this process holds now."""
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def fill(mock: Mock) -> None:
    """Add the parcels as a create does, without the requests."""
    store = mock._store
    account, now = store.account("k"), mock.clock.now()
    with account:
        for index in range(COUNT):
            identifier, legacy_id = store.new_ids(None, None)
            number, plan = f"PARCEL{index:06d}", JourneyPlan(now)
            details, serial = Details({"title": f"Parcel {index}"}), account.new_serial()
            account.add(Parcel(identifier, legacy_id, number, "usps", now, now, plan, details, serial))


def main() -> int:
    """Print what each tenth of the pages took, and return the exit code."""
    mock = Mock(clock=ManualClock())
    before = memory()
    fill(mock)
    gc.collect()
    start = memory()
    lines = [f"{COUNT} parcels: {start - before:.0f} MiB"]
    seen: set[str] = set()
    cursor, begun, most = "", time.process_time(), start
    while True:
        data = mock.handle(MockRequest.to("GET", LIST + cursor, key="k")).json["data"]
        seen.update(tracking["id"] for tracking in data["trackings"])
        cursor = data["pagination"]["next_cursor"]
        if len(seen) % (COUNT // 10) == 0:
            most = max(most, memory())
            now = time.process_time()
            lines.append(f"{len(seen):7d} listed: {memory() - start:+.0f} MiB, {now - begun:.2f} s of CPU")
            begun = now
        if not cursor:
            break
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if len(seen) == COUNT and most - start < MOST_GROWTH else 1


if __name__ == "__main__":
    raise SystemExit(main())
