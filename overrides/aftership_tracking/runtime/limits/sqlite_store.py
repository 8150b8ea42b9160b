"""The limiter of all processes on one machine: buckets in an SQLite file."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits.bucket import Bucket
from aftership_tracking.runtime.limits.clock_offset import Instant
from aftership_tracking.runtime.limits.feedback import Observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.limits.shared import OnFailure, SharedLimiter
from aftership_tracking.runtime.limits.stored_bucket import dump_bucket, load_bucket
from aftership_tracking.runtime.operation import RateLimit
from aftership_tracking.runtime.storage.trouble import check_path

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.usage import BucketUsage

__all__ = ["SqliteLimiter"]

R = TypeVar("R")

# Seconds to wait while another process writes.
_PATIENCE = 5.0
# Seconds to wait for it in the constructor, which is often called in an event loop. It may fail without harm.
_PATIENCE_AT_START = 1.0
# Seconds between two tries to get the file: a random time up to this.
_LONGEST_PAUSE = 0.003
# Seconds after which an unused bucket is deleted; its limit has expired long before.
_UNUSED = 3600.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, used REAL NOT NULL, state TEXT NOT NULL)
WITHOUT ROWID
"""
_READ = "SELECT state FROM buckets WHERE name = ?"
_WRITE = """
INSERT INTO buckets VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET used = excluded.used, state = excluded.state
"""


