"""The backend of a shop: parcels are registered once, events count once, and the page says what is known."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from aftership_tracking import AfterShip, Tracking
from aftership_tracking.mock import FaultBody, ManualClock, Mock, MockRequest
from aftership_tracking.mock.webhooks import Chaos
from aftership_tracking.testing import ClientClock, bad_signatures, signed_event
from aftership_tracking.testing.requests import SignedRequest
from examples.merchant_backend.app import create_app
from examples.merchant_backend.shipments import Shipment, Shipments, save
from examples.merchant_backend.status_page import show_shipment
from patience import PATIENCE, wait_until
from receiver_support.loopback import post
from tests.examples.conftest import Example, assert_shows

pytestmark = pytest.mark.pages

SECRET = "the secret of the webhooks"
KEY = "key-of-examples"
NUMBER = "1Z999AA10123456784"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>" + "W" * 120


class Shop:
    """The application on a port, the mock behind it, and its database."""

    def __init__(self, mock: Mock, client: AfterShip, folder: Path, retry_after: float = 3600) -> None:
        self.mock = mock
        self.database = folder / "shop.db"
        self.clock = mock.clock
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        app = create_app(client, SECRET, self.database, retry_after=retry_after)
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    def __enter__(self) -> Shop:
        wait_until(lambda: self._server.started or not self._thread.is_alive(), "the shop listens")
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def ship(
        self, number: str = NUMBER, courier: str = "ups", order: str = "A-17"
    ) -> tuple[int, dict[str, Any]]:
        response = self.http.post(f"/orders/{order}/shipments", json={"number": number, "courier": courier})
        return response.status_code, response.json()

    def page(self, shipped: dict[str, Any]) -> str:
        return self.http.get(shipped["page"]).text

    def deliver(self, request: SignedRequest) -> int:
        return post(self.port, "/webhooks/aftership", request.body, request.headers).status

    def mails(self) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute("SELECT number, kind FROM mails").fetchall()

    def statuses(self) -> list[int]:
        """Of the creates that the service got."""
        return [each.status for each in self.mock.journal if each.method == "POST"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    mock = Mock(clock=ManualClock(datetime.now(UTC)), keys=[KEY])
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client(transport=mock.transport()))
        with ClientClock(moves=mock.clock):  # its waits take no time
            client = AfterShip(KEY, http_client=http)
        shop = stack.enter_context(Shop(mock, client, tmp_path))
        mock.webhooks.add(f"{shop.url}/webhooks/aftership", secret=SECRET, version="2025-07")
        stack.callback(mock.webhooks.stop)
        yield shop


def test_the_command_prints_what_its_page_shows_and_ctrl_c_ends_it(example: Example) -> None:
    running = example.start("--port", "0", "--speed", "600")
    page = running.read_until(r"sample parcel: (\S+)$")[1]
    running.read_until("a mail is requested")
    assert "Your parcel was delivered" in httpx.get(page, timeout=PATIENCE).text
    running.interrupt()
    ended = running.end()
    assert ended.code == 0, ended.printed
    assert_shows(f"{example.shown.replace(':8080/', ':.../')}The mock was stopped.\n", ended.printed)
    assert "Traceback" not in ended.printed


def test_a_shipment_is_registered_once_however_often_it_is_sent(shop: Shop) -> None:
    first = shop.ship()
    assert first == shop.ship()
    assert (first[0], first[1]["status"], first[1]["refusal"]) == (201, "Pending", None)
    assert shop.statuses() == [201]
    [order] = [each["order_id"] for each in listed(shop)]
    assert order == "A-17"


def test_a_lost_response_does_not_make_two_trackings(shop: Shop) -> None:
    shop.mock.faults.add(operation="trackings.create", drop="after")
    assert shop.ship()[0] == 201
    assert len(listed(shop)) == 1


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}, {"drop": "before"}, {"status": 401}])
def test_a_shipment_that_cannot_be_registered_now_is_registered_later(
    shop: Shop, fault: dict[str, Any]
) -> None:
    rule = shop.mock.faults.add(operation="trackings.create", times=None, **fault)
    status, shipped = shop.ship()
    assert (status, shipped["status"], shipped["refusal"]) == (202, None, None)
    assert "Your parcel is packed" in shop.page(shipped)
    shop.mock.faults.remove(rule)
    again, registered = shop.ship()
    assert (again, registered["status"], registered["page"]) == (201, "Pending", shipped["page"])
    assert len(listed(shop)) == 1


def test_one_429_only_delays(shop: Shop) -> None:
    shop.mock.faults.add(429, operation="trackings.create", headers={"Retry-After": "2"})
    assert shop.ship()[0] == 201
    assert shop.statuses() == [429, 201]


def test_what_is_refused_is_not_tried_again(shop: Shop) -> None:
    status, shipped = shop.ship(courier="nobody")
    assert (status, shipped["status"]) == (422, None)
    assert shipped["refusal"]
    tried = len(shop.statuses())
    shop.ship(number="PARCEL0001")
    assert len(shop.statuses()) == tried + 1
    assert shop.http.post("/orders/A-17/shipments", json={"number": ""}).status_code == 422


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (r'{"number": "\ud800", "courier": "usps"}', "body.number: "),
        (r'{"number": "A-17", "courier": "\udfff"}', "body.courier: "),
        (r'{"\ud800": 1}', "body.number: "),
        ('{"number": NaN, "courier": "usps"}', "body.number: "),
        ("NaN", "body: "),
        ("[", "body.1: "),
    ],
)
def test_what_is_not_a_shipment_is_refused_in_one_sentence(shop: Shop, body: str, named: str) -> None:
    headers = {"content-type": "application/json"}
    response = shop.http.post("/orders/A-17/shipments", content=body, headers=headers)
    assert response.status_code == 422
    assert response.json()["detail"].startswith(named)


def test_events_count_once_and_move_the_page(shop: Shop) -> None:
    _, shipped = shop.ship("ITOD-1-42", "testing-courier")
    shop.ship("IT-1-43", "testing-courier")
    shop.mock.webhooks.chaos = Chaos(duplicates=1.0)
    shop.mock.advance("3d")
    assert {each.status for each in shop.mock.webhooks.log} == {200}
    assert sum(each.tag == "Delivered" for each in shop.mock.webhooks.log) == 2
    assert shop.mails() == [("ITOD-1-42", "delivered")]
    page = shop.page(shipped)
    assert "Your parcel was delivered" in page
    assert page.count('class="done"') == 4


def test_forged_and_foreign_events_change_nothing(shop: Shop) -> None:
    shop.ship()
    genuine = signed_event(SECRET, tag="Delivered")
    for how, forged in bad_signatures(genuine):
        assert shop.deliver(forged) == 401, how
    # Genuine, and about a parcel of somebody else: not a failure, or it would come thirteen times more.
    assert shop.deliver(genuine) == 200
    assert shop.mails() == []


def test_older_news_do_not_replace_newer_ones(shop: Shop) -> None:
    _, shipped = shop.ship("ITOD-1-42", "testing-courier")
    shop.mock.advance("3d")
    [newest] = [Tracking.from_dict(each) for each in listed(shop)]
    older = {**newest.to_dict(), "tag": "InTransit", "checkpoints": newest.to_dict()["checkpoints"][:2]}
    same_second = Tracking.from_dict(older)
    hour_ago = (newest.updated_at.datetime - timedelta(hours=1)).isoformat()
    for late in (same_second, Tracking.from_dict({**older, "updated_at": hour_ago})):
        with closing(sqlite3.connect(shop.database)) as database, database:
            save(database, late)
        assert "Your parcel was delivered" in shop.page(shipped)


def test_a_status_that_nobody_knows_is_shown_as_news(shop: Shop) -> None:
    shop.mock.faults.add(operation="trackings.create", body=FaultBody(kind="unknown-enum", at="data.tag"))
    status, shipped = shop.ship()
    assert (status, shipped["status"] not in ("Pending", None)) == (201, True)
    assert "There is news of your parcel" in shop.page(shipped)


def test_an_address_of_nobody_shows_nothing(shop: Shop) -> None:
    response = shop.http.get("/parcels/guessed")
    assert (response.status_code, "There is no such parcel" in response.text) == (404, True)
    for headers in (response.headers, shop.http.get(shop.ship()[1]["page"]).headers):
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert headers["content-security-policy"].startswith("default-src 'none'")


def test_the_page_is_readable_on_any_screen_and_nothing_in_it_is_executed(shop: Shop) -> None:
    from page_support.browser import running_browser, watch

    hostile = {"message": HOSTILE, "city": HOSTILE, "tag": "InTransit"}
    hostile["checkpoint_time"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    fields = {"tracking_number": NUMBER, "slug": "ups", "checkpoints": [hostile]}
    shop.mock.seed([fields], key=KEY)
    _, shipped = shop.ship(order="A" * 80)
    with running_browser() as browser:
        for width, scheme in ((1280, "light"), (390, "dark")):
            size = {"width": width, "height": 844}
            with watch(browser, viewport=size, color_scheme=scheme) as watched:
                page = watched.page
                page.on(
                    "dialog",
                    lambda dialog, found=watched: (found.dialogs.append(dialog.message), dialog.dismiss()),
                )
                page.goto(shop.url + shipped["page"])
                page.get_by_role("heading", name="Your parcel is on its way").wait_for()
                page.get_by_text("<script>alert(1)").first.wait_for()
                assert page.locator("script, main img").count() == 0
                assert watched.dialogs == []
                # Nothing is wider than the screen.
                assert page.evaluate("document.documentElement.scrollWidth") == width


def test_every_status_of_the_document_has_words_of_its_own() -> None:
    from aftership_tracking import DeliveryStatus
    from examples.merchant_backend.status_page import STATUSES

    assert set(STATUSES) == set(DeliveryStatus)
    assert len({headline for headline, _ in STATUSES.values()}) == len(STATUSES)


def test_a_time_of_a_courier_is_shown_as_it_was_written() -> None:
    checkpoint = {"message": "Sorted", "tag": "InTransit", "location": "Porto"}
    times = {
        "2026-07-01T23:30:00+09:00": "Wed 01 Jul, 23:30 · Porto",
        "2026-07-01T23:30:00": "Wed 01 Jul, 23:30 · Porto",
        "2026-07-01": "Wed 01 Jul · Porto",
        "12/11/2024": "12/11/2024 · Porto",
    }
    tracking = Tracking.from_dict(
        {"tag": "InTransit", "checkpoints": [{**checkpoint, "checkpoint_time": time} for time in times]}
    )
    page = show_shipment(
        Shipment(number=NUMBER, courier="ups", order_id="A-17", page="p", refusal=None, tracking=tracking)
    )
    for shown in times.values():
        assert shown in page


def test_what_was_left_is_registered_after_a_start_once_the_service_is_back(tmp_path: Path) -> None:
    mock = Mock(clock=ManualClock(datetime.now(UTC)), keys=[KEY])
    mock.faults.add(503, operation="trackings.create", times=4)
    shipment = Shipments(tmp_path / "shop.db").add("A-17", NUMBER, "ups")
    with httpx.Client(transport=mock.transport()) as http:
        client = AfterShip(KEY, http_client=http, max_retries=0)
        with Shop(mock, client, tmp_path, retry_after=0.05):
            wait_until(lambda: Shipments(tmp_path / "shop.db").unregistered(0) == [], "it is stored")
    found = Shipments(tmp_path / "shop.db").on_page(shipment.page)
    assert found is not None
    assert found.tracking is not None
    assert [each.status for each in mock.journal] == [503, 503, 503, 503, 201]


def test_a_database_that_was_locked_once_does_not_end_the_retries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = Mock(clock=ManualClock(datetime.now(UTC)), keys=[KEY])
    Shipments(tmp_path / "shop.db").add("A-17", NUMBER, "ups")
    locked = iter([sqlite3.OperationalError("database is locked")])
    unlocked = Shipments.unregistered

    def unregistered(self: Shipments, for_seconds: float) -> list[Shipment]:
        for error in locked:
            raise error
        return unlocked(self, for_seconds)

    monkeypatch.setattr(Shipments, "unregistered", unregistered)
    with (
        httpx.Client(transport=mock.transport()) as http,
        Shop(mock, AfterShip(KEY, http_client=http), tmp_path, retry_after=0.05),
    ):
        wait_until(lambda: unlocked(Shipments(tmp_path / "shop.db"), 0) == [], "it is stored")


def listed(shop: Shop) -> list[dict[str, Any]]:
    response = shop.mock.handle(MockRequest.to("GET", "/tracking/2026-07/trackings", key=KEY))
    found: list[dict[str, Any]] = json.loads(response.body)["data"]["trackings"]
    return found
