"""Checks of the application that fail themselves, such as a vault that does not answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aftership_tracking.testing import SECRET, signed_event
from aftership_tracking.webhooks import Delivery, Event, Receiver, Router, Verifier


def broken(*_: object) -> str:
    raise ConnectionError("no vault")


@pytest.mark.parametrize(
    ("secrets", "token_check"), [(broken, None), (SECRET, broken)], ids=["secrets", "token_check"]
)
def test_a_check_that_fails_lets_nothing_through_and_is_told(
    secrets: str | Callable[[], str], token_check: Callable[[str | None], object] | None
) -> None:
    handled: list[Event] = []
    told: list[tuple[Exception, Event | None]] = []
    receiver = Receiver(
        Verifier(secrets),
        Router(fallback=lambda event, _: handled.append(event)),
        token_check=token_check,
        on_error=lambda error, event: told.append((error, event)),
    )
    request = signed_event(SECRET)
    reply = receiver.receive(Delivery("POST", "/", request.headers, request.body))
    assert reply.status == 500
    assert b"vault" not in reply.body
    assert handled == []
    assert [(type(error), event) for error, event in told] == [(ConnectionError, None)]
