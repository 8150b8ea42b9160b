"""The two whole programs of `examples/`, as a new user would write them, against the mock.

They run as processes. `test_page_samples.py` and `check_wheel` check their types.
"""

from __future__ import annotations

import ast
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse
from aftership_tracking.mock.webhooks import Chaos
from aftership_tracking.testing import bad_signatures, signed_event
from aftership_tracking.testing.requests import SignedRequest
from patience import PATIENCE
from receiver_support.loopback import ROOT, post, serving
from receiver_support.redis_server import free_port
from writing_support.loopback import serve_mock

SECRET = "the secret of the webhooks"
KEY = "key-of-examples"
# The types say what is always sent, so a program asks about nothing of it.
ALWAYS_SENT = {"id", "tracking_number", "tag", "checkpoints", "created_at", "updated_at", "slug"}


@pytest.fixture
def clock() -> ManualClock:
    # The programs look back from the time of the machine.
    return ManualClock(datetime.now(UTC))


@pytest.fixture
def mock(clock: ManualClock) -> Iterator[Mock]:
    mock = Mock(clock=clock, keys=[KEY])
    yield mock
    mock.webhooks.stop()  # closes the connections to the application


@pytest.fixture
def url(mock: Mock) -> Iterator[str]:
    with serve_mock(mock) as served:
        yield served.url


def guards(tree: ast.AST) -> list[int]:
    """Lines that compare with None, or assert, what is always sent, or use something else in its stead."""
    found: list[int] = []
    for node in ast.walk(tree):
        checked: list[ast.expr] = []
        match node:
            case ast.Compare(left=left, comparators=[ast.Constant(value=None)]):
                checked = [left]
            case ast.Assert(test=test) | ast.If(test=test) | ast.IfExp(test=test):
                checked = [test]
            case ast.BoolOp(values=values):
                checked = values
        names = {one.attr for one in checked if isinstance(one, ast.Attribute)}
        if names & ALWAYS_SENT:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("name", ["parcel_app", "nightly_sync", "parcel_life"])
def test_no_guard_for_what_is_always_sent(name: str) -> None:
    assert guards(ast.parse((ROOT / "examples" / f"{name}.py").read_text("utf-8"))) == []


def test_planted_guards_are_found() -> None:
    planted = "assert t.id\nif t.checkpoints: ...\nx = t.tag or ''\nt.created_at is not None\nt.title is None"
    assert sorted(guards(ast.parse(planted))) == [1, 2, 3, 4]


class App:
    def __init__(self, port: int) -> None:
        self._port = port
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False)

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        response = self._http.get(path, params=query)
        return response.status_code, response.json()

    def deliver(self, request: SignedRequest) -> int:
        return post(self._port, "/webhooks/aftership", request.body, request.headers).status

    def add(self, **parcel: Any) -> tuple[int, Any]:
        response = self._http.post("/parcels", json=parcel)
        return response.status_code, response.json()


@pytest.fixture
def app(url: str, mock: Mock, tmp_path: Path) -> Iterator[App]:
    port = free_port()
    environment = {
        "AFTERSHIP_API_KEY": KEY,
        "AFTERSHIP_BASE_URL": url,
        "AFTERSHIP_WEBHOOK_SECRET": SECRET,
        "EVENTS": str(tmp_path / "events.db"),
    }
    mock.webhooks.add(f"http://127.0.0.1:{port}/webhooks/aftership", secret=SECRET, version="2025-07")
    with ExitStack() as stack:
        stack.enter_context(
            serving(ROOT / "examples" / "parcel_app.py", port, tmp_path / "log", **environment)
        )
        yield stack.enter_context(App(port))


def test_parcels_are_added_listed_and_shown(app: App, mock: Mock) -> None:
    status, shoes = app.add(tracking_number="ITOD-1-42", slug="testing-courier", email="a@example.com")
    assert (status, shoes["tag"], shoes["checkpoints"]) == (201, "Pending", [])
    assert shoes["customers"][0]["email"] == "a@example.com"
    for number in range(4):
        assert app.add(tracking_number=f"PARCEL000{number}", slug="ups", title=f"box {number}")[0] == 201

    # A page, the next one, and none after it.
    found, cursor = [], None
    for expected in (2, 2):
        query = {"cursor": cursor} if cursor else {}
        status, page = app.get("/parcels", slug="ups", added_since="2020-01-01T00:00:00Z", limit=2, **query)
        assert (status, len(page["parcels"])) == (200, expected)
        found += [one["title"] for one in page["parcels"]]
        cursor = page["next_cursor"]
    assert (sorted(found), cursor) == ([f"box {number}" for number in range(4)], None)
    assert app.get("/parcels", tag="Delivered")[1] == {"parcels": [], "next_cursor": None}

    # What the application shows is what the service sent.
    (shown,) = app.get("/parcels", tag="Pending", slug="testing-courier")[1]["parcels"]
    assert shown == shoes == app.get(f"/parcels/{shoes['id']}")[1]
    request = MockRequest.to("GET", f"/tracking/2026-07/trackings/{shoes['id']}", key=KEY)
    assert json.loads(mock.handle(request).body)["data"] == shown


