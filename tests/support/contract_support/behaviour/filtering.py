"""Each filter of the list returns exactly the trackings that match, and its bounds hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftership_tracking.migration.steps import parameter_name, versions
from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application
from contract_support.calls.seeding import DESTINATION, ORIGIN, first_known, seed_trackings
from contract_support.document.fitting import plain_values
from contract_support.document.operations import (
    Operation,
    operation_named,
    operations,
    properties_of,
    resolve,
)

LIST = "get-trackings"
# A filter of the list, and the names of the field that it compares with the value.
EQUAL_FILTERS: Mapping[str, tuple[str, ...]] = {
    "tracking_numbers": ("tracking_number",),
    "slug": ("slug",),
    "order_id": ("order_id",),
    "origin": ORIGIN,
    "destination": DESTINATION,
    "courier_destination_country_iso3": ("courier_destination_country_iso3",),
    "courier_destination_country_region": ("courier_destination_country_region",),
    "tag": ("tag",),
    "transit_time": ("transit_time",),
    "return_to_sender": ("return_to_sender",),
    "shipment_tags": ("shipment_tags",),
    "keyword": ("title",),
}
TIME_FILTERS = {
    "created_at_min": ("created_at", 1),
    "created_at_max": ("created_at", -1),
    "updated_at_min": ("updated_at", 1),
    "updated_at_max": ("updated_at", -1),
}
# Parameters that choose what is shown of a tracking. `x-pagination` names those for paging.
NO_FILTERS = frozenset({"fields", "lang"})
# The step from the bound to a value that breaks it.
BOUNDS = {"minimum": -1, "maximum": 1, "maxItems": 1}


def filters(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that each declared filter returns exactly the trackings that match, and not all of them."""
    api = seed_trackings(document, mock, application)
    everything = api.list()
    fields = properties_of(document, document["components"]["schemas"]["Tracking"])
    operation = operation_named(document, LIST)
    found = []
    for name in _filters_of(operation):
        known = _known_name(document["info"]["version"], name)
        if known in EQUAL_FILTERS:
            field = first_known(EQUAL_FILTERS[known], fields)
            found += _equal_filter(api, everything, name, field)
            found += _several_values(api, everything, operation, name, field)
        elif known in TIME_FILTERS:
            found += _time_filter(api, everything, name, known)
        elif name in fields:
            # Newer than this test: at least it is compared with the field of its name.
            found += _new_filter(api, everything, name)
    return found


def _known_name(version: str, name: str) -> str:
    """Return the name under which this module knows a filter: a newer version may have another."""
    names = (name, *(parameter_name(LIST, name, version, other) for other in reversed(versions())))
    return next((each for each in names if each in EQUAL_FILTERS or each in TIME_FILTERS), name)


def _new_filter(api: Api, everything: list[dict[str, Any]], name: str) -> list[str]:
    """Check a filter without demanding that the seeded trackings differ: it may be of any field."""
    found = []
    for value in sorted({value for tracking in everything for value in _as_strings(tracking[name])}):
        expected = {item["id"] for item in everything if value in _as_strings(item[name])}
        if {item["id"] for item in api.list(**{name: value})} != expected:
            found.append(f"filter {name}={value} does not return the {len(expected)} trackings with it")
    return found


def bounds(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that the bound of a query parameter is accepted, and that one step further is refused.

    The property run excuses a refusal whose code can also depend on state, so it cannot prove this.
    """
    api = Api(document, application)
    return [
        complaint
        for operation in operations(document)
        if "{" not in operation.path
        for complaint in _bounds_of(api, operation)
    ]


def _bounds_of(api: Api, operation: Operation) -> list[str]:
    found = []
    for parameter in operation.parameters:
        schema = resolve(operation.document, parameter.schema)
        for keyword, step in BOUNDS.items():
            is_enforced = schema.get("x-constraints", {}).get(keyword, "documented") == "documented"
            if keyword not in schema or parameter.location != "query" or not is_enforced:
                continue
            for value, expected in ((schema[keyword], 200), (schema[keyword] + step, 400)):
                text = ",".join(["A000"] * value) if keyword == "maxItems" else str(value)
                status = api.call(operation.identifier, query={parameter.name: text}).status
                if status != expected:
                    label = f"{operation.label} {parameter.name}"
                    found.append(f"{label} with {keyword} {value} responds {status}")
    return found


def _filters_of(operation: Operation) -> list[str]:
    paging = operation.paging or {}
    pages = {paging.get(word) for word in ("page", "cursor", "limit")}
    names = [item.name for item in operation.parameters if item.location == "query"]
    return [name for name in names if name not in pages | NO_FILTERS]


def _equal_filter(api: Api, everything: list[dict[str, Any]], name: str, field: str) -> list[str]:
    found = []
    is_selective = False
    values = {value for tracking in everything for value in _as_strings(tracking[field])}
    for value in sorted(values):
        expected = {item["id"] for item in everything if value in _as_strings(item[field])}
        given = {item["id"] for item in api.list(**{name: value})}
        is_selective = is_selective or len(expected) < len(everything)
        if given != expected:
            found.append(f"filter {name}={value} returns {len(given)} trackings instead of {len(expected)}")
    if not is_selective:
        found.append(f"filter {name}: the seeded trackings do not differ, so this proves nothing")
    return found


def _several_values(
    api: Api, everything: list[dict[str, Any]], operation: Operation, name: str, field: str
) -> list[str]:
    """Check a filter that is a list: a tracking matches if it matches one of the values."""
    [parameter] = [item for item in operation.parameters if item.name == name]
    if resolve(operation.document, parameter.schema).get("type") != "array":
        return []
    values = sorted({value for tracking in everything for value in _as_strings(tracking[field])})[:2]
    expected = {item["id"] for item in everything if not set(values).isdisjoint(_as_strings(item[field]))}
    given = {item["id"] for item in api.list(**{name: ",".join(values)})}
    if given == expected:
        return []
    return [f"filter {name}={values} returns {len(given)} trackings instead of {len(expected)}"]


def _time_filter(api: Api, everything: list[dict[str, Any]], name: str, known: str) -> list[str]:
    member, direction = TIME_FILTERS[known]
    times = sorted({datetime.fromisoformat(tracking[member]) for tracking in everything})
    middle = times[len(times) // 2]
    # One second off the time itself: whether the bound is included is not documented.
    bound = datetime.fromtimestamp(middle.timestamp() - direction, middle.tzinfo)
    expected = {
        item["id"]
        for item in everything
        if (datetime.fromisoformat(item[member]) - bound).total_seconds() * direction >= 0
    }
    given = {item["id"] for item in api.list(**{name: bound.isoformat()})}
    if given != expected:
        return [f"filter {name} returns {len(given)} trackings instead of {len(expected)}"]
    if len(expected) in (0, len(everything)):
        return [f"filter {name}: the seeded trackings do not differ, so this proves nothing"]
    return []


def _as_strings(value: Any) -> list[str]:
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in plain_values(value)]
