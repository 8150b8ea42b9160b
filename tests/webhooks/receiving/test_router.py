"""Which handler gets an event, and which handlers cannot be registered."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.v2026_07 import DeliveryStatus, WebhookEventCode
from aftership_tracking.webhooks import Event, Router
from aftership_tracking.webhooks.router import EVENTS, TAGS
from receiver_support.events import parsed


class Book:
    """Handlers that write down what they got."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.threads: set[int] = set()

    def handler(self, name: str) -> Any:
        def handle(event: Event, *known: bool) -> None:
            self.threads.add(threading.get_ident())
            self.calls.append((name, *known))

        return handle

    def async_handler(self, name: str) -> Any:
        async def handle(event: Event, *known: bool) -> None:
            await asyncio.sleep(0)
            self.handler(name)(event, *known)

        return handle


def full_router(book: Book, *, use_async: bool = False) -> Router:
    make = book.async_handler if use_async else book.handler
    router = Router(fallback=make("fallback"))
    router.on("tracking_update")(make("update"))
    router.on("edd_revise")(make("edd"))
    router.on_tag("Delivered")(make("delivered"))
    router.on_tag("Delivered", first_only=True)(make("first delivered"))
    router.on_tag("Exception", first_only=True)(make("first exception"))
    return router


CASES = [
    ({"tag": "Delivered"}, ("first delivered",)),
    ({"tag": "Delivered", "is_tracking_first_tag": False}, ("delivered",)),
    ({"tag": "Delivered", "is_tracking_first_tag": None}, ("delivered",)),
    ({"tag": "Exception"}, ("first exception",)),
    ({"tag": "Exception", "is_tracking_first_tag": False}, ("update",)),
    ({"tag": "InTransit"}, ("update",)),
    ({"tag": "TagOfTomorrow"}, ("update",)),
    # Other events carry a tag too, but they are not about it.
    ({"tag": "Delivered", "event": "edd_revise"}, ("edd",)),
    ({"tag": "Delivered", "event": "tracking_pending_time"}, ("fallback", True)),
    ({"event": "code_of_tomorrow"}, ("fallback", False)),
]


@pytest.mark.parametrize(("changes", "expected"), CASES, ids=str)
def test_the_most_specific_handler_gets_the_event(changes: dict[str, Any], expected: tuple[Any, ...]) -> None:
    event = parsed(**changes)
    book = Book()
    full_router(book).dispatch(event)
    asyncio.run(full_router(book).dispatch_async(event))
    asyncio.run(full_router(book, use_async=True).dispatch_async(event))
    assert book.calls == [expected] * 3


def test_sync_handlers_run_in_a_thread_in_async_dispatch() -> None:
    book = Book()
    router = full_router(book)
    asyncio.run(router.dispatch_async(parsed()))
    assert threading.get_ident() not in book.threads
    router.dispatch(parsed())
    assert threading.get_ident() in book.threads


def test_an_error_of_a_handler_is_raised() -> None:
    def fail(event: Event, known: bool) -> None:
        raise ZeroDivisionError

    async def fail_async(event: Event, known: bool) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Router(fallback=fail).dispatch(parsed())
    for handler in (fail, fail_async):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(Router(fallback=handler).dispatch_async(parsed()))


class Callable:
    async def __call__(self, event: Event, known: bool) -> None:
        return None


async def async_handler(event: Event, known: bool, more: int = 0) -> None:
    return None


@pytest.mark.parametrize(
    "fallback",
    [async_handler, partial(async_handler, more=1), Callable()],
    ids=["function", "partial", "object"],
)
def test_async_handlers_need_async_dispatch(fallback: Any) -> None:
    router = Router(fallback=fallback)
    with pytest.raises(UsageError, match="dispatch_async"):
        router.require_sync()
    with pytest.raises(UsageError, match="dispatch_async"):
        router.dispatch(parsed())
    asyncio.run(router.dispatch_async(parsed()))


def test_a_sync_function_that_returns_an_awaitable_is_refused() -> None:
    calls = []

    async def inner() -> None:
        calls.append(1)

    router = Router(fallback=lambda event, known: inner())
    with pytest.raises(UsageError, match="is async"):
        router.dispatch(parsed())
    asyncio.run(router.dispatch_async(parsed()))
    assert calls == [1]


def test_registration_is_refused_after_the_first_event() -> None:
    book = Book()
    router = Router(fallback=book.handler("fallback"))
    router.dispatch(parsed())
    with pytest.raises(UsageError, match="before the first event"):
        router.on("edd_revise")(book.handler("edd"))
    with pytest.raises(UsageError, match="before the first event"):
        router.on_tag("Delivered")(book.handler("delivered"))


def test_a_second_handler_for_the_same_events_is_refused() -> None:
    router = full_router(Book())
    for register in (
        router.on("edd_revise"),
        router.on_tag("Delivered"),
        router.on_tag("Delivered", first_only=True),
    ):
        with pytest.raises(UsageError, match="has a handler"):
            register(print)
    router.on_tag("Exception")(print)


@pytest.mark.parametrize("invented", ["tracking_created", "tracking/delivered", "Delivered", ""])
def test_undocumented_event_codes_are_refused(invented: str) -> None:
    router = Router(fallback=print)
    with pytest.raises(UsageError, match="tracking_update"):
        router.on(invented)
    assert router.on(invented, unlisted=True)(print) is print


def test_a_typing_error_is_refused_with_what_was_meant() -> None:
    router = Router(fallback=print)
    with pytest.raises(UsageError, match="Did you mean 'edd_revise'"):
        router.on("edd_revised")
    with pytest.raises(UsageError, match="Did you mean 'Delivered'"):
        router.on_tag("delivered")


def test_undocumented_tags_are_refused() -> None:
    router = Router(fallback=print)
    with pytest.raises(UsageError, match="AttemptFail"):
        router.on_tag("FailedAttempt")
    router.on_tag("TagOfTomorrow", unlisted=True)(print)


def test_handlers_are_functions() -> None:
    with pytest.raises(UsageError, match="fallback"):
        Router(fallback=None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="function"):
        Router(fallback=print).on("edd_revise")(None)  # type: ignore[type-var]


def test_the_listed_names_are_those_of_the_document() -> None:
    assert set(TAGS) == {one.value for one in DeliveryStatus}
    assert set(EVENTS) == {one.value for one in WebhookEventCode}
    for code in EVENTS:
        assert parsed(event=code).is_known_event


def test_a_generator_is_not_a_handler() -> None:
    # A call of it does nothing, so its events would get the status 200 and be lost.
    def lazy(_: object, __: bool = True) -> Iterator[None]:
        yield

    with pytest.raises(UsageError, match="generator"):
        Router(fallback=lazy)
    with pytest.raises(UsageError, match="generator"):
        Router(fallback=print).on("edd_revise")(lazy)
