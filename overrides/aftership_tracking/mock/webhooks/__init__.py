"""The sender of the mock: signed webhooks with the documented headers and the documented retries.

    mock = Mock(clock=ManualClock())
    mock.webhooks.add("http://127.0.0.1:8080/hook", secret="s3cret")
    mock.clock.advance(days=3)

`aftership_tracking.mock.webhooks.service.Webhooks` explains the rest.
"""

from __future__ import annotations

from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.mock.webhooks.delivery import Attempt, Delivery, Kind, Outcome
from aftership_tracking.mock.webhooks.endpoint import EVENTS, TRIGGERS, Endpoint, OAuthSettings
from aftership_tracking.mock.webhooks.service import Webhooks
from aftership_tracking.webhooks.sending.sender import DeliveryResponse, HttpSender, Outgoing

__all__ = [
    "EVENTS",
    "TRIGGERS",
    "Attempt",
    "Chaos",
    "Delivery",
    "DeliveryResponse",
    "Endpoint",
    "HttpSender",
    "Kind",
    "OAuthSettings",
    "Outcome",
    "Outgoing",
    "Webhooks",
]
