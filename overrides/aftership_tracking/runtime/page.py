"""Lists with several pages. A page iterates over all items of the list, not only over its own. If a page
cannot be read, it raises an error instead of ending early.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import AfterShipError, DecodeError, UsageError

if TYPE_CHECKING:
    from aftership_tracking.runtime.operation import Operation

__all__ = ["AsyncPage", "AsyncPages", "Page", "PageContent", "bookmark", "resume_query"]

T = TypeVar("T")


class PageContent(NamedTuple):
    """One page as read from a response, and how to request the next one."""

    items: list[Any]
    data: Any
    requested_cursor: str | None = None
    """The cursor of this page; None for the first page."""
    next_query: dict[str, object] | None = None
    """The query of the next page; None if this is the last."""
    next_cursor: str | None = None
    """The cursor of the next page."""
    next_position: str = ""
    """A description of the next page, for errors."""


class CycleDetector(NamedTuple):
    """Detects that the cursors of a list repeat, however long the cycle is. It stores a single cursor.

    The stored cursor is replaced by the current one after one page, two more, four more and so on (Brent's
    algorithm). Once it belongs to the cycle and the next replacement is far enough away, the list returns to
    it.
    """

    stored: str | None = None
    pages: int = 0
    """How many pages were read since the cursor was stored."""
    limit: int = 1
    """After how many pages the cursor is replaced."""

    def advance(self, content: PageContent) -> CycleDetector:
        """Return the detector for the next page. Raises DecodeError if the list was at that page before."""
        if content.next_cursor is not None and content.next_cursor in (content.requested_cursor, self.stored):
            raise DecodeError("the service gave the same cursor twice: the list would never end")
        if self.pages == self.limit:
            return CycleDetector(content.next_cursor, 1, self.limit * 2)
        return self._replace(pages=self.pages + 1)


class KnownIds:
    """Remembers the ids of items: of all, or of the last `most`."""

    __slots__ = ("_ids", "_most")

    def __init__(self, most: int | None = None) -> None:
        if most is not None and most < 1:
            raise UsageError("remember must be at least 1, or None to remember all")
        self._ids: dict[object, None] = {}
        self._most = most

    def add(self, item: object) -> bool:
        """Remember the id of an item. Return whether it was new. An item without an id is always new."""
        identifier = getattr(item, "id", None)
        if not isinstance(identifier, str) or not identifier:
            return True
        if identifier in self._ids:
            return False
        self._ids[identifier] = None
        if self._most is not None and len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]
        return True


def resume_query(
    operation: Operation[Any], query: Mapping[str, object], cursor: object
) -> Mapping[str, object]:
    """Return the query of the page where a list continues. UNSET means the beginning.

    Raises UsageError if `cursor` is not a cursor. An empty one is refused too: it is the cursor of a list
    that was read to its end, and must not start the list again.
    """
    if isinstance(cursor, str) and cursor and operation.pagination is not None:
        try:
            return operation.pagination.resume_query(query, cursor)
        except ValueError as error:
            raise UsageError(str(error)) from None
    if cursor == "":
        raise UsageError(
            "the cursor is empty: the list of this cursor was read to its end",
            hint="Give cursor=None, or leave it out, to begin again.",
        )
    from aftership_tracking.runtime.models.unset import UNSET

    if cursor is UNSET:
        return query
    raise UsageError("cursor must be the `cursor` of a page or of an error")


def bookmark(operation: Operation[Any], query: Mapping[str, object]) -> str | None:
    """Return the cursor of the page that a query requests; None for the first page."""
    return None if operation.pagination is None else operation.pagination.bookmark(query)


FetchPage: TypeAlias = "Callable[[Mapping[str, object]], PageContent]"
AsyncFetchPage: TypeAlias = "Callable[[Mapping[str, object]], Awaitable[PageContent]]"
_START = CycleDetector()


class Page(Generic[T]):
    """One page of a list.

    Iterating over it gives every item of the whole list. Further pages are read on the way, and none of them
    stays in memory. If a page cannot be read, the error is raised with a note that says where to continue.
    """

    __slots__ = ("_content", "_cycle", "_fetch", "data", "items")

    def __init__(self, content: PageContent, fetch: FetchPage, cycle: CycleDetector = _START) -> None:
        self.items: list[T] = content.items
        """The items of this page alone."""
        self.data: Any = content.data
        """The list object of the response, with all its other fields."""
        self._content = content
        self._fetch = fetch
        self._cycle = cycle

    @property
    def has_next(self) -> bool:
        """Whether there is another page to request. It may turn out to be empty."""
        return self._content.next_query is not None

    @property
    def cursor(self) -> str:
        """A string that identifies the next page and can be stored; empty if this is the last.

        Give it to `list` as `cursor`, with the same filters and the same `limit`, to continue from there. An
        empty one is refused there, so that a list that was read to its end never begins again unnoticed.
        """
        return self._content.next_cursor or ""

    def next_page(self) -> Page[T] | None:
        """Read the next page; None if this is the last. Raises what `list` raises, and DecodeError if the
        list was there before.
        """
        next_query = self._content.next_query
        if next_query is None:
            return None
        try:
            cycle = self._cycle.advance(self._content)
            return Page(self._fetch(next_query), self._fetch, cycle)
        except AfterShipError as error:
            error.cursor = self._content.next_cursor
            error.add_note(f"while reading {self._content.next_position}")
            raise

    def pages(self) -> Iterator[Page[T]]:
        """Iterate over this page and all that follow."""
        page: Page[T] | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def unique(self, *, remember: int | None = None) -> Iterator[T]:
        """Iterate over all items, and leave out those whose id came before.

        Numbered pages shift when the list grows or shrinks during the iteration, so an item may come twice.
        `remember` says how many ids are remembered: all of them if None, about 100 bytes each. With a number
        the memory stays constant, and duplicates that are further apart are not noticed.
        """
        known = KnownIds(remember)
        return (item for item in self if known.add(item))

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def __repr__(self) -> str:
        return f"<Page with {_describe(len(self.items), self.has_next)}>"


class AsyncPage(Generic[T]):
    """One page of a list: the async version of `Page`."""

    __slots__ = ("_content", "_cycle", "_fetch", "data", "items")

    def __init__(self, content: PageContent, fetch: AsyncFetchPage, cycle: CycleDetector = _START) -> None:
        self.items: list[T] = content.items
        """The items of this page alone."""
        self.data: Any = content.data
        """The list object of the response, with all its other fields."""
        self._content = content
        self._fetch = fetch
        self._cycle = cycle

    @property
    def has_next(self) -> bool:
        """Whether there is another page to request. It may turn out to be empty."""
        return self._content.next_query is not None

    @property
    def cursor(self) -> str:
        """A string that identifies the next page and can be stored; empty if this is the last.

        Give it to `list` as `cursor`, with the same filters and the same `limit`, to continue from there. An
        empty one is refused there, so that a list that was read to its end never begins again unnoticed.
        """
        return self._content.next_cursor or ""

    async def next_page(self) -> AsyncPage[T] | None:
        """Read the next page; None if this is the last. Raises what `list` raises, and DecodeError if the
        list was there before.
        """
        next_query = self._content.next_query
        if next_query is None:
            return None
        try:
            cycle = self._cycle.advance(self._content)
            return AsyncPage(await self._fetch(next_query), self._fetch, cycle)
        except AfterShipError as error:
            error.cursor = self._content.next_cursor
            error.add_note(f"while reading {self._content.next_position}")
            raise

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over this page and all that follow."""
        page: AsyncPage[T] | None = self
        while page is not None:
            yield page
            page = await page.next_page()

    def unique(self, *, remember: int | None = None) -> AsyncIterator[T]:
        """Iterate over all items, and leave out those whose id came before; see `Page.unique`."""
        known = KnownIds(remember)
        return (item async for item in self if known.add(item))

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    def __repr__(self) -> str:
        return f"<AsyncPage with {_describe(len(self.items), self.has_next)}>"


