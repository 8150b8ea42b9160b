"""Rows of a bulk run, and their outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aftership_tracking.mock import MockRequest
from aftership_tracking.recipes.bulk import RowResult
from writing_support.callers import Caller
from writing_support.wire import Wire


def number(index: int) -> str:
    return f"PARCEL{index:04}"


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [{"tracking_number": number(index), "slug": "usps"} for index in range(start, start + count)]


def stored_numbers(wire: Wire) -> list[str]:
    """Return the tracking numbers that the mock has, sorted."""
    found: list[str] = []
    query = "limit=200"
    while True:
        data = wire.mock.handle(
            MockRequest.to("GET", f"/tracking/2026-07/trackings?{query}", key="test-key")
        ).json["data"]
        found += [each["tracking_number"] for each in data["trackings"]]
        if not data["pagination"]["has_next_page"]:
            return sorted(found)
        query = f"limit=200&cursor={data['pagination']['next_cursor']}"


def by_index(outcomes: list[RowResult[Any]]) -> dict[int, RowResult[Any]]:
    found = {outcome.index: outcome for outcome in outcomes}
    assert len(found) == len(outcomes)
    return found


def drain(caller: Caller, name: str, given: Any, take: Callable[[Any], object], **named: Any) -> None:
    """Iterate and pass each outcome to `take`, also those before an error."""
    found = getattr(caller.client.trackings, name)(given, **named)
    if caller.variant == "sync":
        for outcome in found:
            take(outcome)
        return

    async def each() -> None:
        async for outcome in found:
            take(outcome)

    asyncio.run(each())
