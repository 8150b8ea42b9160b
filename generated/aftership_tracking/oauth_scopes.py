"""The OAuth scopes that the documents name. They are open: a new one is `Scope("...")`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from aftership_tracking.runtime.models.enums import OpenEnum

ScopeName: TypeAlias = Literal[
    "aftership:tracking:read",
    "aftership:tracking:write",
    "aftership:courier:read",
    "aftership:courier:write",
    "aftership:estimated_delivery_date:write",
    "aftership:carrier_connection:read",
    "aftership:carrier_connection:write",
]
"""The scopes as plain strings."""


class Scope(OpenEnum):
    """What a merchant allows a partner app. `Scope("...")` makes one that is not listed here."""

    TRACKING_READ = "aftership:tracking:read"
    """Read trackings."""
    TRACKING_WRITE = "aftership:tracking:write"
    """Create, change and delete trackings."""
    COURIER_READ = "aftership:courier:read"
    """Read couriers."""
    COURIER_WRITE = "aftership:courier:write"
    """Detect couriers."""
    ESTIMATED_DELIVERY_DATE_WRITE = "aftership:estimated_delivery_date:write"
    """Predict delivery dates."""
    CARRIER_CONNECTION_READ = "aftership:carrier_connection:read"
    """Read courier connections."""
    CARRIER_CONNECTION_WRITE = "aftership:carrier_connection:write"
    """Create, change and delete courier connections."""

    @property
    def meaning(self) -> str | None:
        """What the scope allows, in English; None for an unknown scope."""
        return _MEANINGS.get(self._value_)


_MEANINGS: dict[str, str] = {
    "aftership:tracking:read": "Read trackings.",
    "aftership:tracking:write": "Create, change and delete trackings.",
    "aftership:courier:read": "Read couriers.",
    "aftership:courier:write": "Detect couriers.",
    "aftership:estimated_delivery_date:write": "Predict delivery dates.",
    "aftership:carrier_connection:read": "Read courier connections.",
    "aftership:carrier_connection:write": "Create, change and delete courier connections.",
}
