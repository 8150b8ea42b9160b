"""Lists that continue by cursor: the cursor and `has_next_page` decide, never a number."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import runtime_sample as sample
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import DecodeError, ServerError, UsageError
from aftership_tracking.runtime.page import CycleDetector, PageContent
from aftership_tracking.runtime.paging import Cursor

PAGING = Cursor(("data", "items"), "cursor", ("data", "next"), ("data", "more"), "limit", 100, 200)
Pagination = dict[str, Any] | None


class Feed:
    """The pages of a list by their cursor, the first under an empty one. A page is its items and its
    pagination.
    """

    def __init__(self, pages: dict[str, tuple[list[str], Pagination]]) -> None:
        self.pages = pages
        self.cursors: list[str] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor", "")
        self.cursors.append(cursor)
        self.requests.append(request)
        assert len(self.requests) < 100, "this list is read for ever"
        items, pagination = self.pages[cursor]
        data: dict[str, Any] = {"trackings": [{"id": item} for item in items]}
        if pagination is not None:
            data["pagination"] = pagination
        return httpx.Response(200, content=json.dumps(sample.envelope(data)))


def more(cursor: Any, has_next: bool = True) -> Pagination:
    # The total is wrong on purpose: nothing may depend on it.
    return {"next_cursor": cursor, "has_next_page": has_next, "total": 1}


THREE = {"": (["a", "b"], more("x==")), "x==": (["c"], more("y&z")), "y&z": (["d"], more("", False))}


def client(service: Callable[[httpx.Request], httpx.Response], **settings: Any) -> sample.Sample:
    http = httpx.Client(transport=httpx.MockTransport(service))
    return sample.Sample("k", http_client=http, limiter=None, **settings)


def async_client(service: Callable[[httpx.Request], httpx.Response]) -> sample.AsyncSample:
    http = httpx.AsyncClient(transport=httpx.MockTransport(service))
    return sample.AsyncSample("k", http_client=http, limiter=None)


def ids(parcels: Any) -> list[str]:
    return [parcel.id for parcel in parcels]


def test_iteration_follows_the_cursors_and_repeats_the_filters():
    feed = Feed(THREE)
    assert ids(client(feed).parcels.feed(limit=2)) == ["a", "b", "c", "d"]
    assert feed.cursors == ["", "x==", "y&z"]
    assert "cursor" not in feed.requests[0].url.params
    assert [request.url.params["limit"] for request in feed.requests] == ["2", "2", "2"]


def test_a_short_or_empty_page_does_not_end_the_list():
    feed = Feed({"": (["a"], more("x")), "x": ([], more("y")), "y": (["b"], more("", False))})
    assert ids(client(feed).parcels.feed(limit=100)) == ["a", "b"]


@pytest.mark.parametrize(
    "last",
    [
        more("", False),
        more("x", False),
        {"next_cursor": "x", "has_next_page": False, "total": 900},
        {"has_next_page": False},
        {"next_cursor": ""},
        {},
        None,
    ],
)
def test_the_last_page_has_no_cursor_or_says_so(last):
    feed = Feed({"": (["a"], more("x")), "x": (["b"], last)})
    first = client(feed).parcels.feed()
    assert ids(first) == ["a", "b"]
    assert feed.cursors == ["", "x"]
    second = first.next_page()
    assert second is not None
    assert (second.has_next, second.cursor, second.next_page()) == (False, "", None)


@pytest.mark.parametrize("last", [more(""), {"has_next_page": True}])
def test_more_pages_without_a_cursor_are_an_error_and_not_the_end(last):
    feed = Feed({"": (["a"], more("x")), "x": (["b"], last)})
    with pytest.raises(DecodeError, match="does not give a cursor"):
        ids(client(feed).parcels.feed())


def test_a_cursor_alone_is_enough_to_continue():
    feed = Feed({"": (["a"], {"next_cursor": "x"}), "x": (["b"], {})})
    assert ids(client(feed).parcels.feed()) == ["a", "b"]


def test_a_saved_cursor_continues_the_list():
    page = client(Feed(THREE)).parcels.feed()
    assert (page.has_next, page.cursor) == (True, "x==")
    feed = Feed(THREE)
    rest = client(feed).parcels.feed(cursor=page.cursor)
    assert ids(rest) == ["c", "d"]
    assert feed.cursors == ["x==", "y&z"]


def test_the_cursor_of_the_last_page_does_not_start_again():
    last = client(Feed(THREE)).parcels.feed(cursor="y&z")
    with pytest.raises(UsageError, match="cursor"):
        client(Feed(THREE)).parcels.feed(cursor=last.cursor)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("before", [0, 1, 4])
def test_cursors_that_repeat_are_an_error_and_not_an_endless_loop(before, length):
    names = ["", *(f"c{n}" for n in range(before + length))]
    following = dict(zip(names, [*names[1:], names[1 + before]], strict=True))
    feed = Feed({name: ([name or "first"], more(following[name])) for name in names})
    seen: list[str] = []
    with pytest.raises(DecodeError, match="same cursor twice") as caught:
        seen.extend(parcel.id for parcel in client(feed).parcels.feed())
    assert seen[: len(names)] == ["first", *names[1:]]
    assert len(feed.cursors) <= 4 * len(names)
    assert any("cursor='c" in note for note in caught.value.__notes__)


def test_a_page_can_be_walked_twice():
    page = client(Feed(THREE)).parcels.feed()
    assert ids(page) == ids(page) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("cursor", [5, True, 1.5, ["x"], {"a": 1}])
def test_a_cursor_that_is_not_a_string_is_an_error_and_not_the_end(cursor):
    feed = Feed({"": (["a"], more(cursor))})
    with pytest.raises(DecodeError, match=r"data\.pagination\.next_cursor of the response is not a string"):
        client(feed).parcels.feed()


def test_failure_on_the_way_is_raised_and_says_where():
    feed = Feed(THREE)

    def failing(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.url.params.get("cursor") == "y&z" else feed(request)

    seen: list[str] = []
    with pytest.raises(ServerError) as caught:
        seen.extend(parcel.id for parcel in client(failing, max_retries=0).parcels.feed())
    assert seen == ["a", "b", "c"]
    assert any("cursor='y&z'" in note for note in caught.value.__notes__)


def test_async_iteration_saving_and_cycles():
    async def run() -> None:
        feed = Feed(THREE)
        async with async_client(feed) as c:
            pages = c.parcels.feed()
            assert feed.cursors == []
            assert [parcel.id async for parcel in pages] == ["a", "b", "c", "d"]
            first = await pages
            assert (first.has_next, first.cursor) == (True, "x==")
            rest = c.parcels.feed(cursor=first.cursor)
            assert [parcel.id async for parcel in rest] == ["c", "d"]
            assert [page.cursor async for page in pages.pages()] == ["x==", "y&z", ""]
        cyclic = Feed({"": (["a"], more("x")), "x": (["b"], more("y")), "y": (["c"], more("x"))})
        async with async_client(cyclic) as c:
            with pytest.raises(DecodeError, match="same cursor twice") as caught:
                _ = [parcel async for parcel in c.parcels.feed()]
            assert caught.value.__notes__

    asyncio.run(run())


def test_cursor_is_pure():
    query = {"limit": 2}
    envelope = sample.ParcelFeedResponse(
        meta=sample.Meta(code=200),
        data=sample.ParcelFeed(pagination=sample.Turning(next_cursor="x", has_next_page=True)),
    )
    paging = sample.FEED.pagination
    assert paging is not None
    assert paging.next_query(query, envelope, 0) == {"limit": 2, "cursor": "x"}
    assert query == {"limit": 2}
    assert paging.next_query({"cursor": "w"}, envelope, 1) == {"cursor": "x"}
    assert PAGING.next_query(query, None, 5) is None
    assert (PAGING.bookmark({}), PAGING.bookmark({"cursor": ""})) == (None, None)
    assert PAGING.bookmark({"cursor": "x"}) == "x"


@given(st.integers(1, 60), st.integers(0, 60))
def test_every_cycle_is_found_and_nothing_else(length, before):
    cycle, requested = CycleDetector(), None
    for step in range(1, 4 * (before + length) + 2):
        cursor = str(step if step <= before else before + (step - before - 1) % length + 1)
        try:
            cycle = cycle.advance(PageContent([], None, requested, {}, cursor))
        except DecodeError:
            assert step > before + length
            return
        requested = cursor
    raise AssertionError("the cycle was not noticed")


@given(st.integers(1, 500))
def test_a_long_list_is_not_a_cycle(size):
    cycle, requested = CycleDetector(), None
    for step in range(size):
        cycle = cycle.advance(PageContent([], None, requested, {}, str(step)))
        requested = str(step)
