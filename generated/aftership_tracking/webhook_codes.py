"""The codes of webhook events, and the statuses of trackings, that the documents name."""

from __future__ import annotations

EVENTS: tuple[str, ...] = (
    "tracking_update",
    "edd_revise",
    "tracking_pending_time",
)
TAGS: tuple[str, ...] = (
    "Pending",
    "InfoReceived",
    "InTransit",
    "OutForDelivery",
    "AttemptFail",
    "Delivered",
    "AvailableForPickup",
    "Exception",
    "Expired",
)
