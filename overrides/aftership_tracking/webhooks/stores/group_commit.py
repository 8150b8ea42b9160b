"""Writes to SQLite for event loops: one thread writes for all tasks, and what waits is committed together.

A commit that waits for the disk costs far more than what it writes. So what all tasks of a loop write in
one of its turns is committed at once, and what they write while a commit waits, by the next commit. A task
goes on when its own write is committed.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

__all__ = ["GroupCommits", "Work"]

_MOST = 500
_IDLE_SECONDS = 5.0

Work: TypeAlias = "Callable[[sqlite3.Connection], Any]"


class _Write:
    """One write, and the task that waits for it."""

    __slots__ = ("error", "is_durable", "loop", "result", "then", "undo", "waiter", "work")

    def __init__(
        self,
        work: Work,
        *,
        is_durable: bool,
        undo: Callable[[sqlite3.Connection, Any], object] | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
        then: Callable[[], object] | None = None,
    ) -> None:
        self.work = work
        self.is_durable = is_durable
        self.undo = undo
        self.loop = loop
        self.then = then
        self.waiter = None if loop is None else loop.create_future()
        self.result: Any = None
        self.error: Exception | None = None


class GroupCommits:
    """One thread that writes. It starts with a write, and ends when there was none for some seconds.

    Args:
        transaction: opens a transaction and commits it in the end; durable if the argument says so.
    """

    def __init__(self, transaction: Callable[[bool], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._transaction = transaction
        self._forget()

    def _forget(self) -> None:
        # A forked child has no thread, and a lock that another thread of the parent may have held.
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._queue: SimpleQueue[list[_Write]] = SimpleQueue()
        self._has_thread = False
        self._collected: dict[asyncio.AbstractEventLoop, list[_Write]] = {}

    async def run(
        self,
        work: Work,
        *,
        is_durable: bool = False,
        undo: Callable[[sqlite3.Connection, Any], object] | None = None,
    ) -> Any:
        """Do this in the next transaction, and return its result when that is committed.

        If the task is cancelled, the work is done all the same. Then `undo` gets its result, in a later
        transaction.
        """
        write = _Write(work, is_durable=is_durable, undo=undo, loop=asyncio.get_running_loop())
        self._collect(write)
        assert write.waiter is not None  # noqa: S101 - it has a loop
        return await write.waiter

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

    def _collect(self, write: _Write) -> None:
        """Queue a write together with those of the other tasks that the loop runs in this turn."""
        if self._process != os.getpid():
            self._forget()
        loop = asyncio.get_running_loop()
        # Only the thread of the loop touches its list.
        collected = self._collected.setdefault(loop, [])
        collected.append(write)
        if len(collected) == 1:
            loop.call_soon(self._add_collected, loop)

    def _add_collected(self, loop: asyncio.AbstractEventLoop) -> None:
        writes = self._collected.pop(loop, None)
        if writes:
            self._add(writes)

    def _add(self, writes: list[_Write]) -> None:
        if self._process != os.getpid():
            self._forget()
        self._queue.put(writes)
        with self._lock:
            if not self._has_thread:
                self._has_thread = True
                threading.Thread(target=self._write_all, name="webhook store", daemon=True).start()

    def _write_all(self) -> None:
        while True:
            try:
                group = list(self._queue.get(timeout=_IDLE_SECONDS))
            except Empty:
                with self._lock:
                    if self._queue.empty():
                        self._has_thread = False
                        return
                continue
            while len(group) < _MOST and not self._queue.empty():
                group += self._queue.get()
            self._commit(group)
            self._deliver(group)

    def _commit(self, group: list[_Write]) -> None:
        try:
            with self._transaction(any(write.is_durable for write in group)) as connection:
                for write in group:
                    write.result = write.work(connection)
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
        for write in group:
            if write.then is not None:
                write.then()
        loops = {write.loop for write in group if write.loop is not None}
        for loop in loops:
            writes = [write for write in group if write.loop is loop]
            try:
                loop.call_soon_threadsafe(self._resolve, writes)
            except RuntimeError:
                # The loop is closed, and its tasks with it.
                for write in writes:
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


def _undo(
    undo: Callable[[sqlite3.Connection, Any], object], result: object, connection: sqlite3.Connection
) -> object:
    return undo(connection, result)
