"""Which status a delivery gets, and what the store knows afterwards. Sync and async have the same results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import Event, Receiver, Reply, Router, TokenError, Verifier, sign
from aftership_tracking.webhooks.errors import AddressError, WebhookError
from aftership_tracking.webhooks.incoming.headers import read_headers
from aftership_tracking.webhooks.receiver import Handling
from aftership_tracking.webhooks.stores import AlreadyHandledError, Claim, ClaimState, MemoryStore
from receiver_support.events import SECRET, VERIFIER, delivery, event_body, event_id, parsed, signed_headers
from receiver_support.shop import Shop


def test_a_genuine_event_is_handled_once(respond: Any) -> None:
    shop = Shop()
    assert respond(shop.receiver, delivery()) == Reply(
        status=200, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=b"handled\n"
    )
    again = respond(shop.receiver, delivery())
    assert (again.status, again.body) == (200, b"handled before\n")
    assert shop.seen == [event_id(1)]
    assert respond(shop.receiver, delivery(event_body(2))).status == 200
    assert shop.seen == [event_id(1), event_id(2)]
    assert shop.errors == []


def test_codes_and_fields_of_tomorrow_are_accepted(respond: Any) -> None:
    shop = Shop()
    body = event_body(3, event="code_of_tomorrow", extra={"a": 1})
    headers = signed_headers(body, as_webhook_version="2031-01")
    assert respond(shop.receiver, delivery(body, headers=headers)).status == 200
    assert shop.seen == [event_id(3)]


BODY = event_body()
REFUSED = [
    ("get", {"method": "GET"}, 405),
    ("no content type", {"headers": signed_headers(BODY, content_type="")}, 415),
    ("form", {"headers": signed_headers(BODY, content_type="application/x-www-form-urlencoded")}, 415),
    ("two types", {"headers": [*signed_headers(BODY).items(), ("content-type", "application/json")]}, 415),
    ("compressed", {"headers": signed_headers(BODY, content_encoding="gzip")}, 415),
    ("announced", {"headers": signed_headers(BODY, content_length="5000001")}, 413),
    ("announced beyond numbers", {"headers": signed_headers(BODY, content_length="9" * 5000)}, 413),
    ("large", {"body": b" " * 5_000_001}, 413),
    ("unsigned", {"headers": {"Content-Type": "application/json"}}, 401),
    ("other secret", {"headers": signed_headers(BODY, "another secret")}, 401),
    ("hex", {"headers": signed_headers(BODY, aftership_hmac_sha256="a" * 64)}, 401),
    ("not JSON", {"body": b"{"}, 400),
    ("not an event", {"body": b"[]"}, 400),
    ("other product", {"body": b'{"event_type": "calculate_rates"}'}, 400),
]


@pytest.mark.parametrize(("changes", "status"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_refused_deliveries(respond: Any, changes: dict[str, Any], status: int) -> None:
    shop = Shop()
    reply = respond(shop.receiver, delivery(**changes))
    assert reply.status == status
    assert not reply.is_accepted
    assert shop.seen == []
    assert (("Allow", "POST") in reply.headers) == (status == 405)


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_charset_is_not_refused(respond: Any, content_type: str) -> None:
    headers = signed_headers(BODY, content_type=content_type)
    assert respond(Shop().receiver, delivery(headers=headers)).status == 200


def test_a_handler_that_fails_gets_the_retry(respond: Any) -> None:
    shop = Shop()
    shop.failing = RuntimeError("the database is away")
    failed = respond(shop.receiver, delivery())
    assert (failed.status, failed.body) == (500, b"the handler failed, try again\n")
    [(error, event)] = shop.errors
    assert (error, event and event.event_id) == (shop.failing, event_id(1))
    shop.failing = None
    assert respond(shop.receiver, delivery()).status == 200
    assert shop.seen == [event_id(1)] * 2


def test_an_event_that_a_handler_finds_done_counts_as_done(respond: Any) -> None:
    shop = Shop()
    shop.failing = AlreadyHandledError("done elsewhere")
    assert respond(shop.receiver, delivery()).body == b"handled before\n"
    assert shop.store.claim(event_id(1), lease=1).state is ClaimState.DONE
    assert shop.errors == []


def test_an_event_that_another_process_handles_is_delivered_again(respond: Any) -> None:
    shop = Shop()
    other = shop.store.claim(event_id(1), lease=60)
    busy = respond(shop.receiver, delivery())
    assert (busy.status, shop.seen) == (503, [])
    shop.store.release(other)
    assert respond(shop.receiver, delivery()).status == 200


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_a_process_that_ends_in_a_handler_leaves_the_event_to_the_next(
    respond: Any, end: type[BaseException]
) -> None:
    shop = Shop()
    shop.failing = end()  # type: ignore[assignment]
    with pytest.raises(end):
        respond(shop.receiver, delivery())
    shop.failing = None
    assert respond(shop.receiver, delivery()).status == 200
    assert len(shop.seen) == 2


class Broken:
    """A store that fails in some of its methods."""

    def __init__(self, *broken: str) -> None:
        self.inner = MemoryStore()
        self.broken = broken

    def claim(self, key: str, *, lease: float) -> Claim:
        self.fail("claim")
        return self.inner.claim(key, lease=lease)

    def complete(self, claim: Claim, *, keep: float) -> bool:
        self.fail("complete")
        return self.inner.complete(claim, keep=keep)

    def release(self, claim: Claim) -> bool:
        self.fail("release")
        return self.inner.release(claim)

    def fail(self, name: str) -> None:
        if name in self.broken:
            raise ConnectionError("the store is away")


def test_without_its_store_nothing_is_handled(respond: Any) -> None:
    shop = Shop(store=Broken("claim"))
    assert respond(shop.receiver, delivery()).status == 503
    assert shop.seen == []
    assert isinstance(shop.errors[0][0].__cause__, ConnectionError)


def test_a_handled_event_is_accepted_though_the_store_cannot_note_it(respond: Any) -> None:
    shop = Shop(store=Broken("complete"))
    assert respond(shop.receiver, delivery()).status == 200
    assert isinstance(shop.errors[0][0], ConnectionError)


def test_the_failure_of_a_handler_is_reported_though_the_store_fails_too(respond: Any) -> None:
    shop = Shop(store=Broken("release"))
    shop.failing = RuntimeError("the database is away")
    assert respond(shop.receiver, delivery()).status == 500
    assert shop.errors[0][0] is shop.failing


def test_a_handler_that_outlasts_its_lease_is_reported(
    respond: Any, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    store = MemoryStore(clock=lambda: now[0])

    def slow(event: Event, known: bool) -> None:
        now[0] = 61.0
        assert store.claim(event.key(), lease=60).state is ClaimState.NEW

    receiver = Receiver(VERIFIER, Router(fallback=slow), store=store, lease=60.0)
    assert respond(receiver, delivery()).status == 200
    assert "longer than its lease of 60 s" in caplog.text


def unreachable_vault(*_: object) -> str:
    raise ConnectionError("no vault")


@pytest.mark.parametrize(
    ("secrets", "token_check"),
    [(unreachable_vault, None), (SECRET, unreachable_vault)],
    ids=["secrets", "token_check"],
)
def test_a_check_that_fails_accepts_nothing_and_is_reported(
    secrets: str | Callable[[], str], token_check: Callable[[str | None], object] | None
) -> None:
    handled: list[Event] = []
    failures: list[tuple[Exception, Event | None]] = []
    receiver = Receiver(
        Verifier(secrets),
        Router(fallback=lambda event, _: handled.append(event)),
        token_check=token_check,
        on_error=lambda error, event: failures.append((error, event)),
    )
    reply = receiver.receive(delivery())
    assert reply.status == 500
    assert b"vault" not in reply.body
    assert handled == []
    assert [(type(error), event) for error, event in failures] == [(ConnectionError, None)]


def test_addresses_and_tokens_are_checked_before_the_signature(respond: Any) -> None:
    class Addresses:
        def check(self, peer: str | None, headers: object) -> None:
            if peer != "127.0.0.1":
                raise AddressError("not on the list")

    def check_token(authorization: str | None) -> None:
        if authorization != "Bearer right":
            raise TokenError("wrong")

    shop = Shop(addresses=Addresses(), token_check=check_token)
    right = signed_headers(BODY, authorization="Bearer right")
    doubled = [*right.items(), ("authorization", "Bearer right")]
    assert respond(shop.receiver, delivery(headers=right, peer="127.0.0.2")).status == 403
    for headers in (signed_headers(BODY), signed_headers(BODY, authorization="Bearer wrong"), doubled):
        reply = respond(shop.receiver, delivery(headers=headers))
        assert (reply.status, ("WWW-Authenticate", "Bearer") in reply.headers) == (401, True)
    unsigned = signed_headers(BODY, authorization="Bearer right", aftership_hmac_sha256="")
    reply = respond(shop.receiver, delivery(headers=unsigned))
    assert (reply.status, ("WWW-Authenticate", "Bearer") in reply.headers) == (401, False)
    assert shop.seen == []
    assert respond(shop.receiver, delivery(headers=right)).status == 200


def test_endpoints_do_not_share_events(respond: Any) -> None:
    store = MemoryStore()
    shops = [Shop(store=store, endpoint=name) for name in ("one", "two")]
    assert [respond(shop.receiver, delivery()).body for shop in shops] == [b"handled\n"] * 2
    assert store.claim(parsed().key("one"), lease=1).state is ClaimState.DONE


@pytest.mark.parametrize("case", ["hex", "other secret", "not JSON"])
def test_a_refusal_says_why_and_carries_the_delivery(
    respond: Any, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    refused: list[tuple[Exception, Event | None]] = []
    receiver = Receiver(
        VERIFIER, Router(fallback=print), on_error=lambda error, event: refused.append((error, event))
    )
    changes = next(changes for name, changes, _ in REFUSED if name == case)
    headers = {**(changes.get("headers") or signed_headers(b"{")), "Authorization": "Bearer hunter2"}
    sent = delivery(headers=headers, body=changes.get("body", BODY))
    respond(receiver, sent)
    ((error, event),) = refused
    assert event is None
    assert isinstance(error, WebhookError)
    assert error.delivery is not None
    assert error.delivery.body == sent.body
    lines = error.delivery.header_lines()
    assert f"aftership-hmac-sha256: {read_headers(headers)['aftership-hmac-sha256'][0]}\n" in lines
    assert "hunter2" not in lines
    assert error.message in caplog.text
    assert ("`aftership webhook doctor` finds the cause" in caplog.text) == (case != "not JSON")
    for shown in (caplog.text, repr(error), repr(error.delivery)):
        assert read_headers(headers)["aftership-hmac-sha256"][0] not in shown


def test_a_delivery_that_is_refused_before_its_body_is_not_carried(respond: Any) -> None:
    refused: list[Exception] = []
    receiver = Receiver(VERIFIER, Router(fallback=print), on_error=lambda error, _: refused.append(error))
    respond(receiver, delivery(headers=signed_headers(BODY, content_length="5000001")))
    assert [getattr(error, "delivery", "no such field") for error in refused] == [None]


def test_events_of_a_queue_are_processed_without_a_web_server() -> None:
    shop = Shop()
    assert shop.receiver.process(parsed()) is Handling.HANDLED
    assert asyncio.run(shop.receiver.process_async(parsed())) is Handling.DUPLICATE
    shop.failing = RuntimeError()
    with pytest.raises(RuntimeError):
        shop.receiver.process(parsed(2))
    shop.store.claim(event_id(3), lease=60)
    assert shop.receiver.process(parsed(3)) is Handling.BUSY


def test_an_async_handler_of_a_sync_receiver_is_a_failure_that_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handle(event: Event, known: bool) -> None:
        return None

    receiver = Receiver(VERIFIER, Router(fallback=handle))
    assert receiver.receive(delivery()).status == 500
    assert "dispatch_async" in caplog.text


def test_a_hook_that_fails_does_not_change_the_response(caplog: pytest.LogCaptureFixture) -> None:
    def fail(error: Exception, event: Event | None) -> None:
        raise RuntimeError

    receiver = Receiver(VERIFIER, Router(fallback=print), on_error=fail)
    assert receiver.receive(delivery(b"{")).status == 400
    assert "on_error itself failed" in caplog.text


def test_neither_log_nor_response_nor_repr_holds_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shop = Shop()
    token = "Bearer secret-token"
    for changes in (
        {"headers": signed_headers(BODY, "another secret", authorization=token)},
        {"body": event_body(7) + b"personal data"},
    ):
        given = delivery(**changes)  # type: ignore[arg-type]
        reply = shop.receiver.receive(given)
        for text in (caplog.text, repr(reply), repr(given), repr(shop.receiver)):
            for hidden in (SECRET, "another secret", sign(given.body, SECRET), token, "personal data"):
                assert hidden not in text


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_impossible_times_are_refused(seconds: float) -> None:
    router = Router(fallback=print)
    with pytest.raises(UsageError):
        Receiver(VERIFIER, router, lease=seconds)
    with pytest.raises(UsageError):
        Receiver(VERIFIER, router, keep=seconds)


def test_a_blank_secret_of_a_function_is_reported(respond: Any) -> None:
    errors: list[Exception] = []
    receiver = Receiver(
        Verifier(lambda: " "), Router(fallback=print), on_error=lambda error, event: errors.append(error)
    )
    assert respond(receiver, delivery()).status == 500
    assert [type(one) for one in errors] == [UsageError]


def test_a_body_that_is_not_raw_is_a_mistake_of_the_caller(respond: Any) -> None:
    with pytest.raises(UsageError, match="raw bytes"):
        respond(Shop().receiver, replace(delivery(), body={"event": "x"}))
