"""Lists that go on. A page iterates over all items, not only over its own, and fails rather than end
early.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import AfterShipError, DecodeError, UsageError

if TYPE_CHECKING:
    from aftership_tracking.runtime.operation import Operation

__all__ = ["AsyncPage", "AsyncPages", "Found", "Page", "bookmark", "resumed"]

T = TypeVar("T")


class Found(NamedTuple):
    """One page as read from an answer."""

    items: list[Any]
    data: Any
    asked: str | None = None
    """Names this page in its list; None for the first one."""
    following: dict[str, object] | None = None
    """Query of the next page; None if this is the last."""
    cursor: str | None = None
    """Names the next page."""
    place: str = ""
    """The next page in words, for errors."""


class Trail(NamedTuple):
    """Notices that a list runs in a circle, however long, and remembers a single cursor for that.

    The mark moves on to the present page after one page, two more, four more and so on (Brent's algorithm).
    Once it lies inside the circle and the next move is far enough, the list comes back to it.
    """

    mark: str | None = None
    steps: int = 0
    reach: int = 1

    def onward(self, found: Found) -> Trail:
        """Return the trail up to the page after this one. Raises DecodeError if the list has been there."""
        if found.cursor is not None and found.cursor in (found.asked, self.mark):
            raise DecodeError("the service gave the same cursor twice: the list would never end")
        if self.steps == self.reach:
            return Trail(found.cursor, 1, self.reach * 2)
        return self._replace(steps=self.steps + 1)


class Seen:
    """Remembers the ids of items."""

    __slots__ = ("_ids", "_most")

    def __init__(self, most: int | None = None) -> None:
        if most is not None and most < 1:
            raise UsageError("remember must be at least 1, or None to remember all")
        self._ids: dict[object, None] = {}
        self._most = most

    def is_new(self, item: object) -> bool:
        """Whether no item with the same id was asked about. What has no id is always new."""
        identifier = getattr(item, "id", None)
        if not isinstance(identifier, str) or not identifier:
            return True
        if identifier in self._ids:
            return False
        self._ids[identifier] = None
        if self._most is not None and len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]
        return True


def resumed(operation: Operation[Any], query: Mapping[str, object], resume: object) -> Mapping[str, object]:
    """Return the query of the page where a list shall go on; UNSET asks for its beginning.

    Raises UsageError for what is no cursor. None is refused too: it is the cursor of a list that was read to
    its end, and must not read it once more.
    """
    if isinstance(resume, str) and resume and operation.pagination is not None:
        try:
            return operation.pagination.resumed(query, resume)
        except ValueError as error:
            raise UsageError(str(error)) from None
    if resume is None:
        raise UsageError(
            "resume=None: the list that this cursor is of was read to its end",
            hint="Leave resume out to begin again.",
        )
    from aftership_tracking.runtime.models.unset import UNSET

    if resume is UNSET:
        return query
    raise UsageError("resume must be the `cursor` of a page or of an error")


def bookmark(operation: Operation[Any], query: Mapping[str, object]) -> str | None:
    """Return the text that names the page a query asks for; None for the first one."""
    return None if operation.pagination is None else operation.pagination.bookmark(query)


Turn: TypeAlias = "Callable[[Mapping[str, object]], Found]"
AsyncTurn: TypeAlias = "Callable[[Mapping[str, object]], Awaitable[Found]]"
_START = Trail()


class Page(Generic[T]):
    """One page of a list that was read.

    Iterating over it gives every item of the whole list, reading further pages on the way and keeping none of
    them. If a page cannot be read, the error is raised, with a note that says where to go on.
    """

    __slots__ = ("_found", "_trail", "_turn", "data", "items")

    def __init__(self, found: Found, turn: Turn, trail: Trail = _START) -> None:
        self.items: list[T] = found.items
        """The items of this page alone."""
        self.data: Any = found.data
        """The list object of the answer, with everything beside the items."""
        self._found = found
        self._turn = turn
        self._trail = trail

    @property
    def has_next(self) -> bool:
        """Whether another page will be asked for. It may turn out to be empty."""
        return self._found.following is not None

    @property
    def cursor(self) -> str | None:
        """Text that names the next page and can be kept; None if this is the last.

        Give it to `list` as `resume`, with the same filters and the same `limit`, to go on from there.
        """
        return self._found.cursor

    def next(self) -> Page[T] | None:
        """Read the next page; None if this is the last. Raises DecodeError if the list has been there."""
        following = self._found.following
        if following is None:
            return None
        try:
            trail = self._trail.onward(self._found)
            return Page(self._turn(following), self._turn, trail)
        except AfterShipError as error:
            error.cursor = self._found.cursor
            error.add_note(f"while reading {self._found.place}")
            raise

    def pages(self) -> Iterator[Page[T]]:
        """Iterate over this page and all that follow."""
        page: Page[T] | None = self
        while page is not None:
            yield page
            page = page.next()

    def unique(self, *, remember: int | None = None) -> Iterator[T]:
        """Iterate over all items, and leave out those whose id came before.

        Numbered pages shift when something is added to the list or taken from it meanwhile, so an item may
        come twice. `remember` is how many ids are kept for that: all of them if None, about 100 bytes each;
        with a number the memory stays constant, and twins that lie further apart are not noticed.
        """
        seen = Seen(remember)
        return (item for item in self if seen.is_new(item))

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def __repr__(self) -> str:
        return f"<Page with {len(self.items)} items{' and more to come' if self.has_next else ''}>"


class AsyncPage(Generic[T]):
    """One page of a list that was read, the asynchronous twin of `Page`."""

    __slots__ = ("_found", "_trail", "_turn", "data", "items")

    def __init__(self, found: Found, turn: AsyncTurn, trail: Trail = _START) -> None:
        self.items: list[T] = found.items
        """The items of this page alone."""
        self.data: Any = found.data
        """The list object of the answer, with everything beside the items."""
        self._found = found
        self._turn = turn
        self._trail = trail

    @property
    def has_next(self) -> bool:
        """Whether another page will be asked for. It may turn out to be empty."""
        return self._found.following is not None

    @property
    def cursor(self) -> str | None:
        """Text that names the next page and can be kept; None if this is the last.

        Give it to `list` as `resume`, with the same filters and the same `limit`, to go on from there.
        """
        return self._found.cursor

    async def next(self) -> AsyncPage[T] | None:
        """Read the next page; None if this is the last. Raises DecodeError if the list has been there."""
        following = self._found.following
        if following is None:
            return None
        try:
            trail = self._trail.onward(self._found)
            return AsyncPage(await self._turn(following), self._turn, trail)
        except AfterShipError as error:
            error.cursor = self._found.cursor
            error.add_note(f"while reading {self._found.place}")
            raise

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over this page and all that follow."""
        page: AsyncPage[T] | None = self
        while page is not None:
            yield page
            page = await page.next()

    def unique(self, *, remember: int | None = None) -> AsyncIterator[T]:
        """Iterate over all items, and leave out those whose id came before; see `Page.unique`."""
        seen = Seen(remember)
        return (item async for item in self if seen.is_new(item))

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    def __repr__(self) -> str:
        return f"<AsyncPage with {len(self.items)} items{' and more to come' if self.has_next else ''}>"


class AsyncPages(Generic[T]):
    """A list that is about to be read: `await` gives its first page, `async for` all its items.

    Nothing is sent before. Each `await` and each loop reads from the beginning.
    """

    __slots__ = ("_cursor", "_query", "_turn")

    def __init__(self, query: Mapping[str, object], turn: AsyncTurn, cursor: str | None = None) -> None:
        self._query = query
        self._turn = turn
        self._cursor = cursor

    def beginning_at(self, cursor: str | None) -> AsyncPages[T]:
        """Return the same list, which knows what names its first page."""
        return AsyncPages(self._query, self._turn, cursor)

    def __await__(self) -> Generator[Any, Any, AsyncPage[T]]:
        return self._first().__await__()

    async def _first(self) -> AsyncPage[T]:
        try:
            return AsyncPage(await self._turn(self._query), self._turn)
        except AfterShipError as error:
            error.cursor = self._cursor
            raise

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over all pages."""
        async for page in (await self._first()).pages():
            yield page

    def unique(self, *, remember: int | None = None) -> AsyncIterator[T]:
        """Iterate over all items, and leave out those whose id came before; see `Page.unique`."""
        seen = Seen(remember)
        return (item async for item in self if seen.is_new(item))

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item
