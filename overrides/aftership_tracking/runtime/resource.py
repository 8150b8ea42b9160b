"""Base classes of the generated resource classes. They hold the client and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from aftership_tracking.errors import AfterShipError
from aftership_tracking.runtime.keywords import guard_methods
from aftership_tracking.runtime.operation import Path
from aftership_tracking.runtime.page import bookmark, resume_query

if TYPE_CHECKING:
    from aftership_tracking.runtime.client import AsyncClient, SyncClient
    from aftership_tracking.runtime.operation import Operation
    from aftership_tracking.runtime.page import AsyncPages, Page

__all__ = ["AsyncResource", "Resource"]

T = TypeVar("T")


class Resource:
    """A group of operations of a sync client.

    Every method also takes the settings of one call by name, such as `timeout=3`: the fields of `Options`.
    """

    __slots__ = ("_client",)

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        guard_methods(cls)

    def __init__(self, client: SyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    def _send(self, operation: Operation[T], arguments: Mapping[str, Any]) -> T:
        """`arguments`: all of the method, by name."""
        return self._client._send(
            operation, *_by_location(operation, arguments), arguments["options"], arguments["call"]
        )

    def _pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Page[T]:
        """`arguments`: all of the method, by name."""
        path, query = _first_page(operation, arguments)
        try:
            return self._client._pages(operation, path, query, arguments["options"], arguments["call"])
        except AfterShipError as error:
            error.cursor = bookmark(operation, query)
            raise


class AsyncResource:
    """A group of operations of an async client.

    Every method also takes the settings of one call by name, such as `timeout=3`: the fields of `Options`.
    """

    __slots__ = ("_client",)

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        guard_methods(cls)

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    async def _send(self, operation: Operation[T], arguments: Mapping[str, Any]) -> T:
        """`arguments`: all of the method, by name."""
        return await self._client._send(
            operation, *_by_location(operation, arguments), arguments["options"], arguments["call"]
        )

    def _pages(self, operation: Operation[T], arguments: Mapping[str, Any]) -> AsyncPages[T]:
        """`arguments`: all of the method, by name."""
        path, query = _first_page(operation, arguments)
        pages = self._client._pages(operation, path, query, arguments["options"], arguments["call"])
        return pages.with_cursor(bookmark(operation, query))


def _by_location(
    operation: Operation[Any], arguments: Mapping[str, Any]
) -> tuple[tuple[object, ...], dict[str, object] | None, dict[str, object] | None]:
    """Return what path, query and body hold, with the names on the wire; None: the request has none."""
    names = operation.body_names
    query = {name: arguments[name] for name in operation.query_names} or None
    body = None if names is None else {name: arguments[name] for name in names}
    if operation.renamed:
        wires = dict(operation.renamed)
        query, body = (
            held and {wires.get(name, name): value for name, value in held.items()} for held in (query, body)
        )
    path = (one for one in operation.path if isinstance(one, Path))
    return tuple(arguments[one.argument or one.name] for one in path), query, body


def _first_page(
    operation: Operation[Any], arguments: Mapping[str, Any]
) -> tuple[tuple[object, ...], Mapping[str, object]]:
    """Return path and query of the page where a list begins, or continues if there is a cursor."""
    path, query, _ = _by_location(operation, arguments)
    cursor = arguments["cursor"]
    return path, query or {} if cursor is None else resume_query(operation, query or {}, cursor)
