"""How users call the client, for type checkers. Never run: pyright reads it against the installed wheel."""

from __future__ import annotations

from typing import assert_type

from aftership_tracking import (
    AfterShip,
    AsyncAfterShip,
    AsyncPages,
    Options,
    Page,
    Time,
    errors,
    was_sent,
)
from aftership_tracking import v2024_01 as first
from aftership_tracking.v2024_01 import DeliveryStatus, Tracking


def sync_use() -> None:
    with first.AfterShip(api_key="k", base_url="http://127.0.0.1:4010") as client:
        tracking = client.trackings.create(
            tracking_number="ZX900100200US", slug="usps", emails=["ada@example.com"]
        )
        assert_type(tracking, Tracking)
        assert_type(tracking.id, str)
        assert_type(tracking.tag, DeliveryStatus)
        assert_type(tracking.expected_delivery, Time | None)
        for checkpoint in tracking.checkpoints:
            print(checkpoint.message)
        assert_type(was_sent(tracking, "title"), bool)
        page = client.trackings.list(tag=DeliveryStatus.IN_TRANSIT, limit=50, options=Options(max_retries=0))
        assert_type(page, Page[Tracking])
        for each in page:
            assert_type(each, Tracking)
        try:
            client.couriers.detect(tracking_number="1Z999AA10123456784")
        except errors.ApiError as error:
            print(error.code, error.status)
        # What a checker must refuse; an ignore that is not needed is an error itself.
        client.trackings.create()  # pyright: ignore[reportCallIssue]
        client.trackings.get(1)  # pyright: ignore[reportArgumentType]
        client.trackings.update("id", titel="x")  # pyright: ignore[reportCallIssue]


async def async_use() -> None:
    async with first.AsyncAfterShip(api_key="k") as client:
        assert_type(await client.trackings.get("id"), Tracking)
        pages = client.trackings.list(limit=50)
        assert_type(pages, AsyncPages[Tracking])
        async for each in pages:
            assert_type(each, Tracking)


def newest_version() -> tuple[AfterShip, AsyncAfterShip]:
    return AfterShip(api_key="k"), AsyncAfterShip(api_key="k")
