"""Lists that go on. A page iterates over all items, not only over its own, and fails rather than end
early.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import AfterShipError

__all__ = ["AsyncPage", "AsyncPages", "Found", "Page"]

T = TypeVar("T")


class Found(NamedTuple):
    """One page as read from an answer."""

    items: list[Any]
    data: Any
    following: dict[str, object] | None
    """Query of the next page; None if this is the last."""
    place: str
    """The next page in words, for errors."""


Turn: TypeAlias = "Callable[[Mapping[str, object]], Found]"
AsyncTurn: TypeAlias = "Callable[[Mapping[str, object]], Awaitable[Found]]"


class Page(Generic[T]):
    """One page of a list that was read.

    Iterating over it gives every item of the whole list, reading further pages on the way and keeping none of
    them. If a page cannot be read, the error is raised, with a note that says where to go on.
    """

    __slots__ = ("_following", "_place", "_turn", "data", "items")

    def __init__(self, found: Found, turn: Turn) -> None:
        self.items: list[T] = found.items
        """The items of this page alone."""
        self.data: Any = found.data
        """The list object of the answer, with everything beside the items."""
        self._following = found.following
        self._place = found.place
        self._turn = turn

    @property
    def has_next(self) -> bool:
        """Whether another page will be asked for. It may turn out to be empty where pages go by number."""
        return self._following is not None

    def next(self) -> Page[T] | None:
        """Read the next page; None if this is the last."""
        if self._following is None:
            return None
        try:
            return Page(self._turn(self._following), self._turn)
        except AfterShipError as error:
            error.add_note(f"while reading {self._place}")
            raise

    def pages(self) -> Iterator[Page[T]]:
        """Iterate over this page and all that follow."""
        page: Page[T] | None = self
        while page is not None:
            yield page
            page = page.next()

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def __repr__(self) -> str:
        return f"<Page with {len(self.items)} items{' and more to come' if self.has_next else ''}>"


class AsyncPage(Generic[T]):
    """One page of a list that was read, the asynchronous twin of `Page`."""

    __slots__ = ("_following", "_place", "_turn", "data", "items")

    def __init__(self, found: Found, turn: AsyncTurn) -> None:
        self.items: list[T] = found.items
        """The items of this page alone."""
        self.data: Any = found.data
        """The list object of the answer, with everything beside the items."""
        self._following = found.following
        self._place = found.place
        self._turn = turn

    @property
    def has_next(self) -> bool:
        """Whether another page will be asked for. It may turn out to be empty where pages go by number."""
        return self._following is not None

    async def next(self) -> AsyncPage[T] | None:
        """Read the next page; None if this is the last."""
        if self._following is None:
            return None
        try:
            return AsyncPage(await self._turn(self._following), self._turn)
        except AfterShipError as error:
            error.add_note(f"while reading {self._place}")
            raise

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over this page and all that follow."""
        page: AsyncPage[T] | None = self
        while page is not None:
            yield page
            page = await page.next()

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

    __slots__ = ("_query", "_turn")

    def __init__(self, query: Mapping[str, object], turn: AsyncTurn) -> None:
        self._query = query
        self._turn = turn

    def __await__(self) -> Generator[Any, Any, AsyncPage[T]]:
        return self._first().__await__()

    async def _first(self) -> AsyncPage[T]:
        return AsyncPage(await self._turn(self._query), self._turn)

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """Iterate over all pages."""
        async for page in (await self._first()).pages():
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item
