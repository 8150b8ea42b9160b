"""Forks of a process that has a file of SQLite open.

SQLite must not be open in a process that forks: the child would inherit SQLite's record of its locks, but not
the locks. When the parent then closes the file, it takes itself for the last one and removes the write-ahead
log, and what the child writes after that is lost. So a fork waits until nobody uses a connection, the idle
ones are closed before it, and both processes open new ones.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress

from aftership_tracking.runtime.lazy_imports import LONGEST_WAIT

__all__ = ["ForkGate"]


class ForkGate:
    """Counts the uses of a file. A fork waits for their end, and new ones wait for the end of the fork.

    A fork does not wait for uses by its own thread.

    Args:
        close_idle: closes the connections that are not in use.
    """

    def __init__(self, close_idle: Callable[[], object]) -> None:
        self._close_idle = close_idle
        self._users: list[int] = []
        self._forking: int | None = None
        self._make_lock()
        _GATES.add(self)

    def _make_lock(self) -> None:
        # Taken for each use, and a lock itself is taken five times as fast as its condition.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)

    def enter(self) -> None:
        """Begin a use."""
        thread = threading.get_ident()
        with self._lock:
            # The fork waits for a thread that has a connection already, so that thread must go on.
            if self._forking is not None and thread not in self._users:
                self._changed.wait_for(lambda: self._forking in (None, thread), LONGEST_WAIT)
            self._users.append(thread)

    def enter_at_once(self) -> bool:
        """Begin a use, if that need not wait for a fork or another thread. Return whether it began."""
        thread = threading.get_ident()
        # Not `acquire(blocking=False)`: after an interrupt between that and `try`, nobody would release it.
        # Who takes it between these two lines has it for some microseconds.
        if self._lock.locked():
            return False
        with self._lock:
            if self._forking not in (None, thread):
                return False
            self._users.append(thread)
            return True

    def leave(self) -> None:
        """End a use."""
        thread = threading.get_ident()
        with self._lock:
            if thread in self._users:
                self._users.remove(thread)
            elif self._users:
                # Another thread began it.
                self._users.pop()
            if self._forking is not None:
                self._changed.notify_all()

    def close_for_fork(self) -> None:
        """Wait until no other thread uses the file, and close what is idle."""
        thread = threading.get_ident()
        with self._lock:
            self._forking = thread
            self._changed.wait_for(lambda: all(user == thread for user in self._users), LONGEST_WAIT)
            self._close_idle()

    def open_again(self, *, is_child: bool) -> None:
        """Let others use the file again."""
        if is_child:
            # Another thread may have held the lock of the old one. That thread is not in this process.
            self._make_lock()
            thread = threading.get_ident()
            self._users = [user for user in self._users if user == thread]
        with self._lock:
            self._forking = None
            self._changed.notify_all()


_GATES: weakref.WeakSet[ForkGate] = weakref.WeakSet()
_FORK_LOCK = threading.RLock()
_closed: list[ForkGate] = []


def _before_fork() -> None:
    _FORK_LOCK.acquire()
    for gate in list(_GATES):
        # Noted first: if Ctrl-C arrives here, the gate may or may not have been closed.
        _closed.append(gate)
        gate.close_for_fork()


def _after_fork(*, is_child: bool) -> None:
    while _closed:
        _closed.pop().open_again(is_child=is_child)
    # A thread can only release what it owns.
    with suppress(RuntimeError):
        _FORK_LOCK.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=lambda: _after_fork(is_child=False),
        after_in_child=lambda: _after_fork(is_child=True),
    )
