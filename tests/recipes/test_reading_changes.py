"""`changes`: everything that changed, each change once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import warnings
from contextlib import suppress
from typing import Any

import httpx
import pytest

from aftership_tracking import UNSET
from aftership_tracking.errors import ServerError, StaleStateWarning, UsageError, ValidationError
from aftership_tracking.runtime import registry
from reading_support.account import CURSORS, VERSIONS, Account, changed


class Kept:
    """A state of one's own: one text."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.saves = 0

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        self.text, self.saves = text, self.saves + 1


@pytest.fixture(params=["none", "json", "sqlite", "own"])
def state(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    kinds = {"none": None, "json": tmp_path / "s.json", "sqlite": str(tmp_path / "s.db"), "own": Kept()}
    return kinds[request.param]


@pytest.mark.parametrize("version", registry.versions())
def test_each_change_comes_once_in_every_version(version):
    account = Account(version, 25)
    changes = account.client.trackings.changes(limit=10)
    assert changed(changes) == account.everything()
    assert changed(changes) == {}
    account.clock.advance(days=1)
    assert changed(changes) == {}
    some = list(account.everything())[:3]
    for one in some:
        account.change(one)
    new = account.add(2)
    assert changed(changes).keys() == {*some, *new}
    assert changed(changes) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_of_state_goes_on(version, state):
    account = Account(version, 25)
    changes = account.client.trackings.changes(limit=10, state=state)
    assert changes.mark() is None
    assert len(changed(changes)) == 25
    for _ in range(3):
        account.clock.advance(days=1)
        one = account.add()[0]
        # Another process has another object; only what is kept in memory belongs to the object.
        changes = changes if state is None else account.new_client().trackings.changes(limit=7, state=state)
        assert changed(changes).keys() == {one}
    assert changes.mark() == dt.datetime.fromisoformat(account.everything()[one]).timestamp()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_twin_does_the_same(version, state):
    account = Account(version, 25)

    async def run() -> None:
        async with account.new_async_client() as client:
            changes = client.trackings.changes(limit=10, state=state)
            assert {one.id async for one in changes} == account.everything().keys()
            assert [one async for one in changes] == []
            new = account.add(12)
            sizes = []
            async for batch in changes.batches():
                assert len(batch) == len(batch.items) == len(list(batch))
                sizes.append(len(batch))
                await batch.commit()
            assert sizes == [10, 2]
            assert [one async for one in changes] == []
            account.change(new[0])
            async for batch in changes.batches():
                assert repr(batch) == "<AsyncBatch of 1>"
            assert [one.id async for one in changes] == [new[0]]
            assert await changes.mark() is not None

    asyncio.run(run())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_change_of_what_was_added_long_ago_is_seen(version):
    account = Account(version, 3)
    changes = account.client.trackings.changes()
    assert len(changed(changes)) == 3
    account.clock.advance(days=100)
    # Without news from the courier they expired meanwhile.
    assert len(changed(changes)) == 3
    account.clock.advance(days=10)
    old = next(iter(account.everything()))
    account.change(old)
    assert changed(changes).keys() == {old}
    sent = account.asked[-1].params
    # Its default may be 30 days ago.
    bound = account.clock.now() - dt.timedelta(days=120)
    assert sent["created_at_min"] == bound.isoformat(timespec="seconds")


@pytest.mark.parametrize("version", VERSIONS)
def test_times_are_sent_as_the_api_takes_them(version):
    account = Account(version, 3)
    zone = dt.timezone(dt.timedelta(hours=-5))
    since = account.clock.now().astimezone(zone) - dt.timedelta(minutes=1, microseconds=5)
    changed(account.client.trackings.changes(since=since, created_at_min=since, overlap=0.5))
    sent = account.asked[-1]
    assert sent.params["updated_at_min"] == sent.params["created_at_min"] == "2024-02-06T10:17:29+00:00"
    assert b"%2B00%3A00" in sent.query
    assert "updated_at_max" not in sent.params


def test_since_can_be_written_in_three_ways():
    account = Account(CURSORS, 6)
    now = account.clock.now()
    ways = [dt.timedelta(seconds=150), now - dt.timedelta(seconds=150), "2024-02-06T11:19:00+01:00"]
    counts = [len(changed(account.client.trackings.changes(since=since))) for since in ways]
    assert counts == [2, 2, 2]


@pytest.mark.parametrize("since", ["2024-02-06", "2024-02-06T10:15:30", "x", 5, dt.date(2024, 2, 6)])
def test_a_since_without_a_moment_is_refused(since):
    with pytest.raises(UsageError, match="since must be a datetime with a zone"):
        Account().client.trackings.changes(since=since)


def test_a_naive_since_is_refused():
    account = Account()
    with pytest.raises(UsageError, match="since"):
        account.client.trackings.changes(since=account.clock.now().replace(tzinfo=None))


def test_since_is_for_the_first_time_only_and_an_empty_reading_counts():
    account = Account(CURSORS, 3)
    account.clock.advance(days=1)
    since = dt.timedelta(hours=1)
    kept = Kept()
    assert changed(account.client.trackings.changes(since=since, state=kept)) == {}
    new = account.add()
    # Long after: an hour ago by then is later than the change.
    account.clock.advance(days=3)
    assert changed(account.client.trackings.changes(since=since, state=kept)).keys() == set(new)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"page": 2}, "decides page itself"),
        ({"cursor": "x"}, "decides cursor itself"),
        ({"resume": "x"}, "decides resume itself"),
        ({"updated_at_min": "x"}, "decides updated_at_min itself"),
        ({"updated_at_max": "x"}, "decides updated_at_max itself"),
        ({"fields": ["title"]}, "needs the updated_at"),
        ({"tags": "x"}, "no filter tags in version 2026-07"),
        ({"overlap": -1.0}, "overlap"),
        ({"overlap": float("nan")}, "overlap"),
        ({"created_at_min": "2024-02-06"}, "created_at_min must be"),
        ({"slug": []}, "empty list"),
        ({"state": 5}, "state must be"),
        ({"state": "/nowhere/at/all.db"}, "no folder"),
    ],
)
def test_arguments_that_cannot_work_are_refused_at_once(arguments, says):
    account = Account()
    with pytest.raises(UsageError, match=says):
        account.client.trackings.changes(**arguments)
    with pytest.raises(UsageError, match=says):
        account.new_async_client().trackings.changes(**arguments)
    assert account.asked == []


