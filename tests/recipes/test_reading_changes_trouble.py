"""`changes` when things go wrong or move: failures, odd answers, clocks, old states and dead cursors."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import suppress
from typing import Any

import httpx
import pytest

from aftership_tracking.errors import ServerError, StaleStateWarning, ValidationError
from reading_support.account import CURSORS, VERSIONS, Account, changed
from reading_support.kept import Kept


@pytest.mark.parametrize("version", VERSIONS)
def test_a_failure_on_the_way_loses_nothing(version):
    account = Account(version, 25)
    transport, count, kept = account.mock.transport(), 0, Kept()

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return httpx.Response(500) if count % 2 == 0 else transport.handle_request(request)

    client = account.new_client(
        http_client=httpx.Client(transport=httpx.MockTransport(answer)), max_retries=0
    )
    seen: list[str] = []
    for _ in range(10):
        with suppress(ServerError):
            seen.extend(one.id for one in client.trackings.changes(limit=10, state=kept))
    if version == CURSORS:
        assert seen == list(account.everything())
    else:
        # Numbers are never trusted over a break: the reading begins anew, and what was given is left out.
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
            # One that was read, one that was not, and a new one that moves numbered pages.
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


def test_an_odd_answer_is_known_again():
    when = "2024-02-06T10:15:30+00:00"
    odd = f'{{"id": "a", "updated_at": "{when}", "title": "half \\ud800", "transit_time": 1e400}}'
    paging = '{"has_next_page": false, "next_cursor": "", "total": 1}'

    def answer(request: httpx.Request) -> httpx.Response:
        content = f'{{"meta": {{"code": 200}}, "data": {{"pagination": {paging}, "trackings": [{odd}]}}}}'
        return httpx.Response(200, content=content.encode())

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    changes = client.trackings.changes()
    assert len(list(changes)) == 1
    assert list(changes) == []


def test_an_answer_that_is_behind_takes_nothing_back():
    items = [("a", "10:00:00", 1), ("b", "10:00:05", 1)]

    def answer(request: httpx.Request) -> httpx.Response:
        listed = [
            {"id": name, "updated_at": f"2024-02-06T{clock}+00:00", "title": f"{title}"}
            for name, clock, title in items
        ]
        data = {"pagination": {"has_next_page": False, "next_cursor": "", "total": 1}, "trackings": listed}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    changes = client.trackings.changes()
    assert [one.id for one in changes] == ["a", "b"]
    items[:] = [("a", "09:59:00", 0), ("b", "10:00:06", 2)]
    assert [one.id for one in changes] == ["b"]


def test_what_has_no_id_or_no_time_is_given_and_does_not_move_the_mark():
    listed: list[Any] = [{"title": "nameless"}, {"id": "a"}, {"id": "b", "updated_at": "soon"}]

    def answer(request: httpx.Request) -> httpx.Response:
        data = {"pagination": {"has_next_page": False, "next_cursor": "", "total": 1}, "trackings": listed}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    account = Account()
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    changes = client.trackings.changes()
    assert len(list(changes)) == 3
    assert changes.mark() is None
    assert len(list(changes)) == 1
    listed[1]["title"] = "now with one"
    assert len(list(changes)) == 2


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_wrong_loses_nothing(hours):
    account = Account(CURSORS, 5)
    away = account.clocks._replace(clock=lambda: account.clock.now().timestamp() + hours * 3600)
    changes = account.new_client(clocks=away).trackings.changes(limit=2, overlap=0)
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
    told = "Tue, 06 Feb 2024 10:18:00 GMT"

    def answer(request: httpx.Request) -> httpx.Response:
        response = transport.handle_request(request)
        response.headers["date"] = told
        return response

    heard: list[Any] = []
    http = httpx.Client(transport=httpx.MockTransport(answer))
    changes = account.new_client(http_client=http, hooks=[heard.append]).trackings.changes()
    assert len(changed(changes)) == 5
    assert changes.mark() == dt.datetime(2024, 2, 6, 10, 18, tzinfo=dt.UTC).timestamp()
    assert heard, "the hooks of the client were replaced"
    told = "not a date"
    assert changed(changes) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_that_is_too_old_is_told_and_used(version, tmp_path):
    account = Account(version, 3)
    path = tmp_path / "s.db"
    changes = account.client.trackings.changes(state=path)
    assert len(changed(changes)) == 3
    account.clock.advance(days=119)
    assert len(changed(changes)) == 3, "they expired meanwhile"
    account.clock.advance(days=121)
    new = account.add()
    with pytest.warns(StaleStateWarning, match="last read up to 2024-06-04T.*120 days"):
        assert changed(changes).keys() == set(new)
    assert changed(changes) == {}


def test_a_since_that_is_too_old_is_told():
    account = Account(CURSORS, 1)
    with pytest.warns(StaleStateWarning):
        list(account.client.trackings.changes(since=dt.timedelta(days=121)))


def test_a_cursor_that_is_no_longer_taken_begins_anew(tmp_path):
    account = Account(CURSORS, 25)
    transport = account.mock.transport()
    dead: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("cursor") in dead:
            dead.clear()
            return httpx.Response(400, json={"meta": {"code": 4008, "message": "gone"}, "data": {}})
        return transport.handle_request(request)

    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    changes = client.trackings.changes(limit=10, state=tmp_path / "s.db")
    batches = changes.batches()
    for _ in range(2):
        batch = next(batches)
        batch.commit()
    dead.add(str(client.trackings.list(limit=20).cursor))
    seen = {one.id for one in batch} | {one.id for one in changes}
    assert account.everything().keys() - seen <= set(list(account.everything())[:10])
    assert changed(changes) == {}

    async def run() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with account.new_async_client(http_client=http) as twin:
            reading = twin.trackings.changes(limit=10, state=tmp_path / "t.db")
            async for batch in reading.batches():
                await batch.commit()
                break
            dead.add(str(client.trackings.list(limit=10).cursor))
            assert len([one async for one in reading]) >= 15
            assert [one async for one in reading] == []

    asyncio.run(run())


def test_a_request_that_is_refused_is_no_reason_to_begin_anew():
    account = Account(CURSORS, 5)
    with pytest.raises(ValidationError):
        list(account.client.trackings.changes(origin=["NOWHERE"], limit=1000))


def test_a_cursor_of_another_version_is_not_used(tmp_path):
    account = Account("2025-07", 25)
    path = tmp_path / "s.json"
    next(batches := account.client.trackings.changes(limit=10, state=path).batches()).commit()
    batches.close()
    account.version = CURSORS
    newer = account.new_client().trackings.changes(limit=10, state=path)
    account.asked.clear()
    changed(newer)
    assert "cursor" not in account.asked[0].params
    assert changed(newer) == {}
