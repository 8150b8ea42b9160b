"""The sender of the mock: signed webhooks with the documented headers and the documented retries.

    mock = Mock(clock=ManualClock())
    mock.webhooks.add("http://127.0.0.1:8080/hook", secret="s3cret")
    mock.clock.advance(days=3)

`watch` sees what happens to parcels. For each event and each `endpoint`, `planner` makes a delivery, which
`writer` writes. `deliveries` wait in a queue until `attempt` sends them. `service.Webhooks` puts it all
together.
"""

from __future__ import annotations

from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.mock.webhooks.deliveries import Attempt, Delivery, DeliveryOutcome, Kind
from aftership_tracking.mock.webhooks.endpoint import TRIGGERS, Endpoint, OAuthSettings
from aftership_tracking.mock.webhooks.service import Webhooks
from aftership_tracking.webhooks.event_codes import EVENTS
from aftership_tracking.webhooks.sending.sender import DeliveryResponse, HttpSender, Outgoing

__all__ = [
    "EVENTS",
    "TRIGGERS",
    "Attempt",
    "Chaos",
    "Delivery",
    "DeliveryOutcome",
    "DeliveryResponse",
    "Endpoint",
    "HttpSender",
    "Kind",
    "OAuthSettings",
    "Outgoing",
    "Webhooks",
]
