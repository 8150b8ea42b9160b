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
from aftership_tracking.runtime.limits.feedback import Heard
from aftership_tracking.runtime.limits.protocol import Ask, Grant
from aftership_tracking.runtime.limits.shared import OnFailure, SharedLimiter
from aftership_tracking.runtime.limits.waiting import Waiter
from aftership_tracking.runtime.limits.windows import Moment, Windows

__all__ = ["SqliteLimiter"]

# Seconds to wait for another process that writes.
_BUSY = 5.0
# Seconds after which a bucket that nobody uses is forgotten; the service has counted anew long before.
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
    """Keeps the limits of all processes that use the same file.

    The file is made if it is not there, readable for its owner alone, and stays small: a row for each
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
                self._connected()
        except (sqlite3.Error, OSError) as error:
            raise UsageError(
                f"the limiter cannot use the file {self._path}: {error}.",
                hint="Name a file on a disk of this machine, in a directory that can be written.",
            ) from None
        _OPEN.add(self)

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
                _ABANDONED.append(connection)

    def __del__(self) -> None:
        # A constructor that failed leaves an object without these.
        if hasattr(self, "_process"):
            self.close()

    def _place(self, ask: Ask) -> Grant:
        with self._bucket(ask.bucket) as bucket:
            return bucket.place(ask, self._clock())

    def _tell(self, ask: Ask, heard: Heard, wall: float) -> None:
        with self._bucket(ask.bucket) as bucket:
            bucket.hear(ask, heard, Moment(wall, wall, ask.took))

    def _failure(self, error: Exception) -> str | None:
        return f"{type(error).__name__}: {error}" if isinstance(error, sqlite3.Error | OSError) else None

    @contextmanager
    def _bucket(self, name: str) -> Iterator[Bucket]:
        """Hold a bucket alone, among all processes, and write it back."""
        with self._lock:
            connection = self._connected()
            try:
                connection.execute("BEGIN IMMEDIATE")
                row = connection.execute(_READ, (name,)).fetchone()
                bucket = Bucket() if row is None else _loaded(row[0])
                yield bucket
                connection.execute(_WRITE, (name, self._clock(), _dumped(bucket)))
                connection.execute("COMMIT")
            except sqlite3.Error:
                # The next one starts afresh, for which this one must let go.
                self.close()
                raise
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connected(self) -> sqlite3.Connection:
        process = os.getpid()
        if self._connection is not None and self._process != process:
            # Forked by something that told nobody. The connection is the parent's: it is left alone.
            _ABANDONED.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection, self._process = _open(self._path, self._clock()), process
        return self._connection


def _open(path: Path, now: float) -> sqlite3.Connection:
    # Only if it is not there: to open and close a database beside SQLite takes away its locks.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, now)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, now: float) -> None:
    # Changing the mode does not wait for others as everything else does.
    end = time.monotonic() + _BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
    # Losing the last second of a limit in a power failure costs nothing; a disk that is waited for does.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 1000000")
    connection.execute(_SCHEMA)
    connection.execute("DELETE FROM buckets WHERE used < ?", (now - _UNUSED,))


def _dumped(bucket: Bucket) -> str:
    line = bucket.line
    return json.dumps(
        [
            list(bucket.sent),
            bucket.held,
            bucket.announced,
            bucket.windows,
            bucket.seen,
            [[ticket, *waiter] for ticket, waiter in line.waiters.items()],
            line.next,
            line.overtaken,
        ],
        separators=(",", ":"),
    )


def _loaded(text: str) -> Bucket:
    bucket = Bucket()
    line = bucket.line
    try:
        sent, bucket.held, bucket.announced, windows, bucket.seen, waiters, line.next, line.overtaken = (
            json.loads(text)
        )
        bucket.sent = deque(sent)
        bucket.windows = None if windows is None else Windows(*windows)
        line.waiters = {ticket: Waiter(priority, back) for ticket, priority, back in waiters}
    except (ValueError, TypeError):
        # Written by another version of this package, or damaged. A limit is learned again in a second.
        return Bucket()
    return bucket


# SQLite must not be open in a process that forks: the child would inherit what it knows about locks, and not
# the locks. So connections are closed before each fork, and opened again when they are needed.
_OPEN: weakref.WeakSet[SqliteLimiter] = weakref.WeakSet()
_ABANDONED: list[sqlite3.Connection] = []
_FORKING = threading.RLock()
_stopped: list[SqliteLimiter] = []


def _before_fork() -> None:
    _FORKING.acquire()
    for limiter in list(_OPEN):
        limiter._lock.acquire()
        limiter.close()
        _stopped.append(limiter)


def _after_fork() -> None:
    while _stopped:
        _stopped.pop()._lock.release()
    _FORKING.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
