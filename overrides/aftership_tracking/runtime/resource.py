"""Bases of the generated resource classes. They hold the client and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from aftership_tracking.errors import AfterShipError
from aftership_tracking.runtime.page import bookmark, resumed

if TYPE_CHECKING:
    from aftership_tracking.runtime.client import AsyncClient, SyncClient
    from aftership_tracking.runtime.operation import Operation
    from aftership_tracking.runtime.options import Options
    from aftership_tracking.runtime.page import AsyncPages, Page

__all__ = ["AsyncResource", "Resource"]

T = TypeVar("T")
# Not UNSET: this module loads with the client, and UNSET would load msgspec.
_FROM_THE_BEGINNING = object()


class Resource:
    """A group of operations of a blocking client."""

    __slots__ = ("_client",)

    def __init__(self, client: SyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    def _send(
        self,
        operation: Operation[T],
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        options: Options | None = None,
    ) -> T:
        return self._client._send(operation, path, query, body, options)

    def _pages(
        self,
        operation: Operation[T],
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        resume: object = _FROM_THE_BEGINNING,
        options: Options | None = None,
    ) -> Page[T]:
        asked = query or {} if resume is _FROM_THE_BEGINNING else resumed(operation, query or {}, resume)
        try:
            return self._client._pages(operation, path, asked, options)
        except AfterShipError as error:
            error.cursor = bookmark(operation, asked)
            raise


class AsyncResource:
    """A group of operations of an asynchronous client."""

    __slots__ = ("_client",)

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    async def _send(
        self,
        operation: Operation[T],
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        options: Options | None = None,
    ) -> T:
        return await self._client._send(operation, path, query, body, options)

    def _pages(
        self,
        operation: Operation[T],
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        resume: object = _FROM_THE_BEGINNING,
        options: Options | None = None,
    ) -> AsyncPages[T]:
        asked = query or {} if resume is _FROM_THE_BEGINNING else resumed(operation, query or {}, resume)
        pages = self._client._pages(operation, path, asked, options)
        return pages.beginning_at(bookmark(operation, asked))
