"""A kit for the tests of programs that receive webhooks, and `ClientClock` for those that send requests.

    from aftership_tracking.testing import SECRET, signed_event

    request = signed_event(tag="Delivered", order_id="A-17")
    response = client.post("/hook", content=request.body, headers=request.headers)

Everything is a plain value and the same in every run. It needs neither pytest nor an HTTP library; fixtures
for pytest are in `aftership_tracking.testing.fixtures`, which a test suite names in `pytest_plugins`.

These modules need the extra `mock`: `factories` makes objects of the API, `script` plays expected calls for a
client, `traffic` judges calls by the document of a version, `captured_webhooks`, `journal_assertions` and
`mock_on_port` go with a mock.
"""

from __future__ import annotations

from aftership_tracking.testing.client_clock import ClientClock, MovableClock
from aftership_tracking.testing.events import (
    NEWEST,
    future_version,
    shape_of,
    unknown_event,
    unknown_tag,
    webhook_event,
)
from aftership_tracking.testing.faults import (
    Redelivery,
    bad_signature,
    bad_signatures,
    duplicate,
    every_version,
    odd_bodies,
    other_spelling,
    other_spellings,
    redeliver,
    reorder,
    tampered,
)
from aftership_tracking.testing.requests import SECRET, SignedRequest, signed_event, signed_request
from aftership_tracking.testing.vectors import REFUSED, VECTORS, Vector
from aftership_tracking.webhooks.event_codes import UNKNOWN_EVENT, UNKNOWN_TAG
from aftership_tracking.webhooks.sending.body_styles import STYLES
from aftership_tracking.webhooks.sending.headers import SPELLINGS, SPOILS, Pairs
from aftership_tracking.webhooks.sending.retry_schedule import MOST_ATTEMPTS, OFFSETS, SPAN

__all__ = [
    "MOST_ATTEMPTS",
    "NEWEST",
    "OFFSETS",
    "REFUSED",
    "SECRET",
    "SPAN",
    "SPELLINGS",
    "SPOILS",
    "STYLES",
    "UNKNOWN_EVENT",
    "UNKNOWN_TAG",
    "VECTORS",
    "ClientClock",
    "MovableClock",
    "Pairs",
    "Redelivery",
    "SignedRequest",
    "Vector",
    "bad_signature",
    "bad_signatures",
    "duplicate",
    "every_version",
    "future_version",
    "odd_bodies",
    "other_spelling",
    "other_spellings",
    "redeliver",
    "reorder",
    "shape_of",
    "signed_event",
    "signed_request",
    "tampered",
    "unknown_event",
    "unknown_tag",
    "webhook_event",
]