class SqliteLimiter(SharedLimiter):
    """Enforces the limits of all processes that use the same file.

    `path`: the file. It is created if it does not exist, readable for its owner alone, and stays small: a row
    for each operation and account, without keys. It must be on a disk of this machine.
    `on_failure`: what to do while the file cannot be used: "memory" warns once (`LimiterWarning`) and
    continues with limits of this process, "raise" raises `LimiterError`. This holds from the constructor on,
    whatever is wrong: the file is locked, damaged, not a database, or the disk is full.

    Threads may share the limiter, and it may be used after a fork. Raises UsageError if the path can never
    be right: it is a directory, or its directory does not exist.
    """

    _patience = _PATIENCE

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        on_failure: OnFailure = "memory",
        _clocks: Clocks | None = None,
    ) -> None:
        # The time of the file is that of the machine, which all its processes share.
        super().__init__(on_failure, _clocks or Clocks())
        self._path = check_path(path, "the limiter").absolute()
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        failure = None
        try:
            with self._lock:
                self._connect(time.monotonic() + (_PATIENCE if self._raises else _PATIENCE_AT_START))
        except Exception as error:  # noqa: BLE001 - whatever a store does wrong, it has failed
            failure = self._describe_failure(error)
        _LIMITERS.add(self)
        if failure is not None:
            self._note_failure(failure)

    def __repr__(self) -> str:
        return f"SqliteLimiter({str(self._path)!r})"

    def close(self) -> None:
        """Close the file. It opens again if the limiter is still used."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            if self._process == os.getpid():
                connection.close()
            else:
                # The connection is the parent's. Python would close it if nothing referred to it.
                _PARENTS_CONNECTIONS.append(connection)

    def __del__(self) -> None:
        # A constructor that failed leaves an object without these.
        if hasattr(self, "_process"):
            self.close()

    def _assign_slot(self, slot_request: SlotRequest, seconds: float | None) -> Grant:
        return self._change_bucket(
            slot_request.bucket, seconds, lambda bucket: bucket.assign_slot(slot_request, self._clock())
        )

    def _observe(
        self, slot_request: SlotRequest, observation: Observation, wall: float, seconds: float | None
    ) -> None:
        arrival = Instant(wall, wall, slot_request.took)
        self._change_bucket(
            slot_request.bucket, seconds, lambda bucket: bucket.observe(slot_request, observation, arrival)
        )

    def _read_usage(self, limits: Mapping[str, RateLimit], seconds: float) -> tuple[BucketUsage, ...]:
        from aftership_tracking.runtime.limits.usage import describe_bucket

        def read(connection: sqlite3.Connection, end: float) -> tuple[BucketUsage, ...]:
            usages = []
            for name, limit in limits.items():
                row = _execute(connection, end, _READ, name).fetchone()
                now = self._clock()
                bucket = None if row is None else load_bucket(row[0], now)
                if bucket is None:
                    bucket = Bucket()
                usages.append(describe_bucket(name, bucket, limit, now, now))
            return tuple(usages)

        return self._use_connection(seconds, read)

    def _describe_failure(self, error: Exception) -> str:
        # Other errors may hold what is stored.
        is_plain = isinstance(error, sqlite3.Error | OSError)
        return f"{type(error).__name__}: {error}" if is_plain else type(error).__name__

    def _change_bucket(self, name: str, seconds: float | None, change: Callable[[Bucket], R]) -> R:
        """Lock a bucket against all threads and processes, load it, change it, and write it back."""

        def work(connection: sqlite3.Connection, end: float) -> R:
            _execute(connection, end, "BEGIN IMMEDIATE")
            row = connection.execute(_READ, (name,)).fetchone()
            bucket = None if row is None else load_bucket(row[0], self._clock())
            if bucket is None:
                bucket = Bucket()
                if row is not None:
                    self._note_damage()
            result = change(bucket)
            connection.execute(_WRITE, (name, self._clock(), dump_bucket(bucket)))
            _execute(connection, end, "COMMIT")
            return result

        return self._use_connection(_PATIENCE if seconds is None else seconds, work)

    def _use_connection(self, seconds: float, work: Callable[[sqlite3.Connection, float], R]) -> R:
        """Lock the connection against all threads, and do some work with it. The work is also given the time
        when patience ends.
        """
        # Ctrl-C may arrive between any two steps. So the lock is released in the function that took it: in a
        # context manager of our own it could arrive before `__exit__` has done anything.
        end = time.monotonic() + seconds
        try:
            if not self._lock.acquire(timeout=seconds):
                raise TimeoutError(f"other threads used the file for {seconds:.1f} s")
            result = self._work_with_connection(work, end)
        finally:
            # Not `suppress`, which is a function call: Ctrl-C could arrive in it.
            try:  # noqa: SIM105
                self._lock.release()
            except RuntimeError:
                # This thread does not own it: time ran out, or Ctrl-C arrived while it waited.
                pass
        return result

    def _work_with_connection(self, work: Callable[[sqlite3.Connection, float], R], end: float) -> R:
        connection = self._connect(end)
        try:
            return work(connection, end)
        except sqlite3.Error as error:
            if connection.in_transaction or not _is_busy(error):
                # The next call starts with a new connection, so this one must release its locks.
                self.close()
            raise
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _connect(self, end: float) -> sqlite3.Connection:
        process = os.getpid()
        if self._connection is not None and self._process != process:
            # The process was forked without the fork hooks below. The connection is the parent's, and stays
            # open.
            _PARENTS_CONNECTIONS.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection, self._process = _open(self._path, self._clock(), end), process
        return self._connection


def _execute(connection: sqlite3.Connection, end: float, statement: str, *values: object) -> sqlite3.Cursor:
    """Execute a statement as soon as no other process is in the way, but not after this time.

    SQLite serves nobody in turn, and its own way to wait sleeps longer and longer: a process that writes all
    the time would leave the others waiting for ever. Here all have the same chance.
    """
    while True:
        try:
            return connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= end:
                raise
        time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 - not a secret


def _is_busy(error: Any) -> bool:
    # The lowest byte is the kind of error; the others say more.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _open(path: Path, now: float, end: float) -> sqlite3.Connection:
    # Only if it does not exist: to open and close the file outside of SQLite would release SQLite's locks.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, now, end)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, now: float, end: float) -> None:
    _execute(connection, end, "PRAGMA journal_mode = WAL")
    # Losing the last second of a limit in a power failure costs nothing; waiting for the disk costs time.
    _execute(connection, end, "PRAGMA synchronous = NORMAL")
    _execute(connection, end, "PRAGMA journal_size_limit = 1000000")
    _execute(connection, end, _SCHEMA)
    _execute(connection, end, "DELETE FROM buckets WHERE used < ?", now - _UNUSED)


# SQLite must not be open in a process that forks: the child would inherit SQLite's record of its locks, but
# not the locks. So connections are closed before each fork, and opened again when they are needed.
_LIMITERS: weakref.WeakSet[SqliteLimiter] = weakref.WeakSet()
_PARENTS_CONNECTIONS: list[sqlite3.Connection] = []
_FORK_LOCK = threading.RLock()
_locked_limiters: list[SqliteLimiter] = []


def _before_fork() -> None:
    _FORK_LOCK.acquire()
    for limiter in list(_LIMITERS):
        # Noted first: if Ctrl-C arrives here, the lock may or may not have been taken.
        _locked_limiters.append(limiter)
        limiter._lock.acquire()
        limiter.close()


def _after_fork() -> None:
    # A thread can only release what it owns.
    while _locked_limiters:
        with suppress(RuntimeError):
            _locked_limiters.pop()._lock.release()
    with suppress(RuntimeError):
        _FORK_LOCK.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
