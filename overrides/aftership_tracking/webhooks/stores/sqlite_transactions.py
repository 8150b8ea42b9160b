"""Transactions of the store in a file: how they begin, and how they end whatever happens inside."""

from __future__ import annotations

import sqlite3
import time

from aftership_tracking.errors import UsageError

__all__ = ["WriteTransaction", "switch_to_wal"]


# This is a class and not a generator: an interrupt between two lines of a generator would leave a
# transaction open for as long as something refers to the generator, such as the traceback of the interrupt.
class WriteTransaction:
    """A transaction. Its commit waits for the disk, if it is durable."""

    def __init__(self, connection: sqlite3.Connection, *, is_durable: bool = False) -> None:
        self._connection = connection
        self._is_durable = is_durable

    def __enter__(self) -> None:
        if self._is_durable:
            self._connection.execute("PRAGMA synchronous=FULL")
        # IMMEDIATE takes the lock of the writer first, so that what is read stays true until the commit.
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            return
        if not self._connection.in_transaction:
            raise UsageError("The transaction was ended inside; the store ends it.")
        self._connection.execute("COMMIT")
        if self._is_durable:
            self._connection.execute("PRAGMA synchronous=NORMAL")


def switch_to_wal(connection: sqlite3.Connection, timeout: float) -> None:
    """Switch to write-ahead logging. Wait for others at most `timeout` seconds."""
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
