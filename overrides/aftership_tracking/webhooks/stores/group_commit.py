"""Writes to SQLite for event loops: at once where nothing has to be waited for, and else in a thread.

A commit that waits for nothing costs less than to wake a thread, so the task itself does it. Whatever waits
for the disk or for another writer is done by one thread for all tasks, and what waits is committed together:
what all tasks of a loop write in one of its turns, and what they write while a commit waits, by the next
commit. A task goes on when its own write is committed.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeAlias

__all__ = ["GroupCommits", "Work", "WritableFile"]

_MOST = 500
_IDLE_SECONDS = 5.0
# Of those at once. Each is a page or two of the log, and so is what the thread writes between two of them.
# SQLite itself would move a log of a thousand pages in the next commit of the thread.
_WRITES_PER_LOG = 300

Work: TypeAlias = "Callable[[sqlite3.Connection], Any]"


class WritableFile(Protocol):
    """What a file of SQLite does for the writes of loops. `SqliteFile` says how."""

    def transaction(self, is_durable: bool, /) -> AbstractContextManager[sqlite3.Connection]:
        """Return a transaction that waits for whatever it has to wait for."""
        ...

    def write_at_once(self, work: Work, /) -> bool:
        """Do this in a transaction that waits for nothing. Return False if nothing was written."""
        ...

    def prepare_prompt(self) -> None:
        """Have a connection for `write_at_once`."""
        ...

    def move_log(self) -> None:
        """Move the log into the file, and begin it anew."""
        ...


class _Write:
    """One write, and the task that waits for it."""

    __slots__ = ("error", "is_durable", "loop", "result", "then", "undo", "waiter", "work")

    def __init__(
        self,
        work: Work,
        *,
        is_durable: bool,
        undo: Callable[[sqlite3.Connection, Any], object] | None = None,
        then: Callable[[], object] | None = None,
    ) -> None:
        self.work = work
        self.is_durable = is_durable
        self.undo = undo
        self.then = then
        self.loop: asyncio.AbstractEventLoop | None = None
        self.waiter: asyncio.Future[Any] | None = None
        self.result: Any = None
        self.error: Exception | None = None


class GroupCommits:
    """The writes of event loops to a file. Its thread starts when it is needed, and ends when it was not for
    some seconds.
    """

    def __init__(self, file: WritableFile) -> None:
        self._file = file
        self._forget()

    def _forget(self) -> None:
        # A forked child has no thread, and a lock that another thread of the parent may have held.
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._queue: SimpleQueue[list[_Write]] = SimpleQueue()
        self._has_thread = False
        self._in_thread = 0
        self._until_move = _WRITES_PER_LOG
        self._collected: dict[asyncio.AbstractEventLoop, list[_Write]] = {}

    async def run(
        self,
        work: Work,
        *,
        is_durable: bool = False,
        undo: Callable[[sqlite3.Connection, Any], object] | None = None,
        then: Callable[[], object] | None = None,
    ) -> Any:
        """Do this in a transaction, and return its result when that is committed.

        If the task is cancelled, the work is done all the same. Then `undo` gets its result, in a later
        transaction. `then` is called after the commit, in any case.
        """
        if self._process != os.getpid():
            self._forget()
        write = _Write(work, is_durable=is_durable, undo=undo, then=then)
        if self._write_at_once(write):
            _call_then([write])
            return write.result
        return await self._collect(write)

    def drain(self) -> None:
        """Wait until everything that was queued before is written."""
        if self._process != os.getpid():
            return
        for loop in tuple(self._collected):
            if loop.is_closed():
                # It ended before its next turn.
                self._add_collected(loop)
        with self._lock:
            if not self._has_thread:
                return
        written = threading.Event()
        self._add([_Write(lambda _: None, is_durable=False, then=written.set)])
        written.wait()

    def _write_at_once(self, write: _Write) -> bool:
        """Commit it here, unless that would wait, or overtake what the thread has."""
        if write.is_durable or self._in_thread or self._collected or self._until_move <= 0:
            return False
        self._until_move -= 1
        return self._file.write_at_once(partial(_do_all, [write]))

    def _collect(self, write: _Write) -> asyncio.Future[Any]:
        """Queue a write together with those of the other tasks that the loop runs in this turn."""
        loop = asyncio.get_running_loop()
        write.loop = loop
        write.waiter = waiter = loop.create_future()
        # Only the thread of the loop touches its list.
        collected = self._collected.setdefault(loop, [])
        collected.append(write)
        if len(collected) == 1:
            loop.call_soon(self._add_collected, loop)
        return waiter

    def _add_collected(self, loop: asyncio.AbstractEventLoop) -> None:
        writes = self._collected.pop(loop, None)
        if writes:
            self._add(writes)

    def _add(self, writes: list[_Write]) -> None:
        if self._process != os.getpid():
            self._forget()
        with self._lock:
            self._in_thread += len(writes)
            self._queue.put(writes)
            if self._has_thread:
                return
            self._has_thread = True
        thread = threading.Thread(
            target=self._write_all, args=(_IDLE_SECONDS,), name="webhook store", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            # The interpreter shuts down, or the system gives no more threads. Then the loop itself waits.
            self._write_all(0.0)

    def _write_all(self, idle_seconds: float) -> None:
        """Write what is queued, until nothing came for this many seconds."""
        while True:
            try:
                group = list(self._queue.get(timeout=idle_seconds))
            except Empty:
                with self._lock:
                    if self._queue.empty():
                        self._has_thread = False
                        return
                continue
            while len(group) < _MOST and not self._queue.empty():
                group += self._queue.get()
            self._commit(group)
            with self._lock:
                self._in_thread -= len(group)
            self._deliver(group)
            self._prepare_loops(group)
            # Last, because who waits in `drain` closes the file next.
            _call_then([write for write in group if write.loop is None])

    def _prepare_loops(self, group: list[_Write]) -> None:
        """Do what loops need for their next writes, and would wait for. No task waits for it here."""
        # Whatever is wrong with the file, the next transaction raises it.
        with suppress(sqlite3.Error, OSError):
            if any(write.loop is not None and not write.is_durable for write in group):
                self._file.prepare_prompt()
            if self._until_move <= 0:
                try:
                    self._file.move_log()
                finally:
                    # Until then the loops write nothing themselves.
                    self._until_move = _WRITES_PER_LOG

    def _commit(self, group: list[_Write]) -> None:
        try:
            with self._file.transaction(any(write.is_durable for write in group)) as connection:
                _do_all(group, connection)
        except sqlite3.OperationalError as error:
            # The file is locked or the disk is full: that is the same for each of them.
            for write in group:
                write.error = error
        except Exception as error:  # noqa: BLE001 - the task that waits gets it
            if len(group) == 1:
                group[0].error = error
                return
            # One of them cannot be written. The others can.
            for write in group:
                self._commit([write])

    def _deliver(self, group: list[_Write]) -> None:
        _call_then([write for write in group if write.loop is not None])
        loops = {write.loop for write in group if write.loop is not None}
        for loop in loops:
            writes = [write for write in group if write.loop is loop]
            waiting: list[_Write] = []
            # A loop whose tasks were cancelled may be closed before it runs again.
            left: list[_Write] = []
            for write in writes:
                (left if write.waiter is None or write.waiter.cancelled() else waiting).append(write)
            try:
                loop.call_soon_threadsafe(self._resolve, waiting)
            except RuntimeError:
                # The loop is closed, and its tasks with it.
                left = writes
            for write in left:
                self._abandon(write)

    def _resolve(self, writes: list[_Write]) -> None:
        for write in writes:
            if write.waiter is None or write.waiter.done():
                self._abandon(write)
            elif write.error is not None:
                write.waiter.set_exception(write.error)
            else:
                write.waiter.set_result(write.result)

    def _abandon(self, write: _Write) -> None:
        if write.undo is not None and write.error is None:
            self._add([_Write(partial(_undo, write.undo, write.result), is_durable=False)])


def _do_all(writes: list[_Write], connection: sqlite3.Connection) -> None:
    for write in writes:
        write.result = write.work(connection)


def _call_then(writes: list[_Write]) -> None:
    for write in writes:
        if write.then is not None:
            write.then()


def _undo(
    undo: Callable[[sqlite3.Connection, Any], object], result: object, connection: sqlite3.Connection
) -> object:
    return undo(connection, result)
