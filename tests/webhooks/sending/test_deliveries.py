"""How the mock delivers: retries, settings, refused settings, the log, the wire, threads."""

from __future__ import annotations

import asyncio
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import ManualClock, Mock, MockRequest, SystemClock
from aftership_tracking.mock.webhooks import DeliveryOutcome, HttpSender, Outgoing
from aftership_tracking.mock.webhooks.deliveries import DeliveryLog
from aftership_tracking.mock.webhooks.service import Webhooks
from aftership_tracking.webhooks.sending.retry_schedule import OFFSETS, SPAN
from patience import PATIENCE, wait_until
from webhook_sender_support import SECRET, URL, ReadOnce, World, header, is_signed, receiver

ONE = {"events": ["tracking_update"], "tags": ["Delivered"]}


def world_with_one_event(**settings: Any) -> World:
    """The only event comes one step after the parcel was created."""
    world = World()
    world.add(**{**ONE, **settings})
    world.create("D-1-1")
    return world


def test_a_failing_receiver_gets_14_attempts_by_the_table() -> None:
    world = world_with_one_event()
    world.respond = lambda _: 503
    world.clock.advance(days=10)
    log = list(world.mock.webhooks.log)
    assert [(attempt.sent - log[0].sent).total_seconds() for attempt in log] == list(OFFSETS)
    assert [attempt.attempt for attempt in log] == list(range(1, 15))
    assert [attempt.outcome for attempt in log] == [DeliveryOutcome.AGAIN] * 13 + [DeliveryOutcome.DROPPED]
    # The same bytes and headers each time: also the same id, version and signature.
    assert len(set(world.sent)) == 1
    assert world.mock.webhooks.is_idle


def test_retries_end_when_the_event_is_accepted() -> None:
    world = world_with_one_event()
    world.respond = lambda _: 204 if len(world.sent) == 3 else 302
    world.clock.advance(minutes=1)
    assert [attempt.status for attempt in world.mock.webhooks.log] == [302]
    world.clock.advance(29)
    assert len(world.sent) == 1
    world.clock.advance(1)
    assert len(world.sent) == 2
    world.clock.advance(days=10)
    assert [attempt.status for attempt in world.mock.webhooks.log] == [302, 302, 204]


def test_no_response_is_a_failure_that_the_log_explains() -> None:
    world = world_with_one_event()

    def fail(_: Outgoing) -> int:
        raise OSError(f"cannot reach {URL}")

    world.respond = fail
    world.clock.advance(seconds=SPAN + 60)
    log = world.mock.webhooks.log
    assert len(log) == 14
    assert (log[0].status, log[0].error, log[0].url) == (
        None,
        "OSError: cannot reach http://receiver.test/hook",
        "http://receiver.test/hook",
    )
    assert "in-the-url" not in repr(tuple(log))


def test_deliveries_under_way_keep_the_settings_of_their_first_attempt() -> None:
    world = world_with_one_event(version="2024-01", headers={"x-own": "old"})
    world.respond = lambda _: 500
    world.clock.advance(minutes=2)
    webhooks = world.mock.webhooks
    webhooks.remove(webhooks.endpoints[0])
    world.add(**{**ONE, "secret": "another", "version": "2026-07", "headers": {"x-own": "new"}})
    world.create("D-1-2")
    world.sent.clear()
    world.respond = lambda _: 200
    world.clock.advance(days=1)
    assert {(header(one, "as-webhook-version"), header(one, "x-own")) for one in world.sent} == {
        ("2024-01", "old"),
        ("2026-07", "new"),
    }
    for one in world.sent:
        assert is_signed(one, SECRET if header(one, "x-own") == "old" else "another")


def test_each_url_has_its_own_retries() -> None:
    world = World()
    world.add(**ONE)
    world.add(**ONE, url="http://receiver.test/good")
    world.create("D-1-1")
    world.respond = lambda request: 200 if request.url.endswith("good") else 500
    world.clock.advance(days=10)
    found = [attempt.endpoint for attempt in world.mock.webhooks.log]
    assert (found.count(1), found.count(2)) == (14, 1)
    event_id = world.mock.webhooks.log[0].event_id
    assert len(world.mock.webhooks.log.of(event_id)) == 15


