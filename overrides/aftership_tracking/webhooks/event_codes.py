"""The codes of webhook events and the statuses of trackings that the documents name.

Apart from the lists that the generator writes, nothing of the package is imported here, so whoever sends
webhooks may use it too.
"""

from __future__ import annotations

from aftership_tracking.webhook_codes import EVENTS, TAGS

__all__ = ["EVENTS", "PENDING_TIME", "REVISE", "TAGS", "UNKNOWN_EVENT", "UNKNOWN_TAG", "UPDATE"]

UPDATE = "tracking_update"
REVISE = "edd_revise"
PENDING_TIME = "tracking_pending_time"

UNKNOWN_EVENT = "tracking_teleport"
"""A code that AfterShip does not send. Tests receive it as an event of a later version."""
UNKNOWN_TAG = "HeldByDragon"
"""A status that AfterShip does not send, for the same tests."""
