"""A program that writes many rows with a journal, and is killed while it does. It prints its outcomes."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from typing import Any

NUMBERS = "PARCEL{:04}"


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield the rows when they are needed."""
    for index in range(count):
        yield {"tracking_number": NUMBERS.format(index), "slug": "usps", "note": "new"}


def main(url: str, journal: str, variant: str, method: str, count: str) -> None:
    from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip

    # A test run in the background ignores Ctrl-C, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    settings: dict[str, Any] = {"api_key": "test-key", "base_url": url, "limiter": None}
    outcomes: list[Any] = []
    if variant == "sync":
        with AfterShip(**settings) as client:
            outcomes += getattr(client.trackings, method)(rows(int(count)), journal=journal, workers=4)
    else:

        async def run() -> None:
            async with AsyncAfterShip(**settings) as client:
                found = getattr(client.trackings, method)(rows(int(count)), journal=journal, workers=4)
                async for outcome in found:
                    outcomes.append(outcome)

        asyncio.run(run())
    reported = [[each.index, each.outcome, each.after_lost_response, each.recorded] for each in outcomes]
    sys.stdout.write(json.dumps(reported))


if __name__ == "__main__":
    main(*sys.argv[1:])
