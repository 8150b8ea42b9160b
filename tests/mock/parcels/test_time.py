"""The clock is the real one, whatever the pace of parcels; ids and headers do not depend on chance."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from aftership_tracking.mock import ManualClock, Mock, MockRequest, SystemClock
from aftership_tracking.mock.webhooks import Chaos
from aftership_tracking.testing import ClientClock
from contract_support.document.installed import ReadOnce
from patience import wait_until

URL = "http://receiver.example/"
FAST = 6000.0
SOON = timedelta(minutes=5)


def call(mock: Mock, method: str, path: str, **parts: Any) -> Any:
    response = mock.handle(MockRequest.to(method, f"/tracking/2026-07{path}", **{"key": "k", **parts}))
    assert response.status < 300, response
    return response.json["data"]


def create(mock: Mock, number: str, key: str = "k") -> str:
    found: str = call(mock, "POST", "/trackings", json={"tracking_number": number}, key=key)["id"]
    return found


def test_a_fast_account_is_not_in_the_future() -> None:
    mock = Mock(clock=SystemClock(FAST), documents=ReadOnce)
    identifier = create(mock, "ITOD-1-1")
    wait_until(lambda: call(mock, "GET", f"/trackings/{identifier}")["tag"] == "Delivered")
    found = call(mock, "GET", f"/trackings/{identifier}")
    now = datetime.now(UTC)
    times = [found["created_at"], found["updated_at"]]
    times += [point["created_at"] for point in found["checkpoints"]]
    assert all(datetime.fromisoformat(time) <= now + timedelta(seconds=1) for time in times)
    later = create(mock, "ITOD-20-2")
    seen = call(mock, "GET", f"/trackings?created_at_max={(now + SOON).strftime('%Y-%m-%dT%H:%M:%SZ')}")
    assert {each["id"] for each in seen["trackings"]} == {identifier, later}


def test_the_speed_can_be_changed() -> None:
    mock = Mock(clock=ManualClock(), documents=ReadOnce)
    assert mock.speed == 1
    identifier = create(mock, "D-20-1")
    mock.speed = 20 * 60
    mock.clock.advance(1)
    assert call(mock, "GET", f"/trackings/{identifier}")["tag"] == "Delivered"


def test_every_clock_can_be_moved() -> None:
    class Noon:
        def now(self) -> datetime:
            return datetime(2026, 7, 1, 12, tzinfo=UTC)

        wall = now

    mock = Mock(clock=Noon(), documents=ReadOnce)
    with ClientClock(moves=mock.clock) as clock:
        assert clock.now() == Noon().now()
    assert mock.clock.advance(minutes=1) == datetime(2026, 7, 1, 12, 1, tzinfo=UTC)
    assert mock.clock.wall() == Noon().now()
    identifier = create(mock, "D-20-1")
    mock.clock.advance(minutes=20)
    assert call(mock, "GET", f"/trackings/{identifier}")["tag"] == "Delivered"
    usual = Mock(documents=ReadOnce)
    usual.clock.advance(days=1)
    assert usual.clock.now() > datetime.now(UTC) + timedelta(hours=23)


def test_one_more_request_changes_no_later_id() -> None:
    prediction = {
        "slug": "usps",
        "origin_address": {"country_region": "USA", "state": "CA"},
        "destination_address": {"country_region": "USA", "state": "NY"},
        "pickup_time": "2026-07-01 10:00:00",
    }
    connection = {"courier_slug": "usps", "credentials": {"user": "u"}}
    more: list[tuple[str, str, Any, str]] = [
        ("GET", "/couriers?slug=usps", None, "k"),
        ("POST", "/estimated-delivery-date/predict", prediction, "k"),
        ("POST", "/courier-connections", connection, "k"),
        ("POST", "/trackings", {"tracking_number": "D-1-1"}, "another key"),
    ]
    expected = [create(mock := Mock(clock=ManualClock(), documents=ReadOnce), "D-1-1"), create(mock, "D-1-2")]
    for method, path, body, key in more:
        mock = Mock(clock=ManualClock(), documents=ReadOnce)
        first = create(mock, "D-1-1")
        call(mock, method, path, key=key, **({} if body is None else {"json": body}))
        assert [first, create(mock, "D-1-2")] == expected, path


def test_accounts_have_different_ids() -> None:
    mock = Mock(clock=ManualClock(), documents=ReadOnce)
    assert create(mock, "D-1-1", key="one") != create(mock, "D-1-1", key="two")


def test_what_chaos_adds_changes_no_event_id() -> None:
    def event_ids(chaos: Chaos, *, is_tested: bool = False) -> list[str]:
        mock = Mock(clock=ManualClock(), documents=ReadOnce)
        mock.webhooks.transport = lambda request: 200
        endpoint = mock.webhooks.add(URL, secret="s", events=["tracking_update"])
        mock.webhooks.chaos = chaos
        if is_tested:
            mock.webhooks.send_test(endpoint)
        create(mock, "ITOD-1-1")
        mock.clock.advance(minutes=10)
        return [each.event_id for each in mock.webhooks.log if each.kind == "genuine"]

    expected = event_ids(Chaos())
    assert len(expected) == 4
    assert event_ids(Chaos(unknown_events=1, unknown_tags=1)) == expected
    assert event_ids(Chaos(), is_tested=True) == expected


def test_a_planned_429_says_that_nothing_is_left() -> None:
    mock = Mock(clock=ManualClock(), documents=ReadOnce)
    mock.faults.add(429)
    request = MockRequest.to("GET", "/tracking/2026-07/couriers", key="k")
    refused, served = mock.handle(request), mock.handle(request)
    assert (refused.status, refused.headers["x-ratelimit-remaining"]) == (429, "0")
    assert int(refused.headers["x-ratelimit-reset"]) > mock.clock.wall().timestamp()
    assert served.status == 200
    assert int(served.headers["x-ratelimit-remaining"]) > 0


def test_webhooks_of_a_parcel_keep_their_order_at_any_speed() -> None:
    """The first event takes long at the receiver. Its others have to wait; no other parcel has."""
    mock = Mock(clock=SystemClock(FAST * 100), documents=ReadOnce)
    begun: list[tuple[str, str]] = []
    go_on = threading.Event()

    def receive(request: Any) -> int:
        message = json.loads(request.body)["msg"]
        begun.append((message["tracking_number"], message["tag"]))
        if message["tracking_number"] == "ITOD-1-1":
            assert go_on.wait(60)
        return 200

    mock.webhooks.transport = receive
    mock.webhooks.add(URL, secret="s", events=["tracking_update"])
    mock.webhooks.start(workers=4)
    create(mock, "ITOD-1-1")
    wait_until(lambda: len(begun) == 1)
    create(mock, "ITOD-1-2")
    wait_until(lambda: ("ITOD-1-2", "Delivered") in begun)
    assert [tag for number, tag in begun if number == "ITOD-1-1"] == ["InfoReceived"]
    assert [tag for number, tag in begun if number == "ITOD-1-2"] == [
        *("InfoReceived", "InTransit", "OutForDelivery", "Delivered")
    ]
    go_on.set()
    wait_until(lambda: len(begun) == 8)
    mock.webhooks.stop()
    assert [tag for number, tag in begun if number == "ITOD-1-1"][-1] == "Delivered"
