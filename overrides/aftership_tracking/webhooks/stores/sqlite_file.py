"""A file of SQLite for several writers: its connections, transactions and grouped commits."""

from __future__ import annotations

import logging
import os
import sqlite3
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.runtime.storage.sqlite_forks import ForkGate
from aftership_tracking.runtime.storage.trouble import check_path, reported_errors
from aftership_tracking.webhooks.stores.log_flush import LogFlush
from aftership_tracking.webhooks.stores.protocol import StoreError
from aftership_tracking.webhooks.stores.sqlite_transactions import WriteTransaction, switch_to_wal

if TYPE_CHECKING:
    from aftership_tracking.webhooks.stores.group_commit import GroupCommits

__all__ = ["BorrowedConnection", "SqliteFile"]

LOGGER = logging.getLogger("aftership_tracking.webhooks")

_IDLE = 8

# Connections that a fork copied. SQLite forbids to use or to close them here, so they stay open forever.
_INHERITED: list[sqlite3.Connection] = []


class SqliteFile:
    """The file at `path`. A new one is readable by its owner alone.

    Args:
        path: the file; its folder must exist.
        what: names the file in messages: `the store`.
        timeout: seconds to wait for another writer.
        create: creates the tables, in a transaction.

    Raises:
        UsageError: the arguments cannot work.
        StoreError: the file cannot be used. What is done in `with file.reported` raises it, too.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        what: str,
        *,
        timeout: float,
        create: Callable[[sqlite3.Connection], object],
    ) -> None:
        # The program may change its directory later.
        self._path = check_path(path, what).absolute()
        if not 0 <= timeout < float("inf"):
            raise UsageError("timeout is a number of seconds that is not negative.")
        self._what = what
        self.reported = reported_errors(f"{what} {self._path}", StoreError)
        self._timeout = timeout
        self._process = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        # Connections for event loops: they wait for no other writer, and never move the log into the file.
        self._prompt: list[sqlite3.Connection] = []
        self._log_flush = LogFlush(self._path, what)
        # Also at the end of a program that closes nothing.
        weakref.finalize(self, self._log_flush.now)
        self._group_commits: GroupCommits | None = None
        self._gate = ForkGate(self._close_idle)
        self._create = create
        self._created_in: tuple[int, int] | None = None
        with self.reported, self.borrow():
            # Opening it creates what is missing.
            pass

    def borrow(self) -> BorrowedConnection:
        """Return a context with a connection for one use."""
        return BorrowedConnection(self)

    def transaction(self, is_durable: bool) -> AbstractContextManager[sqlite3.Connection]:
        """Return a context with a connection in a transaction that writes. If it is durable, its end waits
        for the disk.
        """
        return _FileTransaction(self, is_durable)

    def write_at_once(self, work: Callable[[sqlite3.Connection], object]) -> bool:
        """Do this in a transaction, if neither another writer nor the disk has to be waited for.

        Return False if nothing was written, for whatever reason. Then do it in a `transaction`, which waits,
        and raises what is wrong.
        """
        connection = self._take_prompt()
        if connection is None:
            return False
        is_done = False
        try:
            with suppress(Exception):
                connection.execute("BEGIN IMMEDIATE")
                work(connection)
                connection.execute("COMMIT")
                is_done = True
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except BaseException:
            self.discard(connection)
            raise
        self._give_back(connection, self._prompt)
        return is_done

    def flush_soon(self) -> None:
        """Flush to the disk what is committed by now, in a thread shortly after, or in `close` or at the end
        of the program.
        """
        self._log_flush.soon()

    def prepare_prompt(self) -> None:
        """Have a connection for `write_at_once`. To open one may take long."""
        if not self._prompt:
            connection = self.take()
            try:
                connection.execute("PRAGMA busy_timeout=0")
                # To move the log waits for the disk. `move_log` does it.
                connection.execute("PRAGMA wal_autocheckpoint=0")
            except BaseException:
                self.discard(connection)
                raise
            self._give_back(connection, self._prompt)

    def move_log(self) -> None:
        """Move the log into the file, and begin it anew. Both wait for the disk, and should do so here, not
        in the next `write_at_once`.
        """
        with self.borrow() as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        with self.transaction(is_durable=False) as connection:
            # Any write begins the log. The version is the application's, so it gets the value that it has.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version={version:d}")

    def writer(self) -> GroupCommits:
        """Return what commits the writes of tasks together."""
        if self._group_commits is None:
            # Imported lazily: it needs an event loop.
            with loading:
                from aftership_tracking.webhooks.stores.group_commit import GroupCommits

            self._group_commits = GroupCommits(self)
        return self._group_commits

    def close(self) -> None:
        """Close the connections that are not in use. New ones are opened when the file is used again."""
        if self._group_commits is not None:
            self._group_commits.drain()
        self._log_flush.now()
        self._close_idle()

    def __del__(self) -> None:
        # From Python 3.13 on, a connection that nobody closed gives a ResourceWarning. A constructor that
        # failed leaves an object without any.
        if hasattr(self, "_idle"):
            self._close_idle()

    def take(self, *, is_new: bool = False) -> sqlite3.Connection:
        """Return a connection that nobody else uses, and that nobody has used if it is new. Whoever takes it
        gives it back, or discards it.
        """
        self._gate.enter()
        try:
            self._leave_inherited()
            if (self._idle or self._prompt) and self._identity() != self._created_in:
                self._leave_replaced()
            if not is_new:
                with suppress(IndexError):
                    return self._idle.pop()
            return self._open()
        except BaseException:
            self._gate.leave()
            raise

    def give_back(self, connection: sqlite3.Connection) -> None:
        """Let others use a connection."""
        self._give_back(connection, self._idle)

    def _give_back(self, connection: sqlite3.Connection, to: list[sqlite3.Connection]) -> None:
        if len(to) < _IDLE:
            to.append(connection)
            self._gate.leave()
        else:
            self.discard(connection)

    def discard(self, connection: sqlite3.Connection) -> None:
        """Close a connection whose state is unknown. This ends its transaction."""
        try:
            # To close it does not, as long as something refers to a cursor that has more rows.
            with suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        finally:
            try:
                connection.close()
            finally:
                self._gate.leave()

    def _take_prompt(self) -> sqlite3.Connection | None:
        """Return a connection that waits for nobody; None if there is none, or the file is not as it was."""
        if not self._prompt or not self._gate.enter_at_once():
            return None
        try:
            if self._process == os.getpid() and self._identity() == self._created_in:
                with suppress(IndexError):
                    return self._prompt.pop()
        except BaseException:
            self._gate.leave()
            raise
        self._gate.leave()
        return None

    def _close_idle(self) -> None:
        self._leave_inherited()
        idle, self._idle, self._prompt = self._idle + self._prompt, [], []
        for connection in idle:
            connection.close()

    def _leave_inherited(self) -> None:
        """In a forked child, neither use nor close the connections of the parent."""
        if self._process != os.getpid():
            _INHERITED.extend(self._idle + self._prompt)
            self._idle, self._prompt = [], []
            self._process = os.getpid()

    def _identity(self) -> tuple[int, int] | None:
        """Return which file is at the path; None if there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _leave_replaced(self) -> None:
        """Close the connections to a file that is gone from the path: nobody else sees what they write."""
        LOGGER.warning(
            "%s %s was removed or replaced while it was in use. What it held is gone, and what it remembered "
            "may be handled again.",
            self._what,
            self._path,
            extra=log_fields("store"),
        )
        self._close_idle()

    def _open(self) -> sqlite3.Connection:
        # SQLite would let others read a new file. One that is there is not opened here: to close it would
        # release the locks of this process. If its folder is gone, SQLite says so.
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        # Threads pass a connection on, and one at a time uses it.
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            switch_to_wal(connection, self._timeout)
            connection.execute("PRAGMA synchronous=NORMAL")
            identity = self._identity()
            (version,) = connection.execute("PRAGMA schema_version").fetchone()
            # The file is new, for this object at least.
            if identity != self._created_in or not version:
                with WriteTransaction(connection):
                    self._create(connection)
                self._created_in = identity
        except BaseException:
            connection.close()
            raise
        return connection


# Classes and not generators, like `WriteTransaction`.
class BorrowedConnection:
    """A connection for one use."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def __enter__(self) -> sqlite3.Connection:
        self._connection = self._file.take()
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._file.give_back(self._connection)
        else:
            self._file.discard(self._connection)


class _FileTransaction(AbstractContextManager[sqlite3.Connection]):
    """A transaction on a connection that is used for nothing else meanwhile."""

    def __init__(self, file: SqliteFile, is_durable: bool) -> None:
        self._borrowed = BorrowedConnection(file)
        self._is_durable = is_durable

    def __enter__(self) -> sqlite3.Connection:
        connection = self._borrowed.__enter__()
        try:
            self._transaction = WriteTransaction(connection, is_durable=self._is_durable)
            self._transaction.__enter__()
        except BaseException as failure:
            self._borrowed.__exit__(type(failure), failure, None)
            raise
        return connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self._transaction.__exit__(kind, error, trace)
        except BaseException as failure:
            self._borrowed.__exit__(type(failure), failure, None)
            raise
        self._borrowed.__exit__(kind, error, trace)
