"""Which fields of a tracking a lifecycle file may set, and with which values: as the document says."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.documents.conversion import CODE_VERSION
from aftership_tracking.mock.documents.served_versions import DocumentSource
from aftership_tracking.mock.parcels.life import RelativeDay
from aftership_tracking.mock.parcels.lifecycle_reader import Table, nearest

# What the mock computes from the events, or the caller chooses.
COMPUTED = {
    "courier_estimated_delivery_date": "write `expected` instead",
    "checkpoints": "write `events` instead",
    "tag": "write the `status` of an event instead",
    "subtag": "write the `status` of an event instead",
    "subtag_message": "write the `message` of an event instead",
    "return_to_sender": "it follows from Exception_010 and Exception_011",
    **dict.fromkeys(("id", "legacy_id", "tracking_number", "slug"), "it belongs to the parcel"),
    **dict.fromkeys(
        (
            "active",
            "created_at",
            "failed_delivery_attempts",
            "first_attempted_at",
            "on_time_difference",
            "on_time_status",
            "shipment_delivery_date",
            "shipment_pickup_date",
            "tracked_count",
            "transit_time",
            "updated_at",
        ),
        "it follows from the events",
    ),
}
_DAY = re.compile(r"(?a)day \+(\d{1,3})")
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str, dt.date), "a string"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "array": ((list,), "a list"),
    "object": ((dict,), "a table"),
}


class TrackingSchema:
    """Reads values of fields by the document of the version of the mock's code."""

    def __init__(self, source: DocumentSource) -> None:
        self._schemas: Mapping[str, Any] = source.document(CODE_VERSION)["components"]["schemas"]

    def values(self, name: str) -> list[str]:
        """The known values of an enum."""
        return list(self._schemas[name]["x-open-enum"])

    def read(self, table: Table, name: str, value: Any) -> Any:
        """Return the value of a field as JSON. Raises LifecycleError: a tracking cannot have it."""
        fields = self._schemas["Tracking"]["properties"]
        if name in COMPUTED:
            raise table.error(name, f"cannot be set: {COMPUTED[name]}")
        if name not in fields:
            near = nearest(name, [each for each in fields if each not in COMPUTED])
            raise table.error(name, f"is not a field of a tracking{near}")
        return self._read(table, name, fields[name], value)

    def _read(self, table: Table, location: str, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._resolve(schema)
        types = schema.get("type", [])
        names = [each for each in ([types] if isinstance(types, str) else types) if each != "null"]
        kinds = [_KINDS[each] for each in names]
        is_boolean = isinstance(value, bool)
        if kinds and not any(
            isinstance(value, accepted) and (not is_boolean or bool in accepted) for accepted, _ in kinds
        ):
            raise table.error(location, f"has to be {' or '.join(what for _, what in kinds)}, not {value!r}")
        if isinstance(value, dict):
            return {
                name: self._read_property(table, location, schema, name, part) for name, part in value.items()
            }
        if isinstance(value, list):
            items = schema.get("items", {})
            return [
                self._read(table, f"{location} {index}", items, part) for index, part in enumerate(value, 1)
            ]
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, float) and not math.isfinite(value):
            raise table.error(location, f"has to be a number that JSON has, not {value!r}")
        known = schema.get("x-open-enum")
        if known and str(value) not in known:
            raise table.error(location, f"{value!r} is not a known value{nearest(str(value), known)}")
        if "x-time" in schema and isinstance(value, str):
            return _read_time(table, location, value)
        return value

    def _read_property(
        self, table: Table, location: str, schema: Mapping[str, Any], name: str, value: Any
    ) -> Any:
        properties = schema.get("properties", {})
        if name in properties:
            return self._read(table, f"{location}.{name}", properties[name], value)
        others = schema.get("additionalProperties", not properties)
        if others is False or (others is True and properties) or "properties" in schema:
            raise table.error(f"{location}.{name}", f"is not known there{nearest(name, properties)}")
        return self._read(table, f"{location}.{name}", others if isinstance(others, dict) else {}, value)

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a schema refers to; of a choice, what is not null."""
        for branch in schema.get("anyOf", ()):
            if branch.get("type") != "null":
                schema = branch
        reference: str = schema.get("$ref", "")
        return self._resolve(self._schemas[reference.rpartition("/")[2]]) if reference else schema


def _read_time(table: Table, location: str, value: str) -> Any:
    match = _DAY.fullmatch(value)
    if match is not None:
        return RelativeDay(int(match[1]))
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        raise table.error(
            location,
            f'{value!r} is not a date; write "2026-07-01", or "day +3" for three days after the start',
        ) from None
    return value
