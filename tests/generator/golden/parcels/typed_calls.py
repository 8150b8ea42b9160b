"""Calls that type checkers must accept, and calls (marked E) that they must refuse. Checked, never run."""

from __future__ import annotations

import datetime as dt
from typing import assert_type

from aftership_tracking.v2031_05 import AfterShip, AsyncAfterShip, Depot, Parcel, Size, Status
from aftership_tracking.runtime.page import AsyncPages, Page
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.models.times import Date


def right(client: AfterShip) -> None:
    assert_type(client.parcels.get("a", fields=["status"]), Parcel)
    assert_type(client.parcels.list(status=[Status.AT_END, "new"], sent_after=dt.datetime.now(dt.UTC)), Page[Parcel])
    assert_type(client.depots.list(), list[Depot])
    client.parcels.create(number="A", size=Size(width=1), sizes=[{"width": 1, "unit": "m"}, Size(width=2)], note=None)
    client.parcels.create(number="A", unit=None)
    client.parcels.get("a", fields=None, timeout=3, deadline=None, headers={"x": "y"}, query={"z": 1}, resend=True)
    assert_type(client.parcels.list(cursor=None, max_retries=0).next_page(), Page[Parcel] | None)
    parcel = client.parcels.get("a")
    if parcel.promised:
        assert_type(parcel.promised, Date)
    if parcel.odd and parcel.odd.list:
        assert_type(parcel.odd.list, list[str])


async def right_too(client: AsyncAfterShip) -> None:
    assert_type(await client.parcels.get("a"), Parcel)
    assert_type(client.parcels.list(), AsyncPages[Parcel])
    assert_type(await client.depots.list(), list[Depot])


def wrong(client: AfterShip) -> None:
    client.parcels.get()  # E: call-arg
    client.parcels.get("a", "b")  # E: call-arg
    client.parcels.get(1)  # E: arg-type
    client.parcels.get("a", field=["status"])  # E: call-arg
    client.parcels.create()  # E: call-arg
    client.parcels.create(number="A", size={"width": "1"})  # E: arg-type
    client.parcels.create(number="A", size={"widht": 1})  # E: arg-type
    client.parcels.create(number=None)  # E: arg-type
    client.parcels.get("a", timeout="3")  # E: arg-type
    client.parcels.list(cursor=UNSET)  # E: arg-type
    client.parcels.list(page="1")  # E: arg-type
    client.parcels.update_by_number("Oslo", 1)  # E: call-arg
    client.nothing  # E: attr-defined
    Size()  # E: call-arg
    Size(1)  # E: call-arg