class AsyncPages(Generic[T]):
    """A list that is not read yet: `await` gives its first page, `async for` all its items.

    Nothing is sent before that. Each `await` and each loop reads from the beginning.
    """

    __slots__ = ("_cursor", "_fetch", "_query")

    def __init__(self, query: Mapping[str, object], fetch: AsyncFetchPage, cursor: str | None = None) -> None:
        self._query = query
        self._fetch = fetch
        self._cursor = cursor

    def with_cursor(self, cursor: str | None) -> AsyncPages[T]:
        """Return the same list with the cursor of its first page, for errors."""
        return AsyncPages(self._query, self._fetch, cursor)

    def __await__(self) -> Generator[Any, Any, AsyncPage[T]]:
        return self._first().__await__()

    async def _first(self) -> AsyncPage[T]:
        try:
            return AsyncPage(await self._fetch(self._query), self._fetch)
        except AfterShipError as error:
            error.cursor = self._cursor
            raise

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over all pages."""
        async for page in (await self._first()).pages():
            yield page

    def unique(self, *, remember: int | None = None) -> AsyncIterator[T]:
        """Iterate over all items, and leave out those whose id came before; see `Page.unique`."""
        known = KnownIds(remember)
        return (item async for item in self if known.add(item))

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item


def _describe(count: int, has_next: bool) -> str:
    return f"{count} item{'' if count == 1 else 's'}{' and more to come' if has_next else ''}"
