"""`list` of every version: iterating, saving a cursor, continuing from it, and leaving out duplicates."""

from __future__ import annotations

import asyncio
import pickle
import tracemalloc
from typing import Any

import httpx
import pytest

from aftership_tracking import UNSET, AfterShip
from aftership_tracking.errors import AfterShipError, DecodeError, ServerError, UsageError
from aftership_tracking.runtime import registry
from reading_support.account import NUMBERED, VERSIONS, Account
from reading_support.feed import Feed


def failing_client(account: Account, at: int, *, variant: str = "sync") -> Any:
    """Return a client whose list fails with a 500 at one of its pages."""
    sync, count = account.mock.transport(), 0

    def respond(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return httpx.Response(500) if count == at else sync.handle_request(request)

    if variant == "sync":
        http: Any = httpx.Client(transport=httpx.MockTransport(respond))
        return account.new_client(http_client=http, max_retries=0)
    http = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return account.new_async_client(http_client=http, max_retries=0)


@pytest.mark.parametrize("version", registry.versions())
def test_a_saved_cursor_continues_in_every_version(version):
    account = Account(version, 25)
    ids = [one.id for one in account.client.trackings.list(limit=10)]
    assert len(set(ids)) == 25
    first = account.client.trackings.list(limit=10)
    cursor = first.cursor
    assert isinstance(cursor, str)
    rest = account.new_client().trackings.list(limit=10, cursor=cursor)
    assert [one.id for one in rest] == ids[10:]
    cursors = [page.cursor for page in first.pages()]
    assert cursors[-1] == ""
    assert [one.id for one in account.client.trackings.list(limit=10, cursor=cursors[1])] == ids[20:]
    assert [one.id for one in account.client.trackings.list(limit=10, cursor=None)] == ids


@pytest.mark.parametrize("version", VERSIONS)
def test_a_saved_cursor_continues_with_the_async_client(version):
    account = Account(version, 25)

    async def run() -> None:
        async with account.new_async_client() as client:
            ids = [one.id async for one in client.trackings.list(limit=10)]
            page = await client.trackings.list(limit=10)
            rest = client.trackings.list(limit=10, cursor=page.cursor)
            assert [one.id async for one in rest] == ids[10:]
            assert [one.id async for one in client.trackings.list(limit=10).unique()] == ids
            assert [one.id async for one in page.unique()] == ids

    asyncio.run(run())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_failure_has_the_cursor_to_continue_from(version, page):
    account = Account(version, 25)
    ids = [one.id for one in account.client.trackings.list(limit=10)]
    seen: list[str] = []
    with pytest.raises(ServerError) as caught:
        seen.extend(one.id for one in failing_client(account, page).trackings.list(limit=10))
    assert seen == ids[: 10 * (page - 1)]
    cursor = caught.value.cursor
    assert (cursor is None) == (page == 1)
    rest = account.client.trackings.list(limit=10, cursor=cursor)
    assert seen + [one.id for one in rest] == ids
    assert pickle.loads(pickle.dumps(caught.value)).cursor == cursor


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_page_of_a_continued_list_can_fail_too(version):
    account = Account(version, 25)
    cursor = account.client.trackings.list(limit=10).cursor

    async def run() -> str | None:
        async with failing_client(account, 1, variant="async") as client:
            with pytest.raises(ServerError) as caught:
                await client.trackings.list(limit=10, cursor=cursor)
        return caught.value.cursor

    with pytest.raises(ServerError) as caught:
        failing_client(account, 1).trackings.list(limit=10, cursor=cursor)
    assert caught.value.cursor == cursor
    assert asyncio.run(run()) == cursor


def test_an_error_outside_of_a_list_has_no_cursor():
    assert AfterShipError("x").cursor is None


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"cursor": ""}, "read to its end"),
        ({"cursor": 2}, "must be the `cursor`"),
        ({"cursor": b"2"}, "must be the `cursor`"),
    ],
)
def test_what_is_not_a_cursor_is_refused_before_sending(version, arguments, says):
    account = Account(version)
    with pytest.raises(UsageError, match=says):
        account.client.trackings.list(**arguments)
    with pytest.raises(UsageError, match=says):
        account.new_async_client().trackings.list(**arguments)
    assert account.requested == []


@pytest.mark.parametrize("cursor", ["x", "0", "-1", "1.5", "²", "٣", " 2"])
def test_numbered_pages_accept_numbers_only(cursor):
    with pytest.raises(UsageError, match="numbered pages"):
        Account(NUMBERED).client.trackings.list(cursor=cursor)


def test_two_starting_pages_are_refused():
    with pytest.raises(UsageError, match="cursor and page"):
        Account(NUMBERED).client.trackings.list(cursor="3", page=2)


def test_the_cursor_of_a_list_cannot_be_an_extra_parameter():
    with pytest.raises(UsageError, match="cursor, which is an argument of this method"):
        Account(VERSIONS[-1]).client.trackings.list(query={"cursor": "x"})


def test_duplicates_of_shifting_pages_are_left_out():
    account = Account(NUMBERED, 25)
    pages = account.client.trackings.list(limit=10)
    plain, unique = [], []
    for number, page in enumerate(pages.pages()):
        plain += [one.id for one in page.items]
        account.add(2 if number == 0 else 0)
    assert len(plain) == 27
    assert len(set(plain)) == 25
    found = account.client.trackings.list(limit=10).unique()
    for number, one in enumerate(found):
        unique.append(one.id)
        if number == 5:
            account.add(3)
    assert len(unique) == len(set(unique)) == 27


def test_duplicates_further_apart_than_remembered_are_not_noticed():
    page = AfterShip("k", http_client=httpx.Client(transport=Feed(10)), limiter=None).trackings.list()
    page.items.extend(page.items[:1])
    assert len(list(page.unique())) == 10
    assert len(list(page.unique(remember=10))) == 10
    assert len(list(page.unique(remember=9))) == 11
    with pytest.raises(UsageError, match="remember"):
        page.unique(remember=0)


@pytest.mark.parametrize("missing", [UNSET, ""])
def test_an_item_without_an_id_is_never_a_duplicate(missing):
    page = AfterShip("k", http_client=httpx.Client(transport=Feed(3)), limiter=None).trackings.list()
    for item in page.items:
        item.id = missing
    assert len(list(page.unique())) == 3


def test_a_list_beyond_the_last_page_number_is_an_error_and_not_the_end():
    def empty(request: httpx.Request) -> httpx.Response:
        data = {"page": int(request.url.params["page"]), "limit": 200, "count": 0, "trackings": []}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    account = Account(NUMBERED)
    client = account.new_client(http_client=httpx.Client(transport=httpx.MockTransport(empty)))
    assert list(client.trackings.list(limit=200, page=800)) == []
    with pytest.raises(DecodeError, match="160000 items that page numbers can reach") as caught:
        client.trackings.list(limit=200, page=801)
    assert caught.value.cursor == "801"


@pytest.mark.parametrize("version", VERSIONS)
def test_memory_does_not_grow_with_the_list(version):
    def peak(size: int) -> int:
        http = httpx.Client(transport=Feed(size))
        client = registry.package(version).AfterShip("k", http_client=http, limiter=None)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert sum(1 for _ in client.trackings.list(limit=100)) == size
        return tracemalloc.get_traced_memory()[1] - before

    peak(300)
    tracemalloc.start()
    try:
        small, large = peak(600), peak(6_000)
    finally:
        tracemalloc.stop()
    assert large < 1.2 * small
