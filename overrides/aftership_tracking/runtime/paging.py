"""How lists continue: one frozen record for each kind of paging, all of them pure.

They decide which page follows, whether a response is the requested page, and which string identifies a page.
Nothing here sends a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

__all__ = ["Cursor", "PageNumber", "Pagination"]


class Pagination(Protocol):
    """How a list continues. One small record for each kind of paging; all of them are pure.

    `query` is always what was requested, `envelope` the decoded response.
    """

    @property
    def items(self) -> tuple[str, ...]:
        """Path of the list inside the envelope."""
        ...

    def next_query(
        self, query: Mapping[str, object], envelope: object, count: int
    ) -> dict[str, object] | None:
        """Return the query of the page after this one, or None when this was the last.

        `count` is the number of items in the response.
        """
        ...

    def bookmark(self, query: Mapping[str, object]) -> str | None:
        """Return the string that identifies the page a query requests; None for the first page."""

    def position(self, query: Mapping[str, object]) -> str:
        """Say in words which page a query requests, and how to start again from there."""
        ...

    def check(self, query: Mapping[str, object], envelope: object) -> str | None:
        """Return a sentence when the response is not the requested page."""
        ...

    def resume_query(self, query: Mapping[str, object], bookmark: str) -> dict[str, object]:
        """Return the query of the page that a bookmark identifies. Raises ValueError with a sentence when it
        cannot identify a page, or when the query itself already requests a page.
        """
        ...


class PageNumber(NamedTuple):
    """Paging by number. It continues until a page is short or empty. The total of the response is not
    trusted.
    """

    items: tuple[str, ...]
    page: str
    limit: str
    default_limit: int
    max_limit: int
    reachable: int = 0
    """How many items page numbers can reach; 0 if there is no known limit."""

    def next_query(
        self, query: Mapping[str, object], envelope: object, count: int
    ) -> dict[str, object] | None:
        """Request the next number, unless this page was shorter than a full one."""
        if count == 0 or count < self._page_size(query, envelope):
            return None
        return {**query, self.page: self._number(query) + 1}

    def bookmark(self, query: Mapping[str, object]) -> str | None:
        """Write the number as a string."""
        number = self._number(query)
        return None if number == 1 else str(number)

    def position(self, query: Mapping[str, object]) -> str:
        """Name the page and the argument that starts there again."""
        number = self._number(query)
        return f"page {number} (to continue from there: {self.page}={number})"

    def check(self, query: Mapping[str, object], envelope: object) -> str | None:
        """Compare the page number that the service echoes, so that a repeated page never loops for ever.
        Refuse a page that lies beyond the reachable items: it would end the list as if it were complete.
        """
        requested, echoed = self._number(query), self._echo(envelope, self.page)
        if type(echoed) is int and echoed != requested:
            return f"page {requested} was requested and the response is page {echoed}"
        if self.reachable and (requested - 1) * self._page_size(query, envelope) >= self.reachable:
            return (
                f"page {requested} lies beyond the {self.reachable} items that page numbers can reach: "
                "request fewer items, for instance by time of creation"
            )
        return None

    def resume_query(self, query: Mapping[str, object], bookmark: str) -> dict[str, object]:
        """Read the number."""
        if _is_given(query.get(self.page)):
            raise ValueError(f"cursor and {self.page} both say where to begin: give one of them")
        number = int(bookmark) if bookmark.isascii() and bookmark.isdecimal() else 0
        if number < 1:
            raise ValueError("this is not the cursor of a list with numbered pages")
        return {**query, self.page: number}

    def _number(self, query: Mapping[str, object]) -> int:
        number = query.get(self.page)
        return _read_count(number) or 1

    def _page_size(self, query: Mapping[str, object], envelope: object) -> int:
        # The service may serve smaller pages than requested, and says so: a page of that size is a full one.
        requested, echoed = query.get(self.limit), self._echo(envelope, self.limit)
        size = min(_read_count(requested) or self.default_limit, self.max_limit)
        return min(size, _read_count(echoed) or size)

    def _echo(self, envelope: object, name: str) -> object:
        # The service repeats the requested values next to the items.
        return _follow(envelope, (*self.items[:-1], name))


class Cursor(NamedTuple):
    """Paging by a string that each page gives for the next one. A page may be short or empty and still not be
    the last. The total of the response is not trusted.
    """

    items: tuple[str, ...]
    cursor: str
    """The query parameter for the cursor."""
    next: tuple[str, ...]
    """Path of the cursor of the next page inside the envelope."""
    has_next: tuple[str, ...]
    limit: str
    default_limit: int
    max_limit: int

    def next_query(
        self,
        query: Mapping[str, object],
        envelope: object,
        count: int,  # noqa: ARG002 - paging by cursor needs no count
    ) -> dict[str, object] | None:
        """Request with the cursor that the response gives, unless it says that there are no more pages."""
        following = _follow(envelope, self.next)
        if _follow(envelope, self.has_next) is False or not isinstance(following, str) or not following:
            return None
        return {**query, self.cursor: following}

    def bookmark(self, query: Mapping[str, object]) -> str | None:
        """Return the cursor unchanged. An empty one requests the first page."""
        cursor = query.get(self.cursor)
        return cursor if isinstance(cursor, str) and cursor else None

    def position(self, query: Mapping[str, object]) -> str:
        """Name the argument that starts at the page again."""
        return f"the next page (to continue from there: {self.cursor}={self.bookmark(query)!r})"

    def check(self, query: Mapping[str, object], envelope: object) -> str | None:  # noqa: ARG002 - no echo
        """Refuse a response after which the list would end here as if it were complete."""
        following = _follow(envelope, self.next)
        if isinstance(following, bool | int | float | list | dict):
            return f"{'.'.join(self.next)} of the response is not a string"
        if _follow(envelope, self.has_next) is True and not following:
            return "the response says that there are more pages, but does not give a cursor"
        return None

    def resume_query(self, query: Mapping[str, object], bookmark: str) -> dict[str, object]:
        """Use the cursor unchanged."""
        return {**query, self.cursor: bookmark}


def _is_given(value: object) -> bool:
    # An argument that was not given is None or UNSET. This module does not import UNSET.
    return isinstance(value, str | int)


def _read_count(value: object) -> int | None:
    """Read a count as callers may write it, as a number or a string; None if it is not a positive count."""
    if isinstance(value, str) and value.isdecimal():
        return int(value) or None
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _follow(envelope: object, path: tuple[str, ...]) -> object:
    """Follow a path; None where it ends early."""
    for name in path:
        envelope = getattr(envelope, name, None)
    return envelope
