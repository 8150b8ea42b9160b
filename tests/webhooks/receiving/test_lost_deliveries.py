"""What would be lost after 14 attempts: deliveries that cannot be read, and events that always fail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import Delivery, Event, Receiver, Router
from aftership_tracking.webhooks.errors import PayloadError
from receiver_support.events import VERIFIER, delivery, event_body, event_id, signed_headers
from receiver_support.shop import Shop

UNREADABLE = [b"{", b"[]", event_body(msg=[]), event_body(ts="soon"), event_body(event=5)]


@pytest.mark.parametrize("body", UNREADABLE)
def test_a_genuine_delivery_that_cannot_be_read_is_set_aside(respond: Any, body: bytes) -> None:
    letters: list[tuple[PayloadError, Delivery]] = []
    shop = Shop(dead_letter=lambda *letter: letters.append(letter))
    reply = respond(shop.receiver, delivery(body))
    assert (reply.status, reply.body, shop.seen) == (200, b"set aside\n", [])
    [(error, given)] = letters
    assert (given.body, given.headers) == (body, signed_headers(body))
    assert [one for one, _ in shop.errors] == [error]
    # Forged ones are not.
    assert respond(shop.receiver, delivery(body, headers=signed_headers(body, "other"))).status == 401
    assert len(letters) == 1


def test_a_delivery_that_could_not_be_set_aside_comes_again(respond: Any) -> None:
    def fail(error: PayloadError, given: Delivery) -> None:
        raise OSError("the disk is full")

    shop = Shop(dead_letter=fail)
    assert respond(shop.receiver, delivery(b"{")).status == 500
    assert [type(one) for one, _ in shop.errors] == [OSError]


def test_without_a_dead_letter_a_delivery_that_cannot_be_read_is_refused(respond: Any) -> None:
    assert [respond(Shop().receiver, delivery(body)).status for body in UNREADABLE] == [400] * 5


def test_a_handler_knows_its_attempt_and_the_last_chance_ends_the_event(respond: Any) -> None:
    attempts: list[int | None] = []
    chances: list[tuple[str, Exception]] = []

    def poison(event: Event, known: bool) -> None:
        attempts.append(event.attempt)
        raise error

    error = RuntimeError("poison")
    receiver = Receiver(
        VERIFIER,
        Router(fallback=poison),
        last_chance=lambda event, error: chances.append((event.event_id, error)),
        last_attempt=3,
    )
    statuses = [respond(receiver, delivery()).status for _ in range(4)]
    assert (statuses, attempts) == ([500, 500, 200, 200], [1, 2, 3])
    assert chances == [(event_id(1), error)]


def test_a_last_chance_that_fails_leaves_the_event_to_the_next_attempt(respond: Any) -> None:
    def fail(event: Event, error: Exception) -> None:
        raise OSError

    shop = Shop(last_chance=fail, last_attempt=1)
    shop.failing = RuntimeError()
    assert [respond(shop.receiver, delivery()).status for _ in range(2)] == [500, 500]
    assert len(shop.seen) == 2


def test_the_last_chance_comes_to_async_handlers_too() -> None:
    chances: list[int | None] = []

    async def poison(event: Event, known: bool) -> None:
        raise RuntimeError

    receiver = Receiver(
        VERIFIER,
        Router(fallback=poison),
        last_chance=lambda event, error: chances.append(event.attempt),
        last_attempt=2,
    )
    statuses = [asyncio.run(receiver.receive_async(delivery())).status for _ in range(3)]
    assert (statuses, chances) == ([500, 200, 200], [2])


async def async_function(*_: object) -> None:
    return None


@pytest.mark.parametrize(
    "options", [{"dead_letter": async_function}, {"last_chance": async_function}, {"last_attempt": 0}]
)
def test_callbacks_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Receiver(VERIFIER, Router(fallback=print), **options)
