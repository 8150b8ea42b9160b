"""The tables of a lifecycle file: locations, journeys and their events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aftership_tracking.mock.parcels.cities import City
from aftership_tracking.mock.parcels.life import Life, LifeEvent
from aftership_tracking.mock.parcels.lifecycle_reader import Table
from aftership_tracking.mock.parcels.substatus import tag_of
from aftership_tracking.mock.parcels.tracking_schema import TrackingSchema

_FURTHEST_OFFSET = 14


def read_location(table: Table) -> City:
    """Read where something can happen; only the city is needed."""
    latitude, longitude = table.number("latitude"), table.number("longitude")
    if (latitude is None) != (longitude is None):
        raise table.error("latitude", "goes only together with longitude; give both or none")
    for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if value is not None and not -most <= value <= most:
            raise table.error(name, f"has to be from -{most} to {most}, not {value!r}")
    offset = table.number("utc_offset") or 0
    if not -_FURTHEST_OFFSET <= offset <= _FURTHEST_OFFSET:
        raise table.error("utc_offset", f"has to be hours from -14 to 14, not {offset!r}")
    country = table.text("country")
    if country is not None and not (len(country) == 3 and country.isascii() and country.isupper()):
        raise table.error("country", f"has to be three capital letters such as DEU, not {country!r}")
    city = City(
        name=table.text("city", is_needed=True) or "",
        state=table.text("state"),
        zip=table.text("postal_code"),
        country_iso3=country,
        country_name=table.text("country_name"),
        latitude=latitude,
        longitude=longitude,
        offset=offset,
    )
    table.refuse_others()
    return city


def read_journey(table: Table, locations: Mapping[str, City], schema: TrackingSchema) -> Life:
    """Read a journey: its events have to be in order."""
    about = table.text("about") or ""
    expected = table.duration("expected")
    fields = _read_fields(table, schema)
    events: list[LifeEvent] = []
    for row in table.rows("events", is_needed=True, title="event"):
        event = _read_event(row, locations, schema)
        if events and event.after < events[-1].after:
            raise row.error("after", "is earlier than that of the event before it; sort the events")
        is_delivered = any(_is_delivery(each) for each in events)
        if event.subtag is not None and is_delivered:
            raise row.error(
                "status",
                "nothing moves after Delivered; put it before, or leave the status out to set fields",
            )
        events.append(event)
    if not events:
        raise table.error(
            "events", 'is empty; give at least one event, such as { after = "1h", status = "InTransit" }'
        )
    table.refuse_others()
    return Life(events=tuple(events), expected=expected, fields=fields, about=about)


def _read_event(row: Table, locations: Mapping[str, City], schema: TrackingSchema) -> LifeEvent:
    after = row.duration("after", is_needed=True) or timedelta(0)
    status = row.text("status")
    subtag = None if status is None else _read_status(row, status, schema)
    location = row.one_of("location", locations, "a location of this file")
    reason = row.one_of("reason", schema.values("EventReasonCode"), "a reason of an event")
    code = row.one_of("event", schema.values("EventCode"), "the code of an event")
    because = row.one_of("revised_because", schema.values("EstimateReviseReason"), "a reason of a revision")
    expected = row.duration("expected")
    message = row.text("message")
    fields = _read_fields(row, schema)
    for name, value in (("location", location), ("message", message), ("event", code)):
        if value is not None and subtag is None:
            raise row.error(name, "belongs to a checkpoint; give a status, too")
    if reason is not None and code is None:
        raise row.error("reason", "belongs to an event; give `event`, too")
    if because is not None and expected is None:
        raise row.error("revised_because", "belongs to a new estimate; give `expected`, too")
    if subtag is None and expected is None and not fields:
        raise row.error("status", "is missing; give a status, `expected` or `fields`: else nothing happens")
    row.refuse_others()
    return LifeEvent(
        after=after,
        subtag=subtag,
        message=message,
        city=None if location is None else locations[location],
        code=code,
        reason=reason,
        expected=expected,
        revised_because=because,
        fields=fields,
    )


def _read_status(row: Table, status: str, schema: TrackingSchema) -> str:
    """Return the sub-status; a status alone is its first one."""
    known = schema.values("DeliverySubStatus")
    if status in known:
        return status
    if f"{status}_001" in known:
        return f"{status}_001"
    row.one_of("status", [*known, *dict.fromkeys(map(tag_of, known))], "a status or sub-status")
    raise AssertionError("an unknown status was refused")


def _read_fields(table: Table, schema: TrackingSchema) -> Mapping[str, Any]:
    inner = table.table("fields")
    if inner is None:
        return {}
    return {name: schema.read(inner, name, value) for name, value in inner.items()}


def _is_delivery(event: LifeEvent) -> bool:
    return event.subtag is not None and tag_of(event.subtag) == "Delivered"
