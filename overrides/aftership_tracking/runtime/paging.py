"""How lists continue: one frozen record for each kind of paging, all of them pure.

Which page follows, whether a response is the requested page, and the bookmark that names a page. Nothing here
sends a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

__all__ = ["Cursor", "PageNumber", "Pagination"]


class Pagination(Protocol):
    """How a list goes on. One small record for each kind of paging; all of them are pure.

    `query` is always what was asked, `answer` the envelope of the answer.
    """

    @property
    def items(self) -> tuple[str, ...]:
        """Path of the list inside the envelope."""
        ...

    def next_query(self, query: Mapping[str, object], answer: object, count: int) -> dict[str, object] | None:
        """Return the query of the page after this one, or None when this was the last.

        `count` is the number of items in the answer.
        """
        ...

    def bookmark(self, query: Mapping[str, object]) -> str | None:
        """Return the text that names the page a query asks for; None for the first one."""

    def position(self, query: Mapping[str, object]) -> str:
        """Say in words which page a query asks for, and how to start again from there."""
        ...

    def check(self, query: Mapping[str, object], answer: object) -> str | None:
        """Return a sentence when the answer is not the page that was asked for."""
        ...

    def resumed(self, query: Mapping[str, object], bookmark: str) -> dict[str, object]:
        """Return the query of the page that a bookmark names. Raises ValueError with a sentence when it can
        name none, or when the query asks for a page by itself.
        """
        ...


class PageNumber(NamedTuple):
    """Paging by number. It goes on until a page is short or empty; the total of the answer is not trusted."""

    items: tuple[str, ...]
    page: str
    limit: str
    default_limit: int
    max_limit: int
    reachable: int = 0
    """So many items can be reached by number; 0 if no end is known."""

    def next_query(self, query: Mapping[str, object], answer: object, count: int) -> dict[str, object] | None:
        """Ask for the next number, unless this page was shorter than a full one."""
        if count == 0 or count < self._page_size(query, answer):
            return None
        return {**query, self.page: self._number(query) + 1}

    def bookmark(self, query: Mapping[str, object]) -> str | None:
        """Write the number as text."""
        number = self._number(query)
        return None if number == 1 else str(number)

    def position(self, query: Mapping[str, object]) -> str:
        """Name the page and the argument that starts there again."""
        number = self._number(query)
        return f"page {number} (to go on from there: {self.page}={number})"

    def check(self, query: Mapping[str, object], answer: object) -> str | None:
        """Compare the page number that the service echoes, so that a repeated page never loops for ever, and
        refuse an answer from where no items can be: it would end the list as if it were complete.
        """
        asked, answered = self._number(query), self._echo(answer, self.page)
        if type(answered) is int and answered != asked:
            return f"page {asked} was asked for and the answer is page {answered}"
        if self.reachable and (asked - 1) * self._page_size(query, answer) >= self.reachable:
            return (
                f"page {asked} lies behind the {self.reachable} items that page numbers can reach: "
                "ask for fewer items, for instance by time of creation"
            )
        return None

    def resumed(self, query: Mapping[str, object], bookmark: str) -> dict[str, object]:
        """Read the number."""
        if _is_given(query.get(self.page)):
            raise ValueError(f"resume and {self.page} both say where to begin: give one of them")
        number = int(bookmark) if bookmark.isascii() and bookmark.isdecimal() else 0
        if number < 1:
            raise ValueError("resume is not the cursor of a list with numbered pages")
        return {**query, self.page: number}

    def _number(self, query: Mapping[str, object]) -> int:
        number = query.get(self.page)
        return _whole(number) or 1

    def _page_size(self, query: Mapping[str, object], answer: object) -> int:
        # The service may serve smaller pages than asked for, and says so: a page of that size is a full one.
        asked, echoed = query.get(self.limit), self._echo(answer, self.limit)
        size = min(_whole(asked) or self.default_limit, self.max_limit)
        return min(size, _whole(echoed) or size)

    def _echo(self, answer: object, name: str) -> object:
        # What was asked comes back beside the items.
        return _inside(answer, (*self.items[:-1], name))


class Cursor(NamedTuple):
    """Paging by a text that each page gives for the next one. A page may be short or empty and not the last;
    the total of the answer is not trusted.
    """

    items: tuple[str, ...]
    cursor: str
    """The query parameter that takes it."""
    next: tuple[str, ...]
    """Path of the cursor of the next page inside the envelope."""
    has_next: tuple[str, ...]
    limit: str
    default_limit: int
    max_limit: int

    def next_query(
        self,
        query: Mapping[str, object],
        answer: object,
        count: int,  # noqa: ARG002 - a cursor counts nothing
    ) -> dict[str, object] | None:
        """Ask with the cursor that the answer gives, unless it says that there is no more."""
        following = _inside(answer, self.next)
        if _inside(answer, self.has_next) is False or not isinstance(following, str) or not following:
            return None
        return {**query, self.cursor: following}

    def bookmark(self, query: Mapping[str, object]) -> str | None:
        """Return the cursor as it is; an empty one asks for the first page."""
        cursor = query.get(self.cursor)
        return cursor if isinstance(cursor, str) and cursor else None

    def position(self, query: Mapping[str, object]) -> str:
        """Name the argument that starts at the page again."""
        return f"the next page (to go on from there: {self.cursor}={self.bookmark(query)!r})"

    def check(self, query: Mapping[str, object], answer: object) -> str | None:  # noqa: ARG002 - nothing echoes
        """Refuse an answer after which the list would end here as if it were complete."""
        following = _inside(answer, self.next)
        if isinstance(following, bool | int | float | list | dict):
            return f"{'.'.join(self.next)} of the answer is no text"
        if _inside(answer, self.has_next) is True and not following:
            return "the answer says that there is more, but gives no cursor for it"
        return None

    def resumed(self, query: Mapping[str, object], bookmark: str) -> dict[str, object]:
        """Take the cursor as it is."""
        if _is_given(query.get(self.cursor)):
            raise ValueError(f"resume and {self.cursor} both say where to begin: give one of them")
        return {**query, self.cursor: bookmark}


def _is_given(value: object) -> bool:
    # What was not given is UNSET, whose module this one does not load; neither is it text or a number.
    return value is None or isinstance(value, str | int)


def _whole(value: object) -> int | None:
    """Read a count as callers may write it, as number or as text; None for what counts nothing."""
    if isinstance(value, str) and value.isdecimal():
        return int(value) or None
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _inside(answer: object, steps: tuple[str, ...]) -> object:
    """Follow a path; None where it ends early."""
    for step in steps:
        answer = getattr(answer, step, None)
    return answer
