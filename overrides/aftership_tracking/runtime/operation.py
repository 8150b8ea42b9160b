"""What a generated package says about one operation. Records only: nothing here sends, waits or decodes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

__all__ = ["Operation", "PageNumber", "Pagination", "Path", "RateLimit", "Retry"]

T = TypeVar("T")


class Path(NamedTuple):
    """A segment of a path that is filled at the call."""

    name: str


class Retry(Enum):
    """What may be sent twice."""

    SAFE = "safe"
    """Repeating it changes nothing more."""
    UPSERT = "upsert"
    """Repeating it can meet what the first try made: never repeated after it may have arrived."""
    NEVER = "never"
    """Repeating it does it again: never repeated after it may have arrived."""


class RateLimit(NamedTuple):
    """How often the service lets us call."""

    requests: int
    seconds: float
    shared: bool
    """True: all operations of the organization draw from one bucket. False: this operation has its own."""


class Pagination(Protocol):
    """How a list goes on. One small record for each kind of paging; all of them are pure."""

    @property
    def items(self) -> tuple[str, ...]:
        """Path of the list inside the envelope."""
        ...

    def next_query(self, query: Mapping[str, object], data: object, count: int) -> dict[str, object] | None:
        """Return the query of the page after this one, or None when this was the last.

        `query` is what was asked, `data` the list object of the answer, `count` the number of items in it.
        """
        ...

    def position(self, query: Mapping[str, object]) -> str:
        """Say in words which page a query asks for, and how to start again from there."""
        ...

    def check(self, query: Mapping[str, object], data: object) -> str | None:
        """Return a sentence when the answer is not the page that was asked for."""
        ...


class PageNumber(NamedTuple):
    """Paging by number. It goes on until a page is short or empty; the total of the answer is not trusted."""

    items: tuple[str, ...]
    page: str
    limit: str
    default_limit: int
    max_limit: int

    def next_query(self, query: Mapping[str, object], data: object, count: int) -> dict[str, object] | None:
        """Ask for the next number, unless this page was shorter than a full one."""
        if count == 0 or count < self._page_size(query, data):
            return None
        return {**query, self.page: self._number(query) + 1}

    def position(self, query: Mapping[str, object]) -> str:
        """Name the page and the argument that starts there again."""
        number = self._number(query)
        return f"page {number} (to go on from there: {self.page}={number})"

    def check(self, query: Mapping[str, object], data: object) -> str | None:
        """Compare the page number that the service echoes, so that a repeated page never loops for ever."""
        asked, answered = self._number(query), getattr(data, self.page, None)
        if type(answered) is int and answered != asked:
            return f"page {asked} was asked for and the answer is page {answered}"
        return None

    def _number(self, query: Mapping[str, object]) -> int:
        number = query.get(self.page)
        return number if type(number) is int else 1

    def _page_size(self, query: Mapping[str, object], data: object) -> int:
        # The service may serve smaller pages than asked for, and says so: a page of that size is a full one.
        asked, echoed = query.get(self.limit), getattr(data, self.limit, None)
        size = asked if type(asked) is int and asked > 0 else self.default_limit
        return min(size, echoed) if type(echoed) is int and echoed > 0 else size


class Operation(NamedTuple, Generic[T]):
    """One operation of one API version. `T` is the type of what its method returns."""

    id: str
    method: str
    path: tuple[str | Path, ...]
    returns: str
    """Name of the envelope model; it is looked up on first decode, so that models load late."""
    unwrap: tuple[str, ...]
    retry: Retry
    limit: RateLimit
    errors: tuple[int, ...] = ()
    body_wrapper: str | None = None
    pagination: Pagination | None = None


Query = Mapping[str, object]
Body = Mapping[str, Any]
