"""Lists: every item once, no superfluous request, and never a part of a list as if it were complete."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import runtime_sample as sample
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import DecodeError, ServerError
from aftership_tracking.runtime.paging import PageNumber

KEY = "k"


class Store:
    """A list of `size` parcels, served in pages."""

    def __init__(self, size: int, *, largest: int = 200, echo: bool = True, count: int = 3) -> None:
        self.size, self.largest, self.echo, self.count = size, largest, echo, count
        self.pages: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", 1))
        limit = min(int(request.url.params.get("limit", 100)), self.largest)
        self.pages.append(page)
        items = [{"id": f"p{n}"} for n in range(self.size)[(page - 1) * limit : page * limit]]
        # The count is wrong on purpose: nothing may depend on it.
        echo = {"page": page, "limit": limit, "count": self.count} if self.echo else {}
        return httpx.Response(200, json=sample.envelope({**echo, "trackings": items}))


def client(store: Store) -> sample.Sample:
    return sample.Sample(KEY, http_client=httpx.Client(transport=httpx.MockTransport(store)), limiter=None)


def async_client(store: Store) -> sample.AsyncSample:
    return sample.AsyncSample(
        KEY, http_client=httpx.AsyncClient(transport=httpx.MockTransport(store)), limiter=None
    )


@pytest.mark.parametrize(
    ("size", "pages"),
    [(0, [1]), (1, [1]), (9, [1]), (10, [1, 2]), (11, [1, 2]), (25, [1, 2, 3]), (30, [1, 2, 3, 4])],
)
@pytest.mark.parametrize("echo", [True, False])
def test_iteration_gives_every_item_once(size, pages, echo):
    store = Store(size, echo=echo)
    assert [parcel.id for parcel in client(store).parcels.list(limit=10)] == [f"p{n}" for n in range(size)]
    assert store.pages == pages


def test_default_size_is_known():
    store = Store(250, echo=False)
    assert len(list(client(store).parcels.list())) == 250
    assert store.pages == [1, 2, 3]


@pytest.mark.parametrize("limit", [500, "50", "500"])
def test_a_limit_that_is_too_large_or_a_string_does_not_end_the_list(limit):
    store = Store(450, echo=False)
    assert len(list(client(store).parcels.list(limit=limit))) == 450


def test_smaller_pages_than_requested_do_not_end_the_list():
    store = Store(120, largest=50)
    assert len(list(client(store).parcels.list(limit=200))) == 120


def test_iteration_starts_at_the_requested_page():
    store = Store(45)
    assert [parcel.id for parcel in client(store).parcels.list(limit=10, page=4)] == [
        f"p{n}" for n in range(30, 45)
    ]


def test_page_by_page():
    store = Store(25)
    first = client(store).parcels.list(limit=10)
    assert store.pages == [1]
    assert (len(first.items), first.data.page, first.has_next) == (10, 1, True)
    second = first.next_page()
    assert second is not None
    assert second.data.page == 2
    assert [len(page.items) for page in first.pages()] == [10, 10, 5]
    assert (first.cursor, second.cursor) == ("2", "3")
    last = second.next_page()
    assert last is not None
    assert not last.has_next
    assert last.cursor == ""
    assert last.next_page() is None
    assert "10 items" in repr(first)


def test_a_saved_page_number_continues_the_list():
    saved = client(Store(25)).parcels.list(limit=10).cursor
    assert saved is not None
    rest = client(Store(25)).parcels.list(limit=10, page=int(saved))
    assert [parcel.id for parcel in rest] == [f"p{n}" for n in range(10, 25)]


def test_failure_on_the_way_is_raised_and_says_where():
    class Failing(Store):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            response = super().__call__(request)
            return httpx.Response(500) if self.pages[-1] == 3 else response

    seen: list[Any] = []
    pages = client(Failing(50)).with_options(max_retries=0).parcels.list(limit=10)
    with pytest.raises(ServerError) as caught:
        seen.extend(pages)
    assert len(seen) == 20
    assert any("page=3" in note for note in caught.value.__notes__)


def test_service_that_repeats_a_page_is_not_requested_for_ever():
    store = Store(50)

    def same_page(request: httpx.Request) -> httpx.Response:
        return store(httpx.Request("GET", request.url.copy_merge_params({"page": 1})))

    http = httpx.Client(transport=httpx.MockTransport(same_page))
    with pytest.raises(DecodeError, match="page 2 was requested"):
        list(sample.Sample(KEY, http_client=http, limiter=None).parcels.list(limit=10))


def test_async_iteration():
    async def run() -> None:
        store = Store(25)
        async with async_client(store) as c:
            pages = c.parcels.list(limit=10)
            assert store.pages == []
            assert [parcel.id async for parcel in pages] == [f"p{n}" for n in range(25)]
            assert store.pages == [1, 2, 3]
            first = await pages
            assert (len(first.items), first.has_next) == (10, True)
            second = await first.next_page()
            assert second is not None
            assert len([parcel async for parcel in second]) == 15
            assert [len(page.items) async for page in pages.pages()] == [10, 10, 5]

    asyncio.run(run())


def test_async_failure_says_where():
    async def run() -> None:
        async with async_client(Store(25)) as c:
            first = await c.parcels.list(limit=10)
            await c._transport.wrapped.aclose()
            with pytest.raises(Exception, match="closed") as caught:
                await first.next_page()
            assert any("page=2" in note for note in caught.value.__notes__)

    asyncio.run(run())


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 20), st.booleans())
def test_iteration_ends_and_loses_nothing(size, limit, largest, echo):
    served = min(limit, largest) if echo else limit
    store = Store(size, largest=served, echo=echo)
    assert len(list(client(store).parcels.list(limit=limit))) == size
    assert len(store.pages) == size // served + 1


def test_page_number_is_pure():
    paging = PageNumber(("data", "trackings"), "page", "limit", 100, 200)
    query = {"limit": 2}
    assert paging.next_query(query, None, 2) == {"limit": 2, "page": 2}
    assert query == {"limit": 2}
    assert paging.next_query({"limit": 2, "page": 7}, None, 1) is None
