"""The filters of the tracking list: each a small function of a rendered parcel and the requested value.

They use the names of the mock's code; `listing` converts a query to them. Filters that only a document knows,
of this list or of another, are compared with the field of their name.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from aftership_tracking.mock.parcels.tracking import Rendering
from aftership_tracking.mock.services.service_call import ServiceCall

Filter = Callable[[Rendering, Any], bool]

SEARCHED = ("title", "order_id")
REACHED = ("name", "email", "phone_number")

# Parameters of the list that are not compared with a field.
OTHER_PARAMETERS = frozenset(
    {"fields", "lang", *(f"{time}_at_{end}" for time in ("created", "updated") for end in ("min", "max"))}
)


class Window(NamedTuple):
    """Bounds of creation and update, each inclusive; None means without a bound."""

    created_min: datetime
    created_max: datetime
    updated_min: datetime | None
    updated_max: datetime | None

    def contains(self, rendering: Rendering) -> bool:
        created = rendering.parcel.created_at
        if not self.created_min <= created <= self.created_max:
            return False
        if self.updated_min is None and self.updated_max is None:
            return True
        updated = rendering.parcel.updated_at(rendering.state)
        if self.updated_min is not None and updated < self.updated_min:
            return False
        return self.updated_max is None or updated <= self.updated_max


def fits(rendering: Rendering, query: Mapping[str, Any], window: Window) -> bool:
    """Whether a parcel matches a query. An empty value does not filter."""
    if not window.contains(rendering):
        return False
    return all(
        matches(rendering, query[name])
        for name, matches in FILTERS.items()
        if name in query and query[name] not in ("", [])
    )


def _keyword(rendering: Rendering, wanted: str) -> bool:
    details = rendering.details
    texts = [rendering.parcel.tracking_number]
    texts += [str(details[name]) for name in SEARCHED if details.get(name)]
    texts += [str(value) for value in (details.get("custom_fields") or {}).values()]
    texts += [
        customer[name] for customer in details.get("customers", ()) for name in REACHED if customer.get(name)
    ]
    needle = wanted.casefold()
    return any(needle in text.casefold() for text in texts)


def _detail(name: str) -> Filter:
    def matches(rendering: Rendering, wanted: Any) -> bool:
        return rendering.details.get(name) in wanted

    return matches


def _tags(rendering: Rendering, wanted: list[str]) -> bool:
    return not set(wanted).isdisjoint(rendering.details.get("shipment_tags") or ())


def _transit_time(rendering: Rendering, wanted: Any) -> bool:
    days = rendering.transit_time()
    return days in wanted if isinstance(wanted, list) else days == wanted


def _tag(rendering: Rendering, wanted: Any) -> bool:
    tag = rendering.state.tag
    return tag in wanted if isinstance(wanted, list) else tag == wanted


def _returning(rendering: Rendering, wanted: list[Any]) -> bool:
    return rendering.state.return_to_sender in {item in (True, "true") for item in wanted}


FILTERS: Mapping[str, Filter] = {
    "tracking_numbers": lambda rendering, wanted: rendering.parcel.tracking_number in wanted,
    "slug": lambda rendering, wanted: rendering.parcel.slug in wanted,
    "tag": _tag,
    "origin": _detail("origin_country_region"),
    "destination": _detail("destination_country_region"),
    "order_id": _detail("order_id"),
    "shipment_tags": _tags,
    "return_to_sender": _returning,
    "transit_time": _transit_time,
    "courier_destination_country_region": lambda rendering, wanted: rendering.courier_destination() in wanted,
    "keyword": _keyword,
}


def chosen_filters(call: ServiceCall, given: Mapping[str, Any], fields: Container[str]) -> dict[str, Any]:
    """Return the filters that have the name of a field. The hint names the others, which do nothing."""
    ignored = [name for name in given if name not in fields]
    if ignored:
        call.exchange.hint = f"query {', '.join(ignored)}: the mock has no code for it, and does not filter"
    return {name: value for name, value in given.items() if name in fields}


def has_values(item: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether an object has one of the values of each filter, in the field of its name."""
    for name, value in wanted.items():
        accepted = value if isinstance(value, list) else [value]
        present = item.get(name) if isinstance(item, Mapping) else None
        if not any(one in accepted for one in (present if isinstance(present, list) else [present])):
            return False
    return True
