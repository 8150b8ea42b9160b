"""The two loops that read changes page by page. They differ only in being sync and async."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aftership_tracking.errors import ValidationError
from aftership_tracking.recipes.changes.change_detection import ChangeDetector, tracking_ids
from aftership_tracking.recipes.changes.request import ChangesRequest, ChangesSettings
from aftership_tracking.recipes.changes.state_stores import StateStore
from aftership_tracking.recipes.changes.uncommitted_pages import UncommittedPages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aftership_tracking.runtime.page import AsyncPage, Page

__all__ = ["AsyncBatch", "AsyncChanges", "Batch", "Changes"]

T = TypeVar("T")


class Batch(Generic[T]):
    """The changes of one page: `items` is a tuple of trackings."""

    __slots__ = ("_commit", "items")

    def __init__(self, items: tuple[T, ...], commit: Callable[[], None]) -> None:
        self.items = items
        self._commit = commit

    def commit(self) -> None:
        """Record in the state that this batch, and every one before it, is done. A second call does nothing.

        Raises StorageError if the state cannot be written, UsageError if another reader changed it.
        """
        self._commit()

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<Batch of {len(self.items)}>"


class Changes(Generic[T]):
    """What changed since the last time. See `client.trackings.changes`.

    Iterating yields each changed tracking. A page is written into the state when the item after its last one
    is requested: whoever requests it has taken the page. With `batches` the caller decides when.
    """

    __slots__ = ("_settings",)

    def __init__(
        self, resource: Any, since: Any, state: Any, overlap: float, filters: dict[str, Any]
    ) -> None:
        self._settings = ChangesSettings(resource, since, state, overlap, filters)

    def mark(self) -> float | None:
        """Return the time up to which all changes were read and taken, as Unix seconds.

        None if no reading has reached its end yet.
        """
        return self._settings.check_state(self._settings.store().load()).mark

    def batches(self) -> Iterator[Batch[T]]:
        """Iterate over the changes page by page.

        The caller commits each batch; what was not committed comes again the next time. Pages without changes
        are left out.
        """
        store, uncommitted = self._settings.store(), UncommittedPages()
        page: Page[T] | None
        page, detector = self._read_first_page(self._settings.request(store.load()))
        while page is not None:
            identifiers = tracking_ids(page.items)
            known = {**store.known(identifiers), **uncommitted.known(identifiers)}
            detected = detector.detect(page.items, page.cursor or None, known)
            is_next = uncommitted.is_clear
            number = uncommitted.add(detected.update, is_empty=not detected.new_items)
            batch = Batch(detected.new_items, partial(_commit, store, uncommitted, number))
            if detected.new_items:
                yield batch
            elif is_next:
                batch.commit()
            page = page.next_page()

    def _read_first_page(self, request: ChangesRequest) -> tuple[Page[T], ChangeDetector[T]]:
        try:
            page: Page[T] = request.list(**request.arguments())
        except ValidationError:
            # The service may refuse an old cursor. Then the reading begins at its first page again.
            if not request.is_continued:
                raise
            request = request.restart()
            page = request.list(**request.arguments())
        return page, request.detector()

    def __iter__(self) -> Iterator[T]:
        for batch in self.batches():
            yield from batch.items
            batch.commit()


def _commit(store: StateStore, uncommitted: UncommittedPages, number: int) -> None:
    due = uncommitted.update_up_to(number)
    if due is not None:
        covered, update = due
        store.save(update)
        uncommitted.remove_up_to(covered)


class AsyncBatch(Generic[T]):
    """The changes of one page, the async version of `Batch`."""

    __slots__ = ("_commit", "items")

    def __init__(self, items: tuple[T, ...], commit: Callable[[], Awaitable[None]]) -> None:
        self.items = items
        self._commit = commit

    async def commit(self) -> None:
        """Record in the state that this batch, and every one before it, is done. A second call does nothing.

        Raises StorageError if the state cannot be written, UsageError if another reader changed it.
        """
        await self._commit()

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<AsyncBatch of {len(self.items)}>"


class AsyncChanges(Generic[T]):
    """What changed since the last time, the async version of `Changes`."""

    __slots__ = ("_settings",)

    def __init__(
        self, resource: Any, since: Any, state: Any, overlap: float, filters: dict[str, Any]
    ) -> None:
        self._settings = ChangesSettings(resource, since, state, overlap, filters)

    async def mark(self) -> float | None:
        """Return the time up to which all changes were read and taken, as Unix seconds.

        None if no reading has reached its end yet.
        """
        return self._settings.check_state(await _run_in_thread(self._settings.store().load)).mark

    async def batches(self) -> AsyncIterator[AsyncBatch[T]]:
        """Iterate over the changes page by page.

        The caller commits each batch; what was not committed comes again the next time. Pages without changes
        are left out.
        """
        store, uncommitted = self._settings.store(), UncommittedPages()
        page: AsyncPage[T] | None
        page, detector = await self._read_first_page(self._settings.request(await _run_in_thread(store.load)))
        while page is not None:
            identifiers = tracking_ids(page.items)
            known = {
                **await _run_in_thread(store.known, identifiers),
                **uncommitted.known(identifiers),
            }
            detected = detector.detect(page.items, page.cursor or None, known)
            is_next = uncommitted.is_clear
            number = uncommitted.add(detected.update, is_empty=not detected.new_items)
            batch = AsyncBatch(detected.new_items, partial(_commit_async, store, uncommitted, number))
            if detected.new_items:
                yield batch
            elif is_next:
                await batch.commit()
            page = await page.next_page()

    async def _read_first_page(self, request: ChangesRequest) -> tuple[AsyncPage[T], ChangeDetector[T]]:
        try:
            page: AsyncPage[T] = await request.list(**request.arguments())
        except ValidationError:
            if not request.is_continued:
                raise
            request = request.restart()
            page = await request.list(**request.arguments())
        return page, request.detector()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for batch in self.batches():
            for item in batch.items:
                yield item
            await batch.commit()


async def _commit_async(store: StateStore, uncommitted: UncommittedPages, number: int) -> None:
    due = uncommitted.update_up_to(number)
    if due is not None:
        covered, update = due
        await _run_in_thread(store.save, update)
        uncommitted.remove_up_to(covered)


async def _run_in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    # anyio is installed with httpx, and supports threads under asyncio and under trio.
    import anyio.to_thread

    return await anyio.to_thread.run_sync(function, *arguments)
