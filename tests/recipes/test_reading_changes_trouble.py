"""`changes` in difficult conditions: failures, odd responses, wrong clocks, old states, refused cursors."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
import warnings
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest

from aftership_tracking.errors import LikelyMistakeWarning, ServerError, StaleStateWarning, ValidationError
from aftership_tracking.runtime.calls import likely_mistakes
from reading_support.account import CURSORS, VERSIONS, Account, read_changes
from reading_support.own_state import OwnState


@pytest.mark.parametrize("version", VERSIONS)
def test_a_failure_on_the_way_loses_nothing(version):
    account = Account(version, 25)
    transport, count, own_state = account.mock.transport(), 0, OwnState()

    def respond(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return httpx.Response(500) if count % 2 == 0 else transport.handle_request(request)

    client = account.new_client(
        http_client=httpx.Client(transport=httpx.MockTransport(respond)), max_retries=0
    )
    seen: list[str] = []
    for _ in range(10):
        with suppress(ServerError):
            seen.extend(one.id for one in client.trackings.changes(limit=10, state=own_state))
    if version == CURSORS:
        assert seen == list(account.everything())
    else:
        # Page numbers are not reused after a failure: the reading begins again, without what was returned.
        assert seen == list(account.everything())[:10]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_happens_while_it_is_read_is_not_lost(version):
    account = Account(version, 40)
    everything = list(account.everything())
    changes = account.client.trackings.changes(limit=10, overlap=0)
    latest: dict[str, str] = {}
    for number, one in enumerate(changes):
        latest[one.id] = str(one.updated_at)
        if number in (3, 17, 31):
            # One that was read, one that was not, and a new one that shifts numbered pages.
            account.change(everything[number - 2])
            account.change(everything[-number])
            account.add()
    for one in changes:
        latest[one.id] = str(one.updated_at)
    assert latest == account.everything()


def test_two_changes_in_one_second_are_two():
    account = Account(CURSORS, 1)
    identifier = next(iter(account.everything()))
    changes = account.client.trackings.changes()
    account.change(identifier, seconds=0)
    assert [one.title for one in changes] == ["title 2"]
    account.change(identifier, seconds=0)
    assert [one.title for one in changes] == ["title 3"]
    assert list(changes) == []


def test_an_odd_response_is_recognised_again():
    when = "2024-02-06T10:15:30+00:00"
    odd = f'{{"id": "a", "updated_at": "{when}", "title": "half \\ud800", "transit_time": 1e400}}'
    paging = '{"has_next_page": false, "next_cursor": "", "total": 1}'

    def respond(request: httpx.Request) -> httpx.Response:
        content = f'{{"meta": {{"code": 200}}, "data": {{"pagination": {paging}, "trackings": [{odd}]}}}}'
        return httpx.Response(200, content=content.encode())

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    changes = client.trackings.changes()
    assert len(list(changes)) == 1
    assert list(changes) == []


@pytest.mark.parametrize("name", ["state.sqlite", "state.json"])
def test_an_id_that_cannot_be_stored_stops_no_reading(name, tmp_path):
    odd = '{"id": "half \\ud800", "updated_at": "2024-02-06T10:15:30+00:00"}'
    paging = '{"has_next_page": false, "next_cursor": "", "total": 1}'

    def respond(request: httpx.Request) -> httpx.Response:
        content = f'{{"meta": {{"code": 200}}, "data": {{"pagination": {paging}, "trackings": [{odd}]}}}}'
        return httpx.Response(200, content=content.encode())

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    changes = client.trackings.changes(state=tmp_path / name)
    for _ in range(2):
        # As without an id: it cannot be recognised.
        assert [one.id for one in changes] == ["half \ud800"]


def test_a_response_with_older_data_reverts_nothing():
    items = [("a", "10:00:00", 1), ("b", "10:00:05", 1)]

    def respond(request: httpx.Request) -> httpx.Response:
        listed = [
            {"id": name, "updated_at": f"2024-02-06T{clock}+00:00", "title": f"{title}"}
            for name, clock, title in items
        ]
        data = {"pagination": {"has_next_page": False, "next_cursor": "", "total": 1}, "trackings": listed}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    changes = client.trackings.changes()
    assert [one.id for one in changes] == ["a", "b"]
    items[:] = [("a", "09:59:00", 0), ("b", "10:00:06", 2)]
    assert [one.id for one in changes] == ["b"]


def test_a_tracking_without_id_or_time_is_returned_and_does_not_move_the_mark():
    listed: list[Any] = [{"title": "nameless"}, {"id": "a"}, {"id": "b", "updated_at": "soon"}]

    def respond(request: httpx.Request) -> httpx.Response:
        data = {"pagination": {"has_next_page": False, "next_cursor": "", "total": 1}, "trackings": listed}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    changes = client.trackings.changes()
    assert len(list(changes)) == 3
    assert changes.mark() is None
    assert len(list(changes)) == 1
    listed[1]["title"] = "now with one"
    assert len(list(changes)) == 2


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_wrong_loses_nothing(hours):
    account = Account(CURSORS, 5)
    wrong_clocks = replace(account.clocks, clock=lambda: account.clock.now().timestamp() + hours * 3600)
    changes = account.new_client(clocks=wrong_clocks).trackings.changes(limit=2, overlap=0)
    latest: dict[str, str] = {}
    everything = list(account.everything())
    for _ in range(3):
        for one in changes:
            latest[one.id] = str(one.updated_at)
            account.change(everything[0], seconds=1) if len(latest) == 3 else None
        account.clock.advance(seconds=1)
    assert latest == account.everything()


def test_the_clock_of_the_service_counts():
    account = Account(CURSORS, 5)
    transport = account.mock.transport()
    date = "Tue, 06 Feb 2024 10:18:00 GMT"

    def respond(request: httpx.Request) -> httpx.Response:
        response = transport.handle_request(request)
        response.headers["date"] = date
        return response

    events: list[Any] = []
    http = httpx.Client(transport=httpx.MockTransport(respond))
    changes = account.new_client(http_client=http, hooks=[events.append]).trackings.changes()
    assert len(read_changes(changes)) == 5
    assert changes.mark() == dt.datetime(2024, 2, 6, 10, 18, tzinfo=dt.UTC).timestamp()
    assert events, "the hooks of the client were replaced"
    date = "not a date"
    assert read_changes(changes) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_that_is_too_old_warns_and_is_used(version, tmp_path):
    account = Account(version, 3)
    path = tmp_path / "s.db"
    changes = account.client.trackings.changes(state=path)
    assert len(read_changes(changes)) == 3
    account.clock.advance(days=119)
    assert len(read_changes(changes)) == 3, "they expired meanwhile"
    account.clock.advance(days=121)
    new = account.add()
    with pytest.warns(StaleStateWarning, match="last read up to 2024-06-04T.*120 days"):
        assert read_changes(changes).keys() == set(new)
    assert read_changes(changes) == {}


def test_a_since_that_is_too_old_warns():
    account = Account(CURSORS, 1)
    with pytest.warns(StaleStateWarning):
        list(account.client.trackings.changes(since=dt.timedelta(days=121)))


def test_a_refused_cursor_restarts_the_reading(tmp_path):
    account = Account(CURSORS, 25)
    transport = account.mock.transport()
    refused: set[str] = set()

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("cursor") in refused:
            refused.clear()
            return httpx.Response(400, json={"meta": {"code": 4008, "message": "gone"}, "data": {}})
        return transport.handle_request(request)

    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    changes = client.trackings.changes(limit=10, state=tmp_path / "s.db")
    batches = changes.batches()
    for _ in range(2):
        batch = next(batches)
        batch.commit()
    refused.add(str(client.trackings.list(limit=20).cursor))
    seen = {one.id for one in batch} | {one.id for one in changes}
    assert account.everything().keys() - seen <= set(list(account.everything())[:10])
    assert read_changes(changes) == {}

    async def run() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(respond))
        async with account.new_async_client(http_client=http) as async_client:
            reading = async_client.trackings.changes(limit=10, state=tmp_path / "t.db")
            async for batch in reading.batches():
                await batch.commit()
                break
            refused.add(str(client.trackings.list(limit=10).cursor))
            assert len([one async for one in reading]) >= 15
            assert [one async for one in reading] == []

    asyncio.run(run())


def test_a_refused_request_without_a_cursor_does_not_restart_the_reading(monkeypatch):
    monkeypatch.setattr(likely_mistakes, "_SAID", set())
    account = Account(CURSORS, 5)
    with pytest.raises(ValidationError), pytest.warns(LikelyMistakeWarning, match="limit=1000"):
        list(account.client.trackings.changes(origin=["USA"], limit=1000))


def test_a_cursor_of_another_version_is_not_used(tmp_path):
    account = Account("2025-07", 25)
    path = tmp_path / "s.json"
    next(batches := account.client.trackings.changes(limit=10, state=path).batches()).commit()
    batches.close()
    account.version = CURSORS
    newer = account.new_client().trackings.changes(limit=10, state=path)
    account.requested.clear()
    read_changes(newer)
    assert "cursor" not in account.requested[0].params
    assert read_changes(newer) == {}


def dated_client(account: Account, date: list[str], **settings: Any) -> Any:
    """Return a client whose service sends the Date header in the list."""
    transport = account.mock.transport()

    def respond(request: httpx.Request) -> httpx.Response:
        response = transport.handle_request(request)
        response.headers["date"] = date[0]
        return response

    return account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)), **settings)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 -0000",
        "Mon, 05 Feb 2024 10:15:30 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
    ],
)
def test_no_clock_of_the_service_moves_the_mark_back(version, date, tmp_path):
    account = Account(version, 12)
    dates = ["Tue, 06 Feb 2024 12:00:00 GMT"]
    path = tmp_path / "s.json"
    changes = dated_client(account, dates).trackings.changes(limit=5, state=path)
    assert len(read_changes(changes)) == 12
    mark, state = changes.mark(), path.read_text()
    dates[0] = date
    new = account.add(seconds=1)
    assert read_changes(changes).keys() == set(new)
    assert changes.mark() >= mark
    assert json.loads(path.read_text())["completed"] >= json.loads(state)["completed"]
    account.clock.advance(days=1)
    later = account.add(seconds=1)
    account.requested.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_changes(changes).keys() == set(later), "nothing else comes again"


def test_a_first_reading_under_an_impossible_date_is_not_too_old(tmp_path):
    account = Account(CURSORS, 3)
    changes = dated_client(account, ["Thu, 01 Jan 1970 00:00:00 GMT"]).trackings.changes()
    assert len(read_changes(changes)) == 3
    assert changes.mark() > account.clock.now().timestamp() - 3600
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_changes(changes) == {}


def test_a_clock_of_this_machine_that_goes_back_does_not_move_the_mark_back():
    account = Account(CURSORS, 5)
    ahead = [0.0]
    clocks = dataclasses.replace(account.clocks, clock=lambda: account.clock.now().timestamp() + ahead[0])
    changes = account.new_client(clocks=clocks).trackings.changes(limit=2)
    assert len(read_changes(changes)) == 5
    mark = changes.mark()
    ahead[0] = -40 * 365 * 86_400.0
    new = account.add()
    with pytest.warns(StaleStateWarning, match="in the future by the clock of this machine"):
        assert read_changes(changes).keys() == set(new)
    assert changes.mark() == mark
    ahead[0] = 0.0
    assert read_changes(changes) == {}
    assert changes.mark() > mark


@pytest.mark.parametrize("updated", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_tracking_of_an_impossible_time_breaks_no_later_reading(updated, tmp_path):
    def respond(request: httpx.Request) -> httpx.Response:
        listed = [{"id": "a", "updated_at": updated}]
        data = {"pagination": {"has_next_page": False, "next_cursor": "", "total": 1}, "trackings": listed}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    for path in (tmp_path / "s.json", tmp_path / "s.db"):
        changes = client.trackings.changes(state=path)
        assert [one.id for one in changes] == ["a"]
        assert list(changes) == []
        assert changes.mark() <= account.clock.now().timestamp()


@pytest.mark.parametrize(
    "since",
    [dt.timedelta.max, dt.timedelta.min, dt.datetime.min.replace(tzinfo=dt.UTC)],
)
def test_a_since_far_away_raises_no_error_of_python(since):
    account = Account(CURSORS, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StaleStateWarning)
        list(account.client.trackings.changes(since=since, overlap=1e300))