def test_filters_go_with_every_page_and_belong_to_the_state(tmp_path):
    account = Account(CURSORS, 3)
    path = tmp_path / "s.json"
    trackings = account.client.trackings
    assert len(changed(trackings.changes(state=path, slug=iter(["usps"]), limit=2, tag=UNSET))) == 3
    assert {url.params["slug"] for url in account.asked[-2:]} == {"usps"}
    assert changed(trackings.changes(state=path, slug=["usps"], limit=3)) == {}
    for other in ({}, {"slug": ["ups"]}, {"slug": ["usps"], "tag": "Pending"}):
        with pytest.raises(UsageError, match="other filters"):
            changed(trackings.changes(state=path, **other))
    assert "usps" not in path.read_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_not_committed_comes_again(version, state):
    account = Account(version, 25)
    changes = account.client.trackings.changes(limit=10, state=state)
    everything = list(account.everything())
    first = [batch.items for batch in changes.batches()]
    assert [len(items) for items in first] == [10, 10, 5]
    batches = changes.batches()
    one = next(batches)
    one.commit()
    one.commit()
    two = next(batches)
    batches.close()
    assert [item.id for item in (*one, *two)] == everything[:20]
    assert [item.id for item in changes] == everything[10:]
    assert list(changes) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_consumer_takes_a_page_by_asking_for_more(version):
    account = Account(version, 25)
    everything = list(account.everything())
    changes = account.client.trackings.changes(limit=10)
    taken = []
    for one in changes:
        taken.append(one.id)
        if len(taken) == 15:
            break
    assert [one.id for one in changes] == everything[10:]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reading_that_finds_nothing_was_a_reading(version):
    account = Account(version, 25)
    kept = Kept()
    changes = account.client.trackings.changes(limit=2, state=kept, overlap=300)
    assert len(changed(changes)) == 25
    account.clock.advance(days=1)
    assert changed(changes) == {}
    content = json.loads(str(kept.text))
    assert content["completed"] == account.clock.now().isoformat(timespec="seconds")
    assert content["run"] is None


def test_a_later_commit_covers_the_earlier_ones_and_an_earlier_one_takes_nothing_back(state):
    account = Account(CURSORS, 25)
    changes = account.client.trackings.changes(limit=10, state=state)
    first, second, third = changes.batches()
    second.commit()
    first.commit()
    assert len(changed(changes)) == 5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert changed(changes) == {}
    assert len(third) == 5


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
