"""The limiter of all processes on one machine: buckets in an SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.limits.bucket import Bucket
from aftership_tracking.runtime.limits.clock_offset import ClockOffset, Instant
from aftership_tracking.runtime.limits.feedback import Observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.limits.shared import OnFailure, SharedLimiter
from aftership_tracking.runtime.limits.wait_queue import Waiter

__all__ = ["SqliteLimiter"]

# Seconds to wait while another process writes.
_BUSY_TIMEOUT = 5.0
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

    The file is created if it does not exist, readable for its owner alone, and stays small: a row for each
    operation and account, without keys. It must be on a disk of this machine. Threads may share the limiter,
    and it may be used after a fork. `on_failure` is explained at `SharedLimiter`; `now` and `clock` are for
    tests.

    Raises UsageError if the file cannot be opened.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        on_failure: OnFailure = "memory",
        now: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(on_failure, now, clock)
        self._path = Path(path).absolute()
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        try:
            with self._lock:
                self._connect()
        except (sqlite3.Error, OSError) as error:
            raise UsageError(
                f"the limiter cannot use the file {self._path}: {error}.",
                hint="Give a file on a disk of this machine, in a directory that can be written.",
            ) from None
        _LIMITERS.add(self)

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

    def _assign_slot(self, slot_request: SlotRequest) -> Grant:
        with self._bucket(slot_request.bucket) as bucket:
            return bucket.assign_slot(slot_request, self._clock())

    def _observe(self, slot_request: SlotRequest, observation: Observation, wall: float) -> None:
        with self._bucket(slot_request.bucket) as bucket:
            bucket.observe(slot_request, observation, Instant(wall, wall, slot_request.took))

    def _describe_failure(self, error: Exception) -> str | None:
        return f"{type(error).__name__}: {error}" if isinstance(error, sqlite3.Error | OSError) else None

    @contextmanager
    def _bucket(self, name: str) -> Iterator[Bucket]:
        """Lock a bucket against all threads and processes, load it, and write it back."""
        with self._lock:
            connection = self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                row = connection.execute(_READ, (name,)).fetchone()
                bucket = Bucket() if row is None else _load_bucket(row[0])
                yield bucket
                connection.execute(_WRITE, (name, self._clock(), _dump_bucket(bucket)))
                connection.execute("COMMIT")
            except sqlite3.Error:
                # The next call starts with a new connection, so this one must release its locks.
                self.close()
                raise
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connect(self) -> sqlite3.Connection:
        process = os.getpid()
        if self._connection is not None and self._process != process:
            # The process was forked without the fork hooks below. The connection is the parent's, and stays
            # open.
            _PARENTS_CONNECTIONS.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection, self._process = _open(self._path, self._clock()), process
        return self._connection


def _open(path: Path, now: float) -> sqlite3.Connection:
    # Only if it does not exist: to open and close the file outside of SQLite would release SQLite's locks.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, now)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, now: float) -> None:
    # Unlike other statements, changing the mode does not wait for other processes by itself.
    end = time.monotonic() + _BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
    # Losing the last second of a limit in a power failure costs nothing; waiting for the disk costs time.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 1000000")
    connection.execute(_SCHEMA)
    connection.execute("DELETE FROM buckets WHERE used < ?", (now - _UNUSED,))


def _dump_bucket(bucket: Bucket) -> str:
    queue = bucket.queue
    return json.dumps(
        [
            list(bucket.sent),
            bucket.held,
            bucket.announced,
            bucket.offset,
            bucket.seen,
            [[ticket, *waiter] for ticket, waiter in queue.waiters.items()],
            queue.next,
            queue.overtaken,
        ],
        separators=(",", ":"),
    )


def _load_bucket(text: str) -> Bucket:
    bucket = Bucket()
    queue = bucket.queue
    try:
        sent, bucket.held, bucket.announced, offset, bucket.seen, waiters, queue.next, queue.overtaken = (
            json.loads(text)
        )
        bucket.sent = deque(sent)
        bucket.offset = None if offset is None else ClockOffset(*offset)
        queue.waiters = {ticket: Waiter(priority, back) for ticket, priority, back in waiters}
    except (ValueError, TypeError):
        # Written by another version of this package, or damaged. An empty bucket is right again after a
        # second.
        return Bucket()
    return bucket


# SQLite must not be open in a process that forks: the child would inherit SQLite's record of its locks, but
# not the locks. So connections are closed before each fork, and opened again when they are needed.
_LIMITERS: weakref.WeakSet[SqliteLimiter] = weakref.WeakSet()
_PARENTS_CONNECTIONS: list[sqlite3.Connection] = []
_FORK_LOCK = threading.RLock()
_locked_limiters: list[SqliteLimiter] = []


def _before_fork() -> None:
    _FORK_LOCK.acquire()
    for limiter in list(_LIMITERS):
        limiter._lock.acquire()
        limiter.close()
        _locked_limiters.append(limiter)


def _after_fork() -> None:
    while _locked_limiters:
        _locked_limiters.pop()._lock.release()
    _FORK_LOCK.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
