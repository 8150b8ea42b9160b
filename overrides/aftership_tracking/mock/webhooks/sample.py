"""The parcel of a test event. It is in no account."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftership_tracking.mock.details import Details
from aftership_tracking.mock.grammar import Script
from aftership_tracking.mock.journey import Plan
from aftership_tracking.mock.store import Parcel
from aftership_tracking.mock.webhooks.endpoint import UPDATE
from aftership_tracking.mock.webhooks.watch import Happening

_ID = "0123456789abcdef0123456789abcdef"


def sample(now: datetime) -> Happening:
    """A parcel that has come into transit just now."""
    now = now.replace(microsecond=0)
    script = Script(("InfoReceived_001", "InTransit_001", "Delivered_001"), timedelta(hours=6))
    start = now - 2 * script.interval
    parcel = Parcel(
        id=_ID,
        legacy_id=_ID[:24],
        tracking_number="TESTWEBHOOK0001",
        slug="testing-courier",
        created_at=start,
        changed_at=start,
        plan=Plan(start=start, script=script),
        details=Details(),
        serial=0,
    )
    return Happening(UPDATE, "", parcel, "InTransit", now, is_first_tag=True)