def test_mistakes_and_failures_have_their_statuses(app: App, mock: Mock) -> None:
    _, parcel = app.add(tracking_number="PARCEL0001", slug="ups")
    assert app.add(tracking_number="PARCEL0001", slug="ups") == (
        409,
        {"message": "This tracking is there already.", "id": parcel["id"]},
    )
    assert app.add(tracking_number="?", slug="ups")[0] == 422
    assert app.get("/parcels/nothing")[0] == 404
    assert app.get("/parcels", cursor="nonsense")[0] == 422
    assert app.get("/parcels", cursor="")[0] == 422
    assert app.get("/parcels", added_since="2024-01-01T00:00:00")[0] == 422  # without a zone
    mock.faults.add(401)
    assert app.get("/parcels") == (503, {"message": "Please try again later."})


def test_the_description_shows_the_fields_of_a_tracking(app: App) -> None:
    document = app.get("/openapi.json")[1]
    schemas = document["components"]["schemas"]
    assert schemas["Tracking"]["properties"]["tracking_number"]["type"] == "string"
    assert "tracking_number" in schemas["Tracking"]["required"]
    route = document["paths"]["/parcels/{parcel_id}"]["get"]["responses"]["200"]
    assert route["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Tracking"}


def test_delivered_parcels_are_noted_once(app: App, mock: Mock, clock: ManualClock) -> None:
    app.add(tracking_number="ITOD-1-42", slug="testing-courier")
    app.add(tracking_number="IT-1-43", slug="testing-courier")
    mock.webhooks.chaos = Chaos(duplicates=1.0)
    clock.advance(days=3)
    status, noted = app.get("/delivered")
    assert (status, list(noted)) == (200, ["ITOD-1-42"])
    assert {each.status for each in mock.webhooks.log} == {200}
    assert sum(each.tag == "Delivered" for each in mock.webhooks.log) == 2


def test_forged_deliveries_are_not_noted(app: App) -> None:
    genuine = signed_event(SECRET, tag="Delivered")
    for how, forged in bad_signatures(genuine):
        assert app.deliver(forged) == 401, how
    assert app.get("/delivered") == (200, {})
    assert app.deliver(genuine) == 200
    assert len(app.get("/delivered")[1]) == 1


# The sync.


class Sync:
    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url
        self.printed = ""

    def run(self, key: str = KEY) -> int:
        done = subprocess.run(
            [sys.executable, ROOT / "examples" / "nightly_sync.py"],
            cwd=self._folder,
            env={**os.environ, "AFTERSHIP_API_KEY": key, "AFTERSHIP_BASE_URL": self._url},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        self.printed = done.stderr
        return done.returncode

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._folder / "parcels.db")) as database:
            return database.execute(query).fetchall()


@pytest.fixture
def sync(url: str, tmp_path: Path) -> Sync:
    return Sync(tmp_path, url)


def create(mock: Mock, number: str) -> str:
    request = MockRequest.to(
        "POST",
        "/tracking/2026-07/trackings",
        key=KEY,
        json={"tracking_number": number, "slug": "testing-courier"},
    )
    response = mock.handle(request)
    assert response.status == 201
    return str(json.loads(response.body)["data"]["id"])


def test_a_sync_copies_changes_with_times_and_checkpoints(sync: Sync, mock: Mock, clock: ManualClock) -> None:
    parcel = create(mock, "ITOD-20-1")
    create(mock, "PARCEL0001")
    assert sync.run() == 0
    assert sync.rows("SELECT number, status FROM parcels ORDER BY number") == [
        ("ITOD-20-1", "Pending"),
        ("PARCEL0001", "Pending"),
    ]
    assert sync.run() == 0
    assert "done: 0" in sync.printed

    clock.advance(days=3)
    assert sync.run() == 0
    assert "done: 1" in sync.printed
    assert sync.rows("SELECT status FROM parcels ORDER BY number") == [("Delivered",), ("Pending",)]
    request = MockRequest.to("GET", f"/tracking/2026-07/trackings/{parcel}", key=KEY)
    sent = json.loads(mock.handle(request).body)["data"]
    ((document, delivered_at),) = sync.rows(
        "SELECT document, delivered_at FROM parcels WHERE status = 'Delivered'"
    )
    assert json.loads(document) == sent
    assert len(sent["checkpoints"]) == 4
    checkpoints = sync.rows("SELECT at_as_sent, at_utc, status FROM checkpoints ORDER BY position")
    assert [(text, status) for text, _, status in checkpoints] == [
        (one["checkpoint_time"], one["tag"]) for one in sent["checkpoints"]
    ]
    assert [utc for _, utc, _ in checkpoints] == [
        datetime.fromisoformat(text).astimezone(UTC).isoformat() for text, _, _ in checkpoints
    ]
    assert delivered_at == checkpoints[-1][1]


def test_a_sync_that_failed_is_continued(sync: Sync, mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(401):
        create(mock, f"PARCEL{number:04}")
    handle, lists = mock.handle, []

    def fail_once(request: MockRequest) -> MockResponse:
        lists.append(request)
        if len(lists) == 2:
            mock.faults.add(401)
        return handle(request)

    monkeypatch.setattr(mock, "handle", fail_once)
    assert sync.run() == 2
    assert sync.rows("SELECT count(*) FROM parcels") == [(200,)]
    assert sync.run() == 0
    assert "done: 201" in sync.printed
    assert sync.rows("SELECT count(*) FROM parcels") == [(401,)]


def test_a_sync_says_what_is_wrong(sync: Sync, mock: Mock) -> None:
    assert sync.run(key="wrong") == 2
    assert "401" in sync.printed
    assert "Traceback" not in sync.printed
    assert sync.run() == 0
