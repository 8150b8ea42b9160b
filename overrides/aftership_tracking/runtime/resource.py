"""Base classes of the generated resource classes. They hold the client and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from aftership_tracking.errors import AfterShipError
from aftership_tracking.runtime.keywords import guard_methods
from aftership_tracking.runtime.page import bookmark, resume_query

if TYPE_CHECKING:
    from aftership_tracking.runtime.client import AsyncClient, SyncClient
    from aftership_tracking.runtime.operation import Operation
    from aftership_tracking.runtime.options import Options
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

    def _send(
        self,
        operation: Operation[T],
        *,
        path: tuple[object, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        options: Options | None = None,
        call: Mapping[str, object] | None = None,
    ) -> T:
        return self._client._send(operation, path, query, body, options, call)

    def _pages(
        self,
        operation: Operation[T],
        *,
        path: tuple[object, ...] = (),
        query: Mapping[str, object] | None = None,
        cursor: str | None = None,
        options: Options | None = None,
        call: Mapping[str, object] | None = None,
    ) -> Page[T]:
        query = query or {}
        if cursor is not None:
            query = resume_query(operation, query, cursor)
        try:
            return self._client._pages(operation, path, query, options, call)
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

    async def _send(
        self,
        operation: Operation[T],
        *,
        path: tuple[object, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        options: Options | None = None,
        call: Mapping[str, object] | None = None,
    ) -> T:
        return await self._client._send(operation, path, query, body, options, call)

    def _pages(
        self,
        operation: Operation[T],
        *,
        path: tuple[object, ...] = (),
        query: Mapping[str, object] | None = None,
        cursor: str | None = None,
        options: Options | None = None,
        call: Mapping[str, object] | None = None,
    ) -> AsyncPages[T]:
        query = query or {}
        if cursor is not None:
            query = resume_query(operation, query, cursor)
        pages = self._client._pages(operation, path, query, options, call)
        return pages.with_cursor(bookmark(operation, query))
