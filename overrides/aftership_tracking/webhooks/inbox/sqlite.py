"""An inbox in an SQLite file: for processes of one machine."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from aftership_tracking.webhooks.inbox.entry import EntryState, Headers, InboxEntry
from aftership_tracking.webhooks.stores.sqlite_file import SqliteFile

__all__ = ["SqliteInbox"]

# AUTOINCREMENT: the number of a removed entry is never given again.
_TABLE = """
CREATE TABLE IF NOT EXISTS aftership_inbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    body BLOB NOT NULL,
    headers TEXT NOT NULL,
    received REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS aftership_inbox_due ON aftership_inbox (state, due, number)"
_COLUMNS = "number, body, headers, received, state, due, attempts, error"
_PUT = "INSERT INTO aftership_inbox (body, headers, received, due) VALUES (?, ?, ?, ?)"
_DUE = f"""
SELECT {_COLUMNS} FROM aftership_inbox WHERE state = 'waiting' AND due <= ? ORDER BY due, number LIMIT ?
"""  # noqa: S608 - a list of columns
_TAKE = "UPDATE aftership_inbox SET due = ?, attempts = attempts + 1 WHERE number = ?"
# The attempt is the token: whoever takes the entry later has another one.
_OURS = "WHERE number = ? AND attempts = ? AND state = 'waiting'"
_FINISH = f"DELETE FROM aftership_inbox {_OURS}"  # noqa: S608 - a constant
_POSTPONE = f"UPDATE aftership_inbox SET due = ?, error = ? {_OURS}"  # noqa: S608 - a constant
_BURY = f"UPDATE aftership_inbox SET state = 'dead', due = ?, error = ? {_OURS}"  # noqa: S608 - a constant
_FIND = f"SELECT {_COLUMNS} FROM aftership_inbox WHERE number = ?"  # noqa: S608 - a list of columns
_LIST = f"""
SELECT {_COLUMNS} FROM aftership_inbox WHERE number > ? AND (? IS NULL OR state = ?) ORDER BY number LIMIT 100
"""  # noqa: S608 - a list of columns
_RETRY = "UPDATE aftership_inbox SET state = 'waiting', due = ?, attempts = 0 WHERE number = ?"
_PURGE = "DELETE FROM aftership_inbox WHERE received < ? AND (? IS NULL OR state = ?)"


class SqliteInbox:
    """Stores deliveries in a table, `aftership_inbox`, of the file at `path`.

    A new file is readable by its owner alone. It holds personal data until the entries are handled or purged.
    It may be the file of a `SqliteStore`. `put` waits for the disk, and what arrives at the same time waits
    for it together.

    Args:
        path: the file; its folder must exist. It must not be on a network drive, where locks do not work.
        timeout: seconds to wait for another writer, before `StoreError` is raised.
        clock: Unix time in seconds. Processes that share the file share this clock.

    Raises:
        UsageError: the arguments cannot work: the path is a folder, or its folder does not exist.
        StoreError: the file is locked, full, damaged or cannot be written. All methods raise it too.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._file = SqliteFile(path, "the inbox", timeout=timeout, create=_create)

    def put(self, body: bytes, headers: Headers) -> int:
        """Store a delivery. Return its number when it is on the disk."""
        with self._file.reported, self._file.transaction(is_durable=True) as connection:
            return self._put(connection, body, headers)

    async def put_async(self, body: bytes, headers: Headers) -> int:
        """Do the same as `put` in an event loop of asyncio. It happens even if the task is cancelled."""
        with self._file.reported:
            number: int = await self._file.writer().run(
                lambda connection: self._put(connection, body, headers), is_durable=True
            )
        return number

    def take(self, *, most: int, lease: float) -> list[InboxEntry]:
        """Take up to `most` entries that are due, for `lease` seconds."""
        with self._file.reported:
            with self._file.borrow() as connection:
                # Most of the time there is none, and then nothing is locked.
                if not connection.execute(_DUE, (self._clock(), 1)).fetchone():
                    return []
            with self._file.transaction(is_durable=False) as connection:
                now = self._clock()
                found = connection.execute(_DUE, (now, most)).fetchall()
                connection.executemany(_TAKE, [(now + lease, row[0]) for row in found])
        return [replace(_entry(row), due=now + lease, attempts=row[6] + 1) for row in found]

    def finish(self, entry: InboxEntry) -> bool:
        """Remove an entry that was handled."""
        return self._write(_FINISH, entry.number, entry.attempts) > 0

    def postpone(self, entry: InboxEntry, *, delay: float, error: str) -> bool:
        """Make an entry due again in `delay` seconds."""
        return self._write(_POSTPONE, self._clock() + delay, error, entry.number, entry.attempts) > 0

    def bury(self, entry: InboxEntry, *, error: str) -> bool:
        """Make an entry a dead letter."""
        return self._write(_BURY, self._clock(), error, entry.number, entry.attempts) > 0

    def entries(self, state: EntryState | None = None) -> Iterator[InboxEntry]:
        """Return the entries of a state, or all, in the order of their numbers."""
        wanted = None if state is None else state.value
        last = 0
        while True:
            with self._file.reported, self._file.borrow() as connection:
                rows = connection.execute(_LIST, (last, wanted, wanted)).fetchall()
            if not rows:
                return
            yield from map(_entry, rows)
            last = rows[-1][0]

    def find(self, number: int) -> InboxEntry | None:
        """Return the entry with this number; None if there is none."""
        with self._file.reported, self._file.borrow() as connection:
            row = connection.execute(_FIND, (number,)).fetchone()
        return None if row is None else _entry(row)

    def retry(self, number: int) -> bool:
        """Make an entry due now, with all its attempts before it. Return False if there is none."""
        return self._write(_RETRY, self._clock(), number) > 0

    def purge(self, *, older_than: float, state: EntryState | None = EntryState.DEAD) -> int:
        """Remove entries that arrived more than `older_than` seconds ago. Return how many."""
        wanted = None if state is None else state.value
        return self._write(_PURGE, self._clock() - older_than, wanted, wanted)

    def close(self) -> None:
        """Close the connections that are not in use. New ones are opened when the inbox is used again."""
        self._file.close()

    def _put(self, connection: sqlite3.Connection, body: bytes, headers: Headers) -> int:
        now = self._clock()
        number = connection.execute(_PUT, (body, json.dumps(headers), now, now)).lastrowid
        return number or 0

    def _write(self, statement: str, *values: object) -> int:
        """Run one statement that writes. A power failure may undo it, and then the entry is taken again."""
        with self._file.reported, self._file.transaction(is_durable=False) as connection:
            return connection.execute(statement, values).rowcount


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(_TABLE)
    connection.execute(_INDEX)


def _entry(row: tuple[Any, ...]) -> InboxEntry:
    number, body, headers, received, state, due, attempts, error = row
    return InboxEntry(
        number=number,
        body=body,
        headers=tuple((name, value) for name, value in json.loads(headers)),
        received=received,
        state=EntryState(state),
        due=due,
        attempts=attempts,
        error=error,
    )
