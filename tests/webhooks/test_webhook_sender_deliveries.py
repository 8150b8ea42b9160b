"""How the mock delivers: retries, settings, refusals of settings, the log, the wire, threads."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import Mock, MockRequest, SystemClock
from aftership_tracking.mock.webhooks import DeliveryOutcome, HttpSender, Outgoing
from aftership_tracking.mock.webhooks.deliveries import DeliveryLog
from aftership_tracking.sending.schedule import OFFSETS, SPAN
from webhook_sender_support import SECRET, URL, Desk, ReadOnce, header, is_signed, receiver

ONE = {"events": ["tracking_update"], "tags": ["Delivered"]}


def desk_with_one_event(**settings: Any) -> Desk:
    """Its one event comes a step after the parcel was created."""
    desk = Desk()
    desk.add(**{**ONE, **settings})
    desk.create("D-1-1")
    return desk


def test_a_failing_receiver_gets_14_attempts_by_the_table() -> None:
    desk = desk_with_one_event()
    desk.answers = lambda _: 503
    desk.clock.advance(days=10)
    log = list(desk.mock.webhooks.log)
    assert [(attempt.sent - log[0].sent).total_seconds() for attempt in log] == list(OFFSETS)
    assert [attempt.attempt for attempt in log] == list(range(1, 15))
    assert [attempt.outcome for attempt in log] == [DeliveryOutcome.AGAIN] * 13 + [DeliveryOutcome.DROPPED]
    # The same bytes and headers each time: also the same id, version and signature.
    assert len(set(desk.sent)) == 1
    assert desk.mock.webhooks.is_idle


def test_retries_end_when_the_event_is_taken() -> None:
    desk = desk_with_one_event()
    desk.answers = lambda _: 204 if len(desk.sent) == 3 else 302
    desk.clock.advance(minutes=1)
    assert [attempt.status for attempt in desk.mock.webhooks.log] == [302]
    desk.clock.advance(29)
    assert len(desk.sent) == 1
    desk.clock.advance(1)
    assert len(desk.sent) == 2
    desk.clock.advance(days=10)
    assert [attempt.status for attempt in desk.mock.webhooks.log] == [302, 302, 204]


def test_no_answer_is_a_failure_that_the_log_explains() -> None:
    desk = desk_with_one_event()

    def fail(_: Outgoing) -> int:
        raise OSError(f"cannot reach {URL}")

    desk.answers = fail
    desk.clock.advance(seconds=SPAN + 60)
    log = desk.mock.webhooks.log
    assert len(log) == 14
    assert (log[0].status, log[0].error, log[0].url) == (None, "OSError", "http://receiver.test/hook")
    assert "in-the-url" not in repr(tuple(log))


def test_deliveries_under_way_keep_the_settings_of_their_first_attempt() -> None:
    desk = desk_with_one_event(version="2024-01", headers={"x-own": "old"})
    desk.answers = lambda _: 500
    desk.clock.advance(minutes=2)
    webhooks = desk.mock.webhooks
    webhooks.remove(webhooks.endpoints[0])
    desk.add(**{**ONE, "secret": "another", "version": "2026-07", "headers": {"x-own": "new"}})
    desk.create("D-1-2")
    desk.sent.clear()
    desk.answers = lambda _: 200
    desk.clock.advance(days=1)
    assert {(header(one, "as-webhook-version"), header(one, "x-own")) for one in desk.sent} == {
        ("2024-01", "old"),
        ("2026-07", "new"),
    }
    for one in desk.sent:
        assert is_signed(one, SECRET if header(one, "x-own") == "old" else "another")


def test_each_url_has_its_own_retries() -> None:
    desk = Desk()
    desk.add(**ONE)
    desk.add(**ONE, url="http://receiver.test/good")
    desk.create("D-1-1")
    desk.answers = lambda request: 200 if request.url.endswith("good") else 500
    desk.clock.advance(days=10)
    found = [attempt.endpoint for attempt in desk.mock.webhooks.log]
    assert (found.count(1), found.count(2)) == (14, 1)
    event_id = desk.mock.webhooks.log[0].event_id
    assert len(desk.mock.webhooks.log.of(event_id)) == 15


def test_what_waits_can_be_seen() -> None:
    desk = desk_with_one_event()
    desk.answers = lambda _: 500
    desk.clock.advance(minutes=1)
    (waiting,) = desk.mock.webhooks.waiting
    assert (waiting.attempt, (waiting.due - desk.clock.now()).total_seconds()) == (2, 30)
    assert not desk.mock.webhooks.is_idle


def test_the_log_is_bounded() -> None:
    desk = desk_with_one_event()
    desk.mock.webhooks.log = DeliveryLog(capacity=3)
    desk.answers = lambda _: 500
    desk.clock.advance(days=10)
    assert [attempt.attempt for attempt in desk.mock.webhooks.log] == [12, 13, 14]


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
    desk = Desk()
    with pytest.raises(ValueError) as caught:
        desk.add(**wrong)
    assert SECRET not in str(caught.value)
    assert desk.mock.webhooks.endpoints == ()


def test_one_text_is_no_collection() -> None:
    with pytest.raises(TypeError, match="collection"):
        Desk().add(events="tracking_update")


@pytest.mark.parametrize("url", ["https://a.test", "http://a.test/x", "http://a.test:8080"])
def test_the_documented_ports(url: str) -> None:
    assert Desk().add(url=url, documented_ports=True).number == 1


def test_there_are_at_most_ten_urls() -> None:
    desk = Desk()
    for number in range(10):
        desk.add(url=f"http://receiver.test/{number}")
    with pytest.raises(ValueError, match="10"):
        desk.add()
    desk.mock.webhooks.remove(desk.mock.webhooks.endpoints[0])
    assert desk.add().number == 11


def test_nothing_that_is_shown_holds_a_secret() -> None:
    desk = desk_with_one_event(headers={"x-own": "own-header-value"})
    desk.answers = lambda _: 500
    desk.clock.advance(minutes=1)
    shown = repr(
        (desk.mock.webhooks.endpoints, desk.mock.webhooks.waiting, desk.sent, list(desk.mock.webhooks.log))
    )
    for secret in (SECRET, "own-header-value", "in-the-url"):
        assert secret not in shown


def test_the_wire_carries_the_documented_headers_and_exact_bytes() -> None:
    desk = desk_with_one_event(headers={"x-own": "1"})
    desk.clock.advance(minutes=1)
    with receiver(lambda *_: 200) as (url, got):
        transport = HttpSender()
        assert transport(desk.sent[0]._replace(url=f"{url}/hook?x=1")).status == 200
        transport.close()
    ((path, headers, body),) = got
    assert (path, body) == ("/hook?x=1", desk.sent[0].body)
    assert headers.pop("host") == url.removeprefix("http://")
    assert headers.pop("content-length") == str(len(body))
    assert headers == dict(desk.sent[0].headers)


def test_redirects_are_not_followed() -> None:
    with receiver(lambda *_: 307) as (url, got):
        transport = HttpSender()
        assert transport(Outgoing(url, (), b"{}")).status == 307
        transport.close()
    assert len(got) == 1


def test_a_timeout_has_to_be_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        HttpSender(0)


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


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
        wait_for(lambda: sum(each.outcome is DeliveryOutcome.TAKEN for each in mock.webhooks.log) == 4)
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

    # Added before it is served, and heard only then.
    mock.webhooks.add(URL, secret=SECRET, **ONE)
    asyncio.run(asyncio.wait_for(serve(), 30))
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
    desk = Desk()
    desk.add(**ONE)

    def work(first: int) -> None:
        for number in range(first, first + 50):
            desk.create(f"D-1-{number}")

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.clock.advance(minutes=1)
    assert len({event["msg"]["tracking_number"] for event in desk.events}) == 200
    assert len(desk.sent) == 200
