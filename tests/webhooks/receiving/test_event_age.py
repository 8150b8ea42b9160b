"""How old an event may be, and for how long it is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.mock import ManualClock, Mock, MockRequest
from aftership_tracking.testing import signed_event
from aftership_tracking.webhooks import Delivery, Receiver, Router, Verifier
from aftership_tracking.webhooks.stores import MemoryStore
from receiver_support.events import SECRET, VERIFIER, delivery, event_id, parsed


def test_an_old_event_is_refused_where_a_limit_is_set(respond: Any) -> None:
    verifier = Verifier(SECRET, max_age=300_000, clock=lambda: parsed().ts + 300_001)
    receiver = Receiver(verifier, Router(fallback=lambda event, known: None))
    assert respond(receiver, delivery()).status == 401


def test_the_age_limit_and_the_memory_know_each_other() -> None:
    """With `max_age`, a captured delivery is either remembered or too old, however late it comes."""
    now = [1_783_670_401.0]
    year = 31_536_000.0
    verifier = Verifier(SECRET, max_age=year, clock=lambda: now[0])
    shop_seen: list[str] = []
    receiver = Receiver(
        verifier,
        Router(fallback=lambda event, known: shop_seen.append(event.event_id)),
        store=MemoryStore(clock=lambda: now[0]),
    )
    for _ in range(800):
        receiver.receive(delivery())
        now[0] += 86_400
    assert shop_seen == [event_id(1)]
    with pytest.raises(UsageError, match="max_age"):
        Receiver(verifier, Router(fallback=print), keep=year)
    Receiver(verifier, Router(fallback=print), keep=year + 300)


def test_a_memory_shorter_than_the_retries_gives_a_warning() -> None:
    with pytest.warns(UserWarning, match="245730"):
        Receiver(VERIFIER, Router(fallback=print), keep=245_729)


def test_old_times_pass_by_default_and_with_the_clock_of_the_mock() -> None:
    """The kit, a replay and a mock with a moved clock send old times."""
    clock = ManualClock()
    mock = Mock(clock=clock)
    replies: list[int] = []
    plain = Receiver(VERIFIER, Router(fallback=lambda event, known: None))
    verifier = Verifier(SECRET, max_age=300_000, clock=lambda: mock.clock.now().timestamp())
    limited = Receiver(verifier, Router(fallback=lambda event, known: None))

    def carry(request: Any) -> int:
        given = Delivery(method="POST", path="/", headers=dict(request.headers), body=request.body)
        replies.extend(receiver.receive(given).status for receiver in (plain, limited))
        # The last attempt comes 68 hours after the event.
        return 500

    mock.webhooks.transport = carry
    mock.webhooks.add("http://127.0.0.1:8080/", secret=SECRET)
    new = {"tracking_number": "ITOD-1-42", "slug": "testing-courier"}
    assert mock.handle(MockRequest.to("POST", "/tracking/2026-07/trackings", key="k", json=new)).status == 201
    clock.advance(days=4)
    mock.webhooks.stop()
    assert len(replies) >= 28
    assert set(replies) == {200}
    kit = signed_event(secret=SECRET)
    assert plain.receive(Delivery(method="POST", path="/", headers=kit.headers, body=kit.body)).status == 200
