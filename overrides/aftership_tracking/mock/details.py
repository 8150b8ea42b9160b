"""The fields that callers give with a parcel, brought to canonical names and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.receivers import as_list

# Old names of fields that also have a newer one; both are one value.
TWINS = {
    "tracking_origin_country": "origin_country_iso3",
    "tracking_destination_country": "destination_country_iso3",
    "tracking_postal_code": "destination_postal_code",
    "tracking_state": "destination_state",
}
RECEIVERS = ("emails", "smses")
# Fields that are the parcel's identity or choose the courier; they are not details.
IDENTITY = frozenset({"tracking_number", "slug", "slug_group"})
# An empty text in these takes the value away.
CLEARED_BY_EMPTY = frozenset({"note"})


def canonical(given: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the fields of a request body to the canonical form. A newer name wins over its old twin."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in IDENTITY:
            continue
        if name in TWINS:
            if TWINS[name] not in given:
                found[TWINS[name]] = value
        elif name in RECEIVERS:
            found[name] = as_list(value)
        elif name in CLEARED_BY_EMPTY and value == "":
            found[name] = None
        else:
            found[name] = value
    return found


def value_of(details: Mapping[str, Any], name: str) -> Any:
    """The value of a field by its newer or its old name; None when it was not given."""
    return details.get(TWINS.get(name, name))
