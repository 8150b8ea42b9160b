"""Handles an event once: claim it, run its handler, complete or release the claim, whatever happens between.

A claim that nobody ends lasts as long as its lease, and the retries meanwhile are refused. So a claim is
ended also when a task is cancelled, when a process exits in a handler, and when an event loop goes away.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.stores.protocol import (
    AlreadyHandledError,
    Claim,
    ClaimState,
    Store,
    StoreError,
)

if TYPE_CHECKING:
    from aftership_tracking.webhooks.events.event import Event
    from aftership_tracking.webhooks.router import Router

__all__ = ["LOGGER", "EventHandling", "Handling", "LastChance", "Report", "runs_asyncio"]

LOGGER = logging.getLogger("aftership_tracking.webhooks")
"""Its lines hold reasons and ids of events, and never a header, a body or a secret."""

LastChance = Callable[["Event", Exception], object]
"""Gets an event whose handler failed for the last time, and the error."""
Report = Callable[[Exception, "Event | None"], object]


class Handling(Enum):
    """How the handling of an event ended."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    """It was handled before."""
    BUSY = "busy"
    """Another process handles it now, or that process died and its claim has not run out yet."""
    GIVEN_UP = "given up"
    """Its handler failed too often, and `last_chance` took it."""


class EventHandling:
    """Handles events with the handlers of a router, each once for a store.

    Args:
        router: its handlers get the events.
        store: remembers what was handled.
        store_waits: whether the store may wait for a disk or a network, which an event loop must not.
        endpoint: a name of the URL, if several share the store.
        lease: seconds until the claim of a dead process runs out.
        keep: seconds to remember a handled event.
        last_chance: gets an event whose handler failed at `last_attempt` or later, with its error.
        last_attempt: the number of the attempt, from 1.
        report: gets failures that are not raised.
    """

    def __init__(
        self,
        router: Router,
        store: Store,
        *,
        store_waits: bool,
        endpoint: str,
        lease: float,
        keep: float,
        last_chance: LastChance | None,
        last_attempt: int,
        report: Report,
    ) -> None:
        self._router = router
        self._store = store
        self._store_waits = store_waits
        # Such a store needs no thread of an event loop. It has `claim_async` and `complete_async`.
        self._async_store: Any = store if hasattr(store, "claim_async") else None
        self._endpoint = endpoint
        self._lease = lease
        self._keep = keep
        self._last_chance = last_chance
        self._last_attempt = last_attempt
        self._report = report

    def process(self, event: Event) -> Handling:
        """Handle an event with a plain handler. Its error is raised here, after the claim is released."""
        self._router.require_sync()
        return self._process(event, self._router.dispatch)

    async def process_async(self, event: Event) -> Handling:
        """Do the same as `process`, with sync and async handlers."""
        if not self._router.is_async_for(event):
            from anyio import to_thread

            # All of it in one thread: if this task is cancelled, the thread still ends what it began.
            return await to_thread.run_sync(self._process, event, self._dispatch_in_thread)
        claim = await self._claim_async(event.key(self._endpoint))
        if claim.state is not ClaimState.NEW:
            return _HANDLING_OF[claim.state]
        handling = Handling.HANDLED
        try:
            event.count(claim.attempt)
            await self._router.dispatch_async(event)
        except AlreadyHandledError:
            handling = Handling.DUPLICATE
        except Exception as error:
            if not self._is_last(claim):
                await self._end_async(self._release, claim)
                raise
            await self._end_async(self._give_up, claim, event, error)
            handling = Handling.GIVEN_UP
        except GeneratorExit:
            # The event loop is gone, so nothing can be awaited.
            self._release(claim)
            raise
        except BaseException:
            await self._end_async(self._release, claim)
            raise
        if handling is not Handling.GIVEN_UP:
            await self._complete_async(claim)
        return handling

    def _process(self, event: Event, dispatch: Callable[[Event], object]) -> Handling:
        claim = self._claim(event.key(self._endpoint))
        if claim.state is not ClaimState.NEW:
            return _HANDLING_OF[claim.state]
        handling = Handling.HANDLED
        try:
            event.count(claim.attempt)
            dispatch(event)
        except AlreadyHandledError:
            handling = Handling.DUPLICATE
        except Exception as error:
            if not self._is_last(claim):
                self._release(claim)
                raise
            self._give_up(claim, event, error)
            return Handling.GIVEN_UP
        except BaseException:
            # SystemExit, KeyboardInterrupt: the process ends, and the next one shall handle the event.
            self._release(claim)
            raise
        self._complete(claim)
        return handling

    def _dispatch_in_thread(self, event: Event) -> None:
        result = self._router.call(event)
        if isinstance(result, Awaitable):
            # A plain function that returns a coroutine.
            from anyio import from_thread

            from_thread.run(_wait_for, result)

    def _is_last(self, claim: Claim) -> bool:
        return self._last_chance is not None and claim.attempt >= self._last_attempt

    def _give_up(self, claim: Claim, event: Event, error: Exception) -> None:
        """Let `last_chance` take the event. If it fails, the event is delivered again."""
        try:
            if self._last_chance is not None:
                self._last_chance(event, error)
        except BaseException:
            self._release(claim)
            raise
        LOGGER.error(
            "the handler of event %s failed at attempt %d, and last_chance took the event",
            event.event_id,
            claim.attempt,
            exc_info=error,
            extra=_log_fields(claim),
        )
        self._report(error, event)
        self._complete(claim)

    def _claim(self, key: str) -> Claim:
        try:
            return self._store.claim(key, lease=self._lease)
        except Exception as error:
            raise StoreError(_NOT_CLAIMED) from error

    async def _claim_async(self, key: str) -> Claim:
        if not self._store_waits:
            return self._claim(key)
        if self._async_store is not None and runs_asyncio():
            try:
                claim: Claim = await self._async_store.claim_async(key, lease=self._lease)
            except Exception as error:
                raise StoreError(_NOT_CLAIMED) from error
            return claim
        from anyio import to_thread

        claiming = _Claiming(lambda: self._claim(key), self._release)
        try:
            return await to_thread.run_sync(claiming.run)
        except BaseException:
            claiming.abandon()
            raise

    async def _complete_async(self, claim: Claim) -> None:
        if self._async_store is None or not runs_asyncio():
            await self._end_async(self._complete, claim)
            return
        try:
            # The store does it even if this task is cancelled.
            is_ours = await self._async_store.complete_async(claim, keep=self._keep)
        except Exception as error:  # noqa: BLE001 - the event is handled, and another delivery would repeat it
            self._report_incomplete(error, claim)
            return
        self._check_lease(is_ours, claim)

    async def _end_async(self, end: Callable[..., None], claim: Claim, *more: object) -> None:
        """End a claim in a thread. If this task is cancelled, the claim is ended all the same."""
        if not self._store_waits and end != self._give_up:
            end(claim, *more)
            return
        from anyio import CancelScope, to_thread

        has_begun = False

        def run() -> None:
            nonlocal has_begun
            has_begun = True
            end(claim, *more)

        try:
            with CancelScope(shield=True):
                await to_thread.run_sync(run)
        except BaseException:
            # Cancelled while it waited for a free thread. A thread that has begun goes on by itself.
            if not has_begun:
                run()
            raise

    def _complete(self, claim: Claim) -> None:
        try:
            is_ours = self._store.complete(claim, keep=self._keep)
        except Exception as error:  # noqa: BLE001 - the event is handled, and another delivery would repeat it
            self._report_incomplete(error, claim)
            return
        self._check_lease(is_ours, claim)

    def _report_incomplete(self, error: Exception, claim: Claim) -> None:
        LOGGER.error(
            "an event was handled, and the store failed to note it",
            exc_info=error,
            extra=_log_fields(claim),
        )
        self._report(error, None)

    def _check_lease(self, is_ours: bool, claim: Claim) -> None:
        if not is_ours:
            LOGGER.warning(
                "a handler took longer than its lease of %g s; another one may have run",
                self._lease,
                extra=_log_fields(claim),
            )

    def _release(self, claim: Claim) -> None:
        try:
            self._store.release(claim)
        except Exception:
            # The failure of the handler is what is reported. The claim runs out by itself.
            LOGGER.exception(
                "the store failed to release a claim; it runs out after %g s",
                self._lease,
                extra=_log_fields(claim),
            )


class _Claiming:
    """A claim that another thread makes. If nobody waits for it any more, it is released."""

    def __init__(self, claim: Callable[[], Claim], release: Callable[[Claim], None]) -> None:
        self._make = claim
        self._release = release
        self._lock = threading.Lock()
        self._made: Claim | None = None
        self._is_abandoned = False

    def run(self) -> Claim:
        made = self._make()
        with self._lock:
            self._made = made
            is_abandoned = self._is_abandoned
        if is_abandoned:
            self._undo(made)
        return made

    def abandon(self) -> None:
        with self._lock:
            self._is_abandoned = True
            made = self._made
        if made is not None:
            self._undo(made)

    def _undo(self, made: Claim) -> None:
        if made.state is ClaimState.NEW:
            self._release(made)


_HANDLING_OF = {ClaimState.DONE: Handling.DUPLICATE, ClaimState.BUSY: Handling.BUSY}


_NOT_CLAIMED = "The store failed, so the event was not handled."


def runs_asyncio() -> bool:
    """Whether an event loop of asyncio runs in this thread."""
    # Imported lazily: a sync receiver needs no event loop.
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _wait_for(result: Awaitable[object]) -> None:
    await result


def _log_fields(claim: Claim) -> dict[str, object]:
    return log_fields("delivery", event_id=None, event_key=claim.key, status=None, error=None)
