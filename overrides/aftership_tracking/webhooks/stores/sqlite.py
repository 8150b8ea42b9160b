"""A store in an SQLite file: for several processes on one machine. It outlives restarts."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.stores.protocol import (
    COUNT_FOR,
    KEEP,
    AlreadyHandledError,
    Claim,
    ClaimState,
)

if TYPE_CHECKING:
    from aftership_tracking.webhooks.stores.group_commit import GroupCommits

__all__ = ["SqliteStore"]

_TABLE = """
CREATE TABLE IF NOT EXISTS aftership_events (
    key TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    done INTEGER NOT NULL,
    until REAL NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID
"""
_INDEX = "CREATE INDEX IF NOT EXISTS aftership_events_until ON aftership_events (until)"
# Files of earlier releases do not have it.
_ADD_ATTEMPT = "ALTER TABLE aftership_events ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1"
_COLUMNS = "SELECT name FROM pragma_table_info('aftership_events')"
_FIND = "SELECT token, done, until, attempt FROM aftership_events WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO aftership_events (key, token, done, until, attempt) VALUES (?, ?, ?, ?, ?)"
_RELEASE = "UPDATE aftership_events SET token = '', until = ? WHERE key = ? AND token = ? AND done = 0"
_FORGET = """
DELETE FROM aftership_events WHERE key IN (SELECT key FROM aftership_events WHERE until <= ? LIMIT 10)
"""
_IDLE = 8

# Connections that a fork copied. SQLite forbids to use or to close them here, so they stay open forever.
_INHERITED: list[sqlite3.Connection] = []


class SqliteStore:
    """Remembers keys in a table, `aftership_events`, of the file at `path`.

    A new file is readable by its owner alone. It may also be the database of your application: then a handler
    can write its effect and the memory of it in one `transaction`. The store switches the file to write-ahead
    logging. Each claim also removes some rows whose time is over since 68 hours, so the table has about as
    many rows as there are events in `keep` seconds and 68 hours.

    Args:
        path: the file; its folder must exist. It must not be on a network drive, where locks do not work.
        timeout: seconds to wait for another writer, before `sqlite3.OperationalError` is raised.
        synchronous: with FULL, done keys are remembered after a power failure. NORMAL is faster, and done
            keys survive only the end of the process. With both, a power failure may lose a claim: nobody
            works on it then.
        clock: Unix time in seconds. Processes that share the file share this clock.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: float = 5.0,
        synchronous: str = "FULL",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = Path(path)
        if str(path) == ":memory:":
            raise UsageError("A database in memory is visible to one connection only; use MemoryStore.")
        if synchronous.upper() not in ("FULL", "NORMAL"):
            raise UsageError("synchronous must be FULL or NORMAL.")
        if not 0 <= timeout < float("inf"):
            raise UsageError("timeout is a number of seconds that is not negative.")
        self._timeout = timeout
        self._synchronous = synchronous.upper()
        self._clock = clock
        self._process = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        self._group_commits: GroupCommits | None = None
        self._create()

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds."""
        with self._connection() as connection:
            # Most duplicates come long after the first delivery, and are found without a lock.
            known = connection.execute(_FIND, (key,)).fetchone()
            if known is not None and known[2] > self._clock():
                return Claim(ClaimState.DONE if known[1] else ClaimState.BUSY, key)
            with _write_transaction(connection):
                return self._claim(connection, key, lease)

    def complete(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Remember for `keep` seconds that the key is done."""
        with self._connection() as connection:
            known = connection.execute(_FIND, (claim.key,)).fetchone()
            if known is not None and known[:2] == (claim.token, 1):
                # `transaction` has written this already.
                return True
            with self._durable_transaction(connection):
                return self._complete(connection, claim, keep)

    def release(self, claim: Claim) -> bool:
        """Forget the claim."""
        with self._connection() as connection:
            return self._release(connection, claim)

    async def claim_async(self, key: str, *, lease: float) -> Claim:
        """Do the same as `claim` in an event loop of asyncio. A cancelled task claims nothing."""
        claim: Claim = await self._writer().run(
            lambda connection: self._claim(connection, key, lease), undo=self._release
        )
        return claim

    async def complete_async(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Do the same as `complete` in an event loop of asyncio. It happens even if the task is cancelled."""
        is_ours: bool = await self._writer().run(
            lambda connection: self._complete(connection, claim, keep), is_durable=True
        )
        return is_ours

    def _claim(self, connection: sqlite3.Connection, key: str, lease: float) -> Claim:
        now = self._clock()
        known = connection.execute(_FIND, (key,)).fetchone()
        if known is not None and known[2] > now:
            return Claim(ClaimState.DONE if known[1] else ClaimState.BUSY, key)
        token = secrets.token_hex(16)
        # A claim that was released or ran out was an attempt. What was done begins anew.
        attempt = 1 if known is None or known[1] else known[3] + 1
        connection.execute(_PUT, (key, token, 0, now + lease, attempt))
        # The key itself is written first, so that its own old row is not among those removed.
        connection.execute(_FORGET, (now - COUNT_FOR,))
        return Claim(ClaimState.NEW, key, token, attempt)

    def _complete(self, connection: sqlite3.Connection, claim: Claim, keep: float) -> bool:
        known = connection.execute(_FIND, (claim.key,)).fetchone()
        if known is not None and known[0] != claim.token:
            return False
        if known is None or not known[1]:
            until = self._clock() + keep
            connection.execute(_PUT, (claim.key, claim.token, 1, until, claim.attempt))
        return True

    def _release(self, connection: sqlite3.Connection, claim: Claim) -> bool:
        values = (self._clock(), claim.key, claim.token)
        return connection.execute(_RELEASE, values).rowcount > 0

    def _writer(self) -> GroupCommits:
        if self._group_commits is None:
            # Imported lazily: it needs an event loop.
            from aftership_tracking.webhooks.stores.group_commit import GroupCommits

            self._group_commits = GroupCommits(self._group_transaction)
        return self._group_commits

    @contextmanager
    def _group_transaction(self, is_durable: bool) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            opened = self._durable_transaction if is_durable else _write_transaction
            with opened(connection):
                yield connection

    @contextmanager
    def transaction(self, key: str, *, keep: float = KEEP) -> Iterator[sqlite3.Connection]:
        """Open one transaction for the effect of a handler and for the memory of it: both happen, or neither.

        Use it in a handler, once for an event. What is written through the connection is committed together
        with the note that the event is done. However often and wherever the process dies, the effect happens
        exactly once. Do not commit yourself, and do nothing slow inside: all other writers wait.

            @router.on("tracking_update")
            def update(event: Event) -> None:
                with store.transaction(event.key()) as connection:
                    connection.execute("INSERT INTO parcels VALUES (?, ?)", (event.event_id, event.tag))

        Args:
            key: `event.key(endpoint)` with the endpoint of the receiver.
            keep: seconds to remember the key.

        Raises:
            AlreadyHandledError: the event is done. Do not catch it: the receiver takes it as a duplicate.
            UsageError: the key has no claim. The endpoint may differ from that of the receiver, or the lease
                ran out.
        """
        with self._connection() as connection, self._durable_transaction(connection):
            known = connection.execute(_FIND, (key,)).fetchone()
            if known is None:
                raise UsageError(
                    "This key has no claim: nobody claimed it, or its lease ran out so long ago that the "
                    "claim was removed.",
                    hint="Give event.key(endpoint) with the endpoint of the receiver that uses this store, "
                    "and the receiver a lease that is longer than its slowest handler.",
                )
            if known[1]:
                raise AlreadyHandledError("The event is done already.")
            yield connection
            connection.row_factory = None
            if connection.in_transaction:
                connection.execute(_PUT, (key, known[0], 1, self._clock() + keep, known[3]))

    def close(self) -> None:
        """Close the connections that are not in use. The store opens new ones when it is used again."""
        if self._group_commits is not None:
            self._group_commits.drain()
        self._leave_inherited()
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _create(self) -> None:
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with self._connection() as connection, _write_transaction(connection):
            connection.execute(_TABLE)
            connection.execute(_INDEX)
            if ("attempt",) not in connection.execute(_COLUMNS).fetchall():
                connection.execute(_ADD_ATTEMPT)

    def _leave_inherited(self) -> None:
        """In a forked child, neither use nor close the connections of the parent."""
        if self._process != os.getpid():
            inherited, self._idle = self._idle, []
            _INHERITED.extend(inherited)
            self._process = os.getpid()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._leave_inherited()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except BaseException:
            # Its state is unknown, so it is not used again.
            connection.close()
            raise
        if len(self._idle) < _IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    @contextmanager
    def _durable_transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Open a transaction whose commit waits for the disk, if `synchronous` is FULL."""
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        with _write_transaction(connection):
            yield
        connection.execute("PRAGMA synchronous=NORMAL")

    def _open(self) -> sqlite3.Connection:
        # Threads pass a connection on, and one at a time uses it.
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            _switch_to_wal(connection, self._timeout)
            connection.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    # IMMEDIATE takes the lock of the writer first, so that what is read stays true until the commit.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if not connection.in_transaction:
        raise UsageError("The transaction was ended inside; the store ends it.")
    connection.execute("COMMIT")


def _switch_to_wal(connection: sqlite3.Connection, timeout: float) -> None:
    # SQLite does not wait for others in this switch, so it would fail if several processes start at once.
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return


_PAUSE = 0.01
