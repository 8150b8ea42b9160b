"""The two loops that read changes. They differ in their colour only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aftership_tracking.errors import ValidationError
from aftership_tracking.recipes.changes.course import Course, identifiers
from aftership_tracking.recipes.changes.ledger import Ledger
from aftership_tracking.recipes.changes.request import Asking, Plan
from aftership_tracking.recipes.changes.stores import Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aftership_tracking.runtime.page import AsyncPage, Page

__all__ = ["AsyncBatch", "AsyncChanges", "Batch", "Changes"]

T = TypeVar("T")


class Batch(Generic[T]):
    """The changes of one page."""

    __slots__ = ("_commit", "items")

    def __init__(self, items: tuple[T, ...], commit: Callable[[], None]) -> None:
        self.items = items
        self._commit = commit

    def commit(self) -> None:
        """Write into the state that this batch, and every one before it, is dealt with. Twice is once.

        Raises UsageError if the state cannot be written or was moved on by another reader.
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

    Iterating gives each changed tracking. A page is written into the state when the item after its last one
    is asked for: who asks has taken the page. `batches` leaves that moment to the caller.
    """

    __slots__ = ("_asking",)

    def __init__(
        self, resource: Any, since: Any, state: Any, overlap: float, filters: dict[str, Any]
    ) -> None:
        self._asking = Asking(resource, since, state, overlap, filters)

    def mark(self) -> float | None:
        """Return up to when all changes were read and taken, as Unix seconds; None: not even once."""
        return self._asking.progress(self._asking.store().load()).mark

    def batches(self) -> Iterator[Batch[T]]:
        """Iterate over the changes page by page. Each is yours to commit; what was not committed comes again
        the next time. Pages without changes are left out.
        """
        store, ledger = self._asking.store(), Ledger()
        page: Page[T] | None
        page, course = self._first(self._asking.plan(store.load()))
        while page is not None:
            present = identifiers(page.items)
            known = {**store.known(present), **ledger.known(present)}
            step = course.take(page.items, page.cursor, known)
            is_next = ledger.is_clear
            number = ledger.add(step.save, gave_nothing=not step.fresh)
            batch = Batch(step.fresh, partial(_commit, store, ledger, number))
            if step.fresh:
                yield batch
            elif is_next:
                batch.commit()
            page = page.next()

    def _first(self, plan: Plan) -> tuple[Page[T], Course[T]]:
        try:
            page: Page[T] = plan.list(**plan.arguments())
        except ValidationError:
            # A cursor may be too old to be taken. What it would have led to is read from the beginning.
            if not plan.goes_on:
                raise
            plan = plan.anew()
            page = plan.list(**plan.arguments())
        return page, plan.course()

    def __iter__(self) -> Iterator[T]:
        for batch in self.batches():
            yield from batch.items
            batch.commit()


def _commit(store: Store, ledger: Ledger, number: int) -> None:
    due = ledger.until(number)
    if due is not None:
        covered, save = due
        store.save(save)
        ledger.saved(covered)


class AsyncBatch(Generic[T]):
    """The changes of one page, the asynchronous twin of `Batch`."""

    __slots__ = ("_commit", "items")

    def __init__(self, items: tuple[T, ...], commit: Callable[[], Awaitable[None]]) -> None:
        self.items = items
        self._commit = commit

    async def commit(self) -> None:
        """Write into the state that this batch, and every one before it, is dealt with. Twice is once.

        Raises UsageError if the state cannot be written or was moved on by another reader.
        """
        await self._commit()

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<AsyncBatch of {len(self.items)}>"


class AsyncChanges(Generic[T]):
    """What changed since the last time, the asynchronous twin of `Changes`."""

    __slots__ = ("_asking",)

    def __init__(
        self, resource: Any, since: Any, state: Any, overlap: float, filters: dict[str, Any]
    ) -> None:
        self._asking = Asking(resource, since, state, overlap, filters)

    async def mark(self) -> float | None:
        """Return up to when all changes were read and taken, as Unix seconds; None: not even once."""
        return self._asking.progress(await _in_thread(self._asking.store().load)).mark

    async def batches(self) -> AsyncIterator[AsyncBatch[T]]:
        """Iterate over the changes page by page. Each is yours to commit; what was not committed comes again
        the next time. Pages without changes are left out.
        """
        store, ledger = self._asking.store(), Ledger()
        page: AsyncPage[T] | None
        page, course = await self._first(self._asking.plan(await _in_thread(store.load)))
        while page is not None:
            present = identifiers(page.items)
            known = {**await _in_thread(store.known, present), **ledger.known(present)}
            step = course.take(page.items, page.cursor, known)
            is_next = ledger.is_clear
            number = ledger.add(step.save, gave_nothing=not step.fresh)
            batch = AsyncBatch(step.fresh, partial(_commit_async, store, ledger, number))
            if step.fresh:
                yield batch
            elif is_next:
                await batch.commit()
            page = await page.next()

    async def _first(self, plan: Plan) -> tuple[AsyncPage[T], Course[T]]:
        try:
            page: AsyncPage[T] = await plan.list(**plan.arguments())
        except ValidationError:
            if not plan.goes_on:
                raise
            plan = plan.anew()
            page = await plan.list(**plan.arguments())
        return page, plan.course()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for batch in self.batches():
            for item in batch.items:
                yield item
            await batch.commit()


async def _commit_async(store: Store, ledger: Ledger, number: int) -> None:
    due = ledger.until(number)
    if due is not None:
        covered, save = due
        await _in_thread(store.save, save)
        ledger.saved(covered)


async def _in_thread(call: Callable[..., Any], *arguments: Any) -> Any:
    # anyio comes with httpx and knows threads under asyncio and under trio.
    import anyio.to_thread

    return await anyio.to_thread.run_sync(call, *arguments)
