"""A store in an SQLite file: for several processes on one machine. It outlives restarts."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.stores import KEEP, AlreadyHandledError, Claim, State

__all__ = ["SqliteStore"]

_TABLE = """
CREATE TABLE IF NOT EXISTS aftership_events (
    key TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    done INTEGER NOT NULL,
    until REAL NOT NULL
) WITHOUT ROWID
"""
_INDEX = "CREATE INDEX IF NOT EXISTS aftership_events_until ON aftership_events (until)"
_FIND = "SELECT token, done, until FROM aftership_events WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO aftership_events (key, token, done, until) VALUES (?, ?, ?, ?)"
_FORGET = """
DELETE FROM aftership_events WHERE key IN (SELECT key FROM aftership_events WHERE until <= ? LIMIT 10)
"""
_IDLE = 8

# Connections that a fork copied. SQLite forbids to use or to close them here, so they are kept for ever.
_INHERITED: list[sqlite3.Connection] = []


class SqliteStore:
    """Remembers keys in a table, `aftership_events`, of the file at `path`.

    A new file is readable by its owner alone. It may also be the database of your application: then a handler
    can write its effect and the memory of it in one `transaction`. The file is switched to write-ahead
    logging. Each claim also removes some rows whose time is over, so the table stays as small as the number
    of events in `keep` seconds.

    Args:
        path: the file; its folder must exist. Not on a network drive: locks do not work there.
        timeout: seconds to wait for another writer, before `sqlite3.OperationalError` is raised.
        synchronous: FULL, and what is done is known after a power failure; NORMAL is faster, and survives the
            end of the process alone. A claim may be lost with the power in both: nobody works on it then.
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
            raise UsageError("A database in memory is seen by one connection only; use MemoryStore.")
        if synchronous.upper() not in ("FULL", "NORMAL"):
            raise UsageError("synchronous must be FULL or NORMAL.")
        self._timeout = timeout
        self._synchronous = synchronous.upper()
        self._clock = clock
        self._process = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        self._create()

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds."""
        with self._connection() as connection:
            # Most duplicates come long after the first, and need no lock to be known.
            known = connection.execute(_FIND, (key,)).fetchone()
            if known is not None and known[2] > self._clock():
                return Claim(State.DONE if known[1] else State.BUSY, key)
            with _writing(connection):
                now = self._clock()
                known = connection.execute(_FIND, (key,)).fetchone()
                if known is not None and known[2] > now:
                    return Claim(State.DONE if known[1] else State.BUSY, key)
                token = secrets.token_hex(16)
                connection.execute(_PUT, (key, token, 0, now + lease))
                # After the key itself is written: its own old row is not among those to be removed.
                connection.execute(_FORGET, (now,))
                return Claim(State.NEW, key, token)

    def complete(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Remember for `keep` seconds that the key is done."""
        with self._connection() as connection:
            known = connection.execute(_FIND, (claim.key,)).fetchone()
            if known is not None and known[:2] == (claim.token, 1):
                # `transaction` has noted it: nothing is left to write.
                return True
            with self._lasting(connection):
                known = connection.execute(_FIND, (claim.key,)).fetchone()
                if known is not None and known[0] != claim.token:
                    return False
                connection.execute(_PUT, (claim.key, claim.token, 1, self._clock() + keep))
                return True

    def release(self, claim: Claim) -> bool:
        """Forget the claim."""
        statement = "DELETE FROM aftership_events WHERE key = ? AND token = ? AND done = 0"
        with self._connection() as connection:
            return connection.execute(statement, (claim.key, claim.token)).rowcount > 0

    @contextmanager
    def transaction(self, key: str, *, keep: float = KEEP) -> Iterator[sqlite3.Connection]:
        """One transaction for the effect of a handler and for the memory of it: both happen, or neither.

        For use in a handler, once for an event: what is written through the connection is committed together
        with the note that the event is done. However often and wherever the process dies, the effect is there
        exactly once. Do not commit yourself, and do nothing slow inside: everybody else who writes waits.

            @router.on("tracking_update")
            def update(event: Event) -> None:
                with store.transaction(event.key()) as connection:
                    connection.execute("INSERT INTO parcels VALUES (?, ?)", (event.event_id, event.tag))

        Args:
            key: `event.key(endpoint)` with the endpoint of the receiver.
            keep: seconds to remember the key.

        Raises:
            AlreadyHandledError: the event is done. Let it pass: the receiver takes it as a duplicate.
            UsageError: nobody claimed the key, as when the endpoint is not that of the receiver.
        """
        with self._connection() as connection, self._lasting(connection):
            known = connection.execute(_FIND, (key,)).fetchone()
            if known is None:
                raise UsageError(
                    "No claim is under this key.",
                    hint="Give event.key(endpoint) with the endpoint of the receiver that uses this store.",
                )
            if known[1]:
                raise AlreadyHandledError("The event is done already.")
            yield connection
            connection.row_factory = None
            if connection.in_transaction:
                connection.execute(_PUT, (key, known[0], 1, self._clock() + keep))

    def close(self) -> None:
        """Close the connections that are not in use. The store opens new ones when it is used again."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _create(self) -> None:
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with self._connection() as connection, _writing(connection):
            connection.execute(_TABLE)
            connection.execute(_INDEX)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._process != os.getpid():
            inherited, self._idle = self._idle, []
            _INHERITED.extend(inherited)
            self._process = os.getpid()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except BaseException:
            # Whatever state it is in, nobody uses it again.
            connection.close()
            raise
        if len(self._idle) < _IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    @contextmanager
    def _lasting(self, connection: sqlite3.Connection) -> Iterator[None]:
        """A transaction whose commit waits for the disk, if that is wanted."""
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        with _writing(connection):
            yield
        connection.execute("PRAGMA synchronous=NORMAL")

    def _open(self) -> sqlite3.Connection:
        # A connection goes from thread to thread, and is used by one at a time.
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            _log_ahead(connection, self._timeout)
            connection.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    # IMMEDIATE takes the lock of the writer first: what is read under it stays true until the commit.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if not connection.in_transaction:
        raise UsageError("The transaction was ended inside; leave that to the store.")
    connection.execute("COMMIT")


def _log_ahead(connection: sqlite3.Connection, timeout: float) -> None:
    # SQLite does not wait for others in this switch, so several processes that start at once would fail.
    patience = time.monotonic() + timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= patience:
                raise
            time.sleep(_PAUSE)
        else:
            return


_PAUSE = 0.01