def test_waiting_deliveries_can_be_seen() -> None:
    world = world_with_one_event()
    world.respond = lambda _: 500
    world.clock.advance(minutes=1)
    (waiting,) = world.mock.webhooks.waiting
    assert (waiting.attempt, (waiting.due - world.clock.now()).total_seconds()) == (2, 30)
    assert not world.mock.webhooks.is_idle


def test_the_log_is_bounded() -> None:
    world = world_with_one_event()
    world.mock.webhooks.log = DeliveryLog(capacity=3)
    world.respond = lambda _: 500
    world.clock.advance(days=10)
    assert [attempt.attempt for attempt in world.mock.webhooks.log] == [12, 13, 14]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://receiver.test"},
        {"url": "receiver.test/hook"},
        {"url": "http://receiver.test:99999/"},
        {"url": "http://receiver.test:5000/", "documented_ports": True},
        {"secret": "  "},
        {"version": "2024-1"},
        {"version": "latest"},
        {"events": ["tracking_created"]},
        {"tags": ["Pending"]},
        {"headers": {f"x-{n}": "1" for n in range(6)}},
        {"headers": {"aftership-hmac-sha256": "1"}},
        {"headers": {"x y": "1"}},
        {"headers": {"x-own": "1\r\nx-more: 2"}},
    ],
)
def test_settings_that_are_refused(wrong: dict[str, Any]) -> None:
    world = World()
    with pytest.raises(ValueError) as caught:
        world.add(**wrong)
    assert SECRET not in str(caught.value)
    assert world.mock.webhooks.endpoints == ()


def test_a_string_is_not_a_collection() -> None:
    with pytest.raises(TypeError, match="collection"):
        World().add(events="tracking_update")


@pytest.mark.parametrize("url", ["https://a.test", "http://a.test/x", "http://a.test:8080"])
def test_the_documented_ports(url: str) -> None:
    assert World().add(url=url, documented_ports=True).number == 1


def test_there_are_at_most_ten_urls() -> None:
    world = World()
    for number in range(10):
        world.add(url=f"http://receiver.test/{number}")
    with pytest.raises(ValueError, match="10"):
        world.add()
    world.mock.webhooks.remove(world.mock.webhooks.endpoints[0])
    assert world.add().number == 11


def test_nothing_that_is_shown_holds_a_secret() -> None:
    world = world_with_one_event(headers={"x-own": "own-header-value"})
    world.respond = lambda _: 500
    world.clock.advance(minutes=1)
    shown = repr(
        (
            world.mock.webhooks.endpoints,
            world.mock.webhooks.waiting,
            world.sent,
            list(world.mock.webhooks.log),
        )
    )
    for secret in (SECRET, "own-header-value", "in-the-url"):
        assert secret not in shown


def test_the_wire_carries_the_documented_headers_and_exact_bytes() -> None:
    world = world_with_one_event(headers={"x-own": "1"})
    world.clock.advance(minutes=1)
    with receiver(lambda *_: 200) as (url, got):
        sender = HttpSender()
        assert sender(world.sent[0]._replace(url=f"{url}/hook?x=1")).status == 200
        sender.close()
    ((path, headers, body),) = got
    assert (path, body) == ("/hook?x=1", world.sent[0].body)
    assert headers.pop("host") == url.removeprefix("http://")
    assert headers.pop("content-length") == str(len(body))
    assert headers == dict(world.sent[0].headers)


def test_redirects_are_not_followed() -> None:
    with receiver(lambda *_: 307) as (url, got):
        sender = HttpSender()
        assert sender(Outgoing(url, (), b"{}")).status == 307
        sender.close()
    assert len(got) == 1


def test_a_timeout_has_to_be_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        HttpSender(0)


def test_a_mock_with_a_running_clock_sends_from_threads() -> None:
    mock = Mock(clock=SystemClock(6000), documents=ReadOnce)
    turns = {"left": 3}
    lock = threading.Lock()

    def refuse_three_times(*_: Any) -> int:
        with lock:
            turns["left"] -= 1
            return 500 if turns["left"] >= 0 else 200

    with receiver(refuse_three_times) as (url, got):
        mock.webhooks.add(url, secret=SECRET, events=["tracking_update"])
        mock.webhooks.start()
        mock.webhooks.start()  # once is enough
        request = MockRequest.to(
            "POST", "/tracking/2026-07/trackings", key="k", json={"tracking_number": "ITOD-20-1"}
        )
        assert mock.handle(request).status == 201
        wait_until(lambda: sum(each.outcome is DeliveryOutcome.TAKEN for each in mock.webhooks.log) == 4)
        mock.webhooks.stop()
    assert len(got) == 7
    assert {each.tag for each in mock.webhooks.log} == {
        "InfoReceived",
        "InTransit",
        "OutForDelivery",
        "Delivered",
    }
    assert not [each for each in threading.enumerate() if each.name.startswith("mock-webhooks")]


