"""Handles what an inbox holds: with the handlers of a receiver, each event once, again after a failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.errors import PayloadError
from aftership_tracking.webhooks.handling import LOGGER, Handling
from aftership_tracking.webhooks.inbox.entry import EntryState, Inbox, InboxEntry
from aftership_tracking.webhooks.stores.protocol import LEASE

if TYPE_CHECKING:
    import asyncio

    from aftership_tracking.webhooks.events.event import Event
    from aftership_tracking.webhooks.receiver import Receiver

__all__ = ["RETENTION", "InboxWorker"]

RETENTION = 2_592_000.0
"""Seconds that dead letters are stored: 30 days."""
_PURGE_EVERY = 3_600.0
_LONGEST_ERROR = 500


class InboxWorker:
    """Takes entries of an inbox and handles them. Several workers may share an inbox.

    A handler that raises gets its event again after `first_delay` seconds, then after twice as long and so
    on. After `most_attempts` the entry is a dead letter. A body that is not an event becomes one at once. A
    worker that is killed loses nothing: the lease of its entries runs out, and they are taken again.

    Args:
        receiver: its handlers get the events, its store makes sure that each is handled once, and its
            `on_error` gets every failure.
        inbox: holds the deliveries.
        most_attempts: how often an entry is tried.
        first_delay: seconds before the second attempt.
        longest_delay: seconds; no attempt comes later than that after the one before.
        lease: seconds until an entry of a killed worker is taken again. It must be longer than the slowest
            handler.
        at_once: how many events `run_async` handles at a time. `run` handles one.
        pause: seconds to wait if nothing is due.
        retention: seconds after its arrival until a dead letter is removed; the worker looks once an hour.
            None: never.

    Raises:
        UsageError: an argument is not a positive number.
    """

    def __init__(
        self,
        receiver: Receiver,
        inbox: Inbox,
        *,
        most_attempts: int = 12,
        first_delay: float = 30.0,
        longest_delay: float = 21_600.0,
        lease: float = LEASE,
        at_once: int = 10,
        pause: float = 1.0,
        retention: float | None = RETENTION,
    ) -> None:
        numbers = (most_attempts, first_delay, longest_delay, lease, at_once, pause, retention or 1.0)
        if not all(0 < number < float("inf") for number in numbers):
            raise UsageError("The numbers of an InboxWorker are positive; attempts and at_once from 1.")
        self._receiver = receiver
        self._inbox = inbox
        self._most_attempts = most_attempts
        self._first_delay = first_delay
        self._longest_delay = longest_delay
        self._lease = lease
        self._at_once = at_once
        self._pause = pause
        self._retention = retention
        self._purged_at = float("-inf")

    def run(self, stop: threading.Event | None = None) -> None:
        """Handle entries until `stop` is set; without it, forever. Handlers have to be plain functions.

        A failure of the inbox is logged, and the worker tries again after its pause.

        Raises:
            UsageError: a handler is async.
        """
        self._receiver.require_sync()
        stop = threading.Event() if stop is None else stop
        while not stop.is_set():
            if not self._attempt(self.run_once):
                stop.wait(self._pause)

    async def run_async(self, stop: asyncio.Event | None = None) -> None:
        """Do the same as `run` in an event loop of asyncio, with sync and async handlers, several at once.

        A cancelled worker releases what it has: the entries are due again at once.
        """
        import asyncio

        stop = asyncio.Event() if stop is None else stop
        while not stop.is_set():
            handled = 0
            try:
                handled = await self.run_once_async()
            except Exception as error:  # noqa: BLE001 - the inbox may work again later
                self._report_inbox(error)
            if not handled:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._pause)

    def run_once(self) -> int:
        """Handle one entry, if one is due. Return how many were taken: 0 or 1."""
        if self._is_purge_due():
            self._purge()
        taken = self._inbox.take(most=1, lease=self._lease)
        for entry in taken:
            self._handle(entry)
        return len(taken)

    async def run_once_async(self) -> int:
        """Handle up to `at_once` entries at a time. Return how many were taken."""
        import asyncio

        if self._is_purge_due():
            await asyncio.to_thread(self._purge)
        # What is taken must not be lost if this task is cancelled meanwhile.
        taking = asyncio.ensure_future(
            asyncio.to_thread(self._inbox.take, most=self._at_once, lease=self._lease)
        )
        try:
            taken = await asyncio.shield(taking)
        except asyncio.CancelledError:
            for entry in await taking:
                await self._end(self._inbox.postpone, entry, delay=0.0, error=entry.error)
            raise
        async with asyncio.TaskGroup() as group:
            for entry in taken:
                group.create_task(self._handle_alone(entry))
        return len(taken)

    async def _handle_alone(self, entry: InboxEntry) -> None:
        """Handle an entry. A failure of the inbox must not cancel the handlers of the others."""
        try:
            await self._handle_async(entry)
        except Exception as error:  # noqa: BLE001 - the lease runs out, and the entry is taken again
            self._report_inbox(error)

    def _handle(self, entry: InboxEntry) -> None:
        event = self._read(entry)
        if isinstance(event, Exception):
            self._inbox.bury(entry, error=_describe(event))
            return
        try:
            handling = self._receiver.process(event)
        except Exception as error:  # noqa: BLE001 - after any error of a handler the event is tried again
            self._end_failed(entry, event, error)
        except BaseException:
            self._inbox.postpone(entry, delay=0.0, error=entry.error)
            raise
        else:
            self._end_handled(entry, handling)

    async def _handle_async(self, entry: InboxEntry) -> None:
        import asyncio

        event = self._read(entry)
        if isinstance(event, Exception):
            await self._end(self._inbox.bury, entry, error=_describe(event))
            return
        try:
            handling = await self._receiver.process_async(event)
        except Exception as error:  # noqa: BLE001 - after any error of a handler the event is tried again
            await self._end(self._end_failed, entry, event, error)
        except asyncio.CancelledError:
            await self._end(self._inbox.postpone, entry, delay=0.0, error=entry.error)
            raise
        except BaseException:
            # SystemExit, or the event loop is gone: nothing can be awaited.
            self._inbox.postpone(entry, delay=0.0, error=entry.error)
            raise
        else:
            await self._end(self._end_handled, entry, handling)

    def _read(self, entry: InboxEntry) -> Event | Exception:
        """Return the event; or why the entry is a dead letter."""
        if entry.attempts > self._most_attempts:
            died = RuntimeError("the worker died at the last attempt")
            self._log(entry, died, "an event is a dead letter, because its worker died at the last attempt")
            self._receiver.report(died, None)
            return died
        try:
            return self._receiver.verifier.parse_trusted(entry.body, entry.headers)
        except PayloadError as error:
            self._log(entry, error, "a delivery of the inbox cannot be read; it is a dead letter")
            self._receiver.report(error, None)
            return error

    def _end_handled(self, entry: InboxEntry, handling: Handling) -> None:
        if handling is Handling.BUSY:
            # Another process has the event, or had it when it died. Its claim runs out.
            self._end_unhandled(entry, "another process has the event")
        elif not self._inbox.finish(entry):
            LOGGER.warning(
                "a handler took longer than the lease of its entry, %g s; another worker has the entry",
                self._lease,
                extra=log_fields("inbox", number=entry.number, error=None),
            )

    def _end_failed(self, entry: InboxEntry, event: Event, error: Exception) -> None:
        self._receiver.report(error, event)
        self._log(entry, error, "the handler of an event of the inbox failed")
        self._end_unhandled(entry, _describe(error))

    def _end_unhandled(self, entry: InboxEntry, error: str) -> None:
        if entry.attempts >= self._most_attempts:
            LOGGER.error(
                "entry %d of the inbox is a dead letter after %d attempts",
                entry.number,
                entry.attempts,
                extra=log_fields("inbox", number=entry.number, error=None),
            )
            self._inbox.bury(entry, error=error)
            return
        delay = min(self._first_delay * 2.0 ** (entry.attempts - 1), self._longest_delay)
        self._inbox.postpone(entry, delay=delay, error=error)

    async def _end(self, end: Callable[..., object], *values: Any, **named: Any) -> None:
        """End an entry in a thread, also if this task is cancelled."""
        import asyncio

        await asyncio.shield(asyncio.to_thread(end, *values, **named))

    def _attempt(self, run: Callable[[], int]) -> int:
        try:
            return run()
        except Exception as error:  # noqa: BLE001 - the inbox may work again later
            self._report_inbox(error)
            return 0

    def _is_purge_due(self) -> bool:
        return self._retention is not None and time.monotonic() - self._purged_at >= _PURGE_EVERY

    def _purge(self) -> None:
        self._purged_at = time.monotonic()
        if self._retention is not None:
            self._inbox.purge(older_than=self._retention, state=EntryState.DEAD)

    def _report_inbox(self, error: Exception) -> None:
        LOGGER.error(
            "the inbox failed; the worker tries again",
            exc_info=error,
            extra=log_fields("inbox", number=None, error=type(error).__name__),
        )
        self._receiver.report(error, None)

    def _log(self, entry: InboxEntry, error: Exception, text: str) -> None:
        fields = log_fields("inbox", number=entry.number, error=type(error).__name__)
        LOGGER.error("%s (entry %d, attempt %d)", text, entry.number, entry.attempts, extra=fields)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
