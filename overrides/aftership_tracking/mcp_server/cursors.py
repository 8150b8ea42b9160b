"""Where a long list goes on. What a cursor means is known to this server only, so nobody can change it."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

from aftership_tracking.mcp_server.failures import ToolRefusedError

__all__ = ["Cursors"]

T = TypeVar("T")


class Cursors(Generic[T]):
    """The cursors that were handed out by one tool, the last `most` of them."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._found: OrderedDict[str, T] = OrderedDict()

    def add(self, position: T) -> str:
        """Return a cursor that leads to a position."""
        cursor = secrets.token_urlsafe(12)
        self._found[cursor] = position
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return cursor

    def find(self, cursor: str) -> T:
        """Return the position of a cursor, which stays valid. Raises ToolRefusedError."""
        found = self._found.get(cursor)
        if found is None:
            raise ToolRefusedError(
                "This cursor is unknown: it is of another tool, of an earlier run of the server, or too old.",
                "Begin again without a cursor.",
            )
        return found