def test_the_served_mock_sends_while_it_is_served() -> None:
    mock = Mock(clock=SystemClock(6000), documents=ReadOnce)
    sent: list[Outgoing] = []
    mock.webhooks.transport = lambda request: sent.append(request) or 200  # type: ignore[func-returns-value]
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def serve() -> None:
        async def receive() -> dict[str, str]:
            if len(messages) == 1:
                async with httpx.AsyncClient(transport=mock.async_transport()) as client:
                    await client.post(
                        "http://mock/tracking/2026-07/trackings",
                        json={"tracking_number": "D-1-1"},
                        headers={"as-api-key": "k"},
                    )
                while not sent:
                    await asyncio.sleep(0.01)
            return messages.pop(0)

        async def send(_: Any) -> None:
            pass

        await mock({"type": "lifespan"}, receive, send)

    # The URL is added before the mock is served. It gets events only while the mock is served.
    mock.webhooks.add(URL, secret=SECRET, **ONE)
    asyncio.run(asyncio.wait_for(serve(), PATIENCE))
    assert len(sent) == 1
    assert not [each for each in threading.enumerate() if each.name.startswith("mock-webhooks")]


def test_a_mock_without_urls_starts_no_thread() -> None:
    mock = Mock(clock=SystemClock(), documents=ReadOnce)
    mock.webhooks.start()
    assert not [each for each in threading.enumerate() if each.name.startswith("mock-webhooks")]
    mock.webhooks.add(URL, secret=SECRET)
    assert [each for each in threading.enumerate() if each.name.startswith("mock-webhooks")]
    mock.webhooks.stop()


def test_callers_of_several_threads_lose_no_event() -> None:
    world = World()
    world.add(**ONE)

    def work(first: int) -> None:
        for number in range(first, first + 50):
            world.create(f"D-1-{number}")

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.clock.advance(minutes=1)
    assert len({event["msg"]["tracking_number"] for event in world.events}) == 200
    assert len(world.sent) == 200


def test_an_interrupt_anywhere_leaves_the_mock_able_to_send() -> None:
    """Ctrl-C at each line of `deliver`."""
    code = Webhooks.deliver.__code__
    # The lines between the start and the first step in which something is sent.
    for wanted in range(1, 8):
        world = world_with_one_event()
        seen = 0

        def interrupt(frame: FrameType, event: str, _: object, wanted: int = wanted) -> Any:
            nonlocal seen
            if frame.f_code is not code:
                return None
            seen += event == "line"
            if seen == wanted:
                seen += 1
                raise KeyboardInterrupt
            return interrupt

        sys.settrace(interrupt)
        try:
            with suppress(KeyboardInterrupt):
                world.mock.webhooks.deliver()
        finally:
            sys.settrace(None)
        assert seen >= wanted
        world.clock.advance(minutes=2)
        assert len(world.mock.webhooks.log) == 1, f"an interrupt at line {wanted} of deliver"


def test_what_a_transport_raises_is_in_the_log_without_secrets() -> None:
    mock = Mock(clock=ManualClock())

    def broken(request: Outgoing) -> int:
        headers = dict(request.headers)
        raise KeyError(f"no route for {request.url} with {headers['x-pass']}")

    mock.webhooks.transport = broken
    endpoint = mock.webhooks.add(
        "http://anna:pa55word@127.0.0.1:8080/hook?token=t0ken", secret="s", headers={"x-pass": "Basic h1dden"}
    )
    error = mock.webhooks.send_test(endpoint).error or ""
    assert error.startswith("KeyError: 'no route for http://127.0.0.1:8080/hook with ***")
    assert not [secret for secret in ("pa55word", "t0ken", "h1dden") if secret in error]
