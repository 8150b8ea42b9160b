"""`changes`: what it reads, where it begins, with which state, and when a page counts as taken."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import warnings
from typing import Any

import httpx
import pytest

from aftership_tracking import UNSET
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import registry
from reading_support.account import CURSORS, VERSIONS, Account, read_changes
from reading_support.own_state import OwnState


@pytest.fixture(params=["none", "json", "sqlite", "own"])
def state(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    kinds = {"none": None, "json": tmp_path / "s.json", "sqlite": str(tmp_path / "s.db"), "own": OwnState()}
    return kinds[request.param]


@pytest.mark.parametrize("version", registry.versions())
def test_each_change_comes_once_in_every_version(version):
    account = Account(version, 25)
    changes = account.client.trackings.changes(limit=10)
    assert read_changes(changes) == account.everything()
    assert read_changes(changes) == {}
    account.clock.advance(days=1)
    assert read_changes(changes) == {}
    some = list(account.everything())[:3]
    for one in some:
        account.change(one)
    new = account.add(2)
    assert read_changes(changes).keys() == {*some, *new}
    assert read_changes(changes) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_of_state_continues(version, state):
    account = Account(version, 25)
    changes = account.client.trackings.changes(limit=10, state=state)
    assert changes.mark() is None
    assert len(read_changes(changes)) == 25
    for _ in range(3):
        account.clock.advance(days=1)
        one = account.add()[0]
        # A new client stands for another process. A state in memory belongs to the object, so it is reused.
        changes = changes if state is None else account.new_client().trackings.changes(limit=7, state=state)
        assert read_changes(changes).keys() == {one}
    assert changes.mark() == dt.datetime.fromisoformat(account.everything()[one]).timestamp()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_async_client_does_the_same(version, state):
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
    assert len(read_changes(changes)) == 3
    account.clock.advance(days=100)
    # Without news from the courier they expired meanwhile.
    assert len(read_changes(changes)) == 3
    account.clock.advance(days=10)
    old = next(iter(account.everything()))
    account.change(old)
    assert read_changes(changes).keys() == {old}
    sent = account.requested[-1].params
    # The default of the service may be 30 days ago.
    bound = account.clock.now() - dt.timedelta(days=120)
    assert sent["created_at_min"] == bound.isoformat(timespec="seconds")


@pytest.mark.parametrize("version", VERSIONS)
def test_times_are_sent_in_the_format_of_the_api(version):
    account = Account(version, 3)
    zone = dt.timezone(dt.timedelta(hours=-5))
    since = account.clock.now().astimezone(zone) - dt.timedelta(minutes=1, microseconds=5)
    read_changes(account.client.trackings.changes(since=since, created_at_min=since, overlap=0.5))
    sent = account.requested[-1]
    assert sent.params["updated_at_min"] == sent.params["created_at_min"] == "2024-02-06T10:17:29+00:00"
    assert b"%2B00%3A00" in sent.query
    assert "updated_at_max" not in sent.params


def test_since_can_be_given_in_three_ways():
    account = Account(CURSORS, 6)
    now = account.clock.now()
    ways = [dt.timedelta(seconds=150), now - dt.timedelta(seconds=150), "2024-02-06T11:19:00+01:00"]
    counts = [len(read_changes(account.client.trackings.changes(since=since))) for since in ways]
    assert counts == [2, 2, 2]


@pytest.mark.parametrize("since", ["2024-02-06", "2024-02-06T10:15:30", "x", 5, dt.date(2024, 2, 6)])
def test_a_since_without_a_time_and_zone_is_refused(since):
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
    own_state = OwnState()
    assert read_changes(account.client.trackings.changes(since=since, state=own_state)) == {}
    new = account.add()
    # Three days later, one hour ago is later than the change.
    account.clock.advance(days=3)
    assert read_changes(account.client.trackings.changes(since=since, state=own_state)).keys() == set(new)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"page": 2}, "decides page itself"),
        ({"cursor": "x"}, "decides cursor itself"),
        ({"updated_at_min": "x"}, "decides updated_at_min itself"),
        ({"updated_at_max": "x"}, "decides updated_at_max itself"),
        ({"fields": ["title"]}, "needs the updated_at"),
        ({"tags": "x"}, "no filter tags in version 2026-07"),
        ({"overlap": -1.0}, "overlap"),
        ({"overlap": float("nan")}, "overlap"),
        ({"overlap": "600"}, "overlap"),
        ({"overlap": None}, "overlap"),
        ({"overlap": True}, "overlap"),
        ({"created_at_min": "2024-02-06"}, "created_at_min must be"),
        ({"slug": []}, "empty list"),
        ({"state": 5}, "state must be"),
        ({"state": "/nowhere/at/all.db"}, "no directory"),
    ],
)
def test_arguments_that_cannot_work_are_refused_at_once(arguments, says):
    account = Account()
    with pytest.raises(UsageError, match=says):
        account.client.trackings.changes(**arguments)
    with pytest.raises(UsageError, match=says):
        account.new_async_client().trackings.changes(**arguments)
    assert account.requested == []


def test_filters_go_with_every_page_and_belong_to_the_state(tmp_path):
    account = Account(CURSORS, 3)
    path = tmp_path / "s.json"
    trackings = account.client.trackings
    assert len(read_changes(trackings.changes(state=path, slug=iter(["usps"]), limit=2, tag=UNSET))) == 3
    assert {url.params["slug"] for url in account.requested[-2:]} == {"usps"}
    assert read_changes(trackings.changes(state=path, slug=["usps"], limit=3)) == {}
    for other in ({}, {"slug": ["ups"]}, {"slug": ["usps"], "tag": "Pending"}):
        with pytest.raises(UsageError, match="other filters"):
            read_changes(trackings.changes(state=path, **other))
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
def test_the_consumer_takes_a_page_by_requesting_more(version):
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
def test_a_reading_that_finds_nothing_counts_as_completed(version):
    account = Account(version, 25)
    own_state = OwnState()
    changes = account.client.trackings.changes(limit=2, state=own_state, overlap=300)
    assert len(read_changes(changes)) == 25
    account.clock.advance(days=1)
    assert read_changes(changes) == {}
    content = json.loads(str(own_state.text))
    assert content["completed"] == account.clock.now().isoformat(timespec="seconds")
    assert content["run"] is None


def test_a_later_commit_covers_the_earlier_ones_and_an_earlier_one_reverts_nothing(state):
    account = Account(CURSORS, 25)
    changes = account.client.trackings.changes(limit=10, state=state)
    first, second, third = changes.batches()
    second.commit()
    first.commit()
    assert len(read_changes(changes)) == 5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_changes(changes) == {}
    assert len(third) == 5


@pytest.mark.parametrize("variant", ["sync", "async"])
def test_a_commit_covers_pages_after_it_that_had_nothing_new(variant, state):
    old, new, newest = (
        {"id": name, "updated_at": f"2024-02-06T10:1{minute}:00+00:00"}
        for minute, name in enumerate(("old", "new", "newest"))
    )
    pages: list[list[dict[str, str]]] = [[old]]

    def respond(request: httpx.Request) -> httpx.Response:
        index = int(request.url.params.get("cursor") or 0)
        is_last = index + 1 == len(pages)
        paging = {"has_next_page": not is_last, "next_cursor": "" if is_last else str(index + 1), "total": 3}
        return httpx.Response(
            200, json={"meta": {"code": 200}, "data": {"pagination": paging, "trackings": pages[index]}}
        )

    account, transport = Account(), httpx.MockTransport(respond)
    if variant == "sync":
        client = account.new_client(http_client=httpx.Client(transport=transport))
        changes = client.trackings.changes(state=state)
    else:
        client = account.new_async_client(http_client=httpx.AsyncClient(transport=transport))
        changes = client.trackings.changes(state=state)

    async def read() -> list[str]:
        """Read all, and commit once at the end."""
        given = []
        if variant == "sync":
            for batch in changes.batches():
                given += [one.id for one in batch]
            batch.commit()
        else:
            async for batch in changes.batches():
                given += [one.id for one in batch]
            await batch.commit()
        return given

    assert asyncio.run(read()) == ["old"]
    pages[:] = [[new], [old], []]
    assert asyncio.run(read()) == ["new"]
    # If the reading had not ended, this one would continue at its last pages and find nothing.
    pages[:] = [[newest], [new], [old]]
    assert asyncio.run(read()) == ["newest"]
