"""A store in an SQLite file: for several processes on one machine. It outlives restarts."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.storage.trouble import check_path, reported_errors
from aftership_tracking.webhooks.stores.protocol import KEEP, Claim, StoreError
from aftership_tracking.webhooks.stores.sqlite_rows import (
    claim_row,
    complete_row,
    create_table,
    find_claim,
    find_live,
    forget_old_rows,
    is_done_by,
    put_done,
    release_row,
)
from aftership_tracking.webhooks.stores.sqlite_transactions import WriteTransaction, switch_to_wal

if TYPE_CHECKING:
    from aftership_tracking.webhooks.stores.group_commit import GroupCommits

__all__ = ["SqliteStore"]

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
        timeout: seconds to wait for another writer, before `StoreError` is raised.
        synchronous: with FULL, done keys are remembered after a power failure. NORMAL is faster, and done
            keys survive only the end of the process. With both, a power failure may lose a claim: nobody
            works on it then.
        clock: Unix time in seconds. Processes that share the file share this clock.

    Raises:
        UsageError: the arguments cannot work: the path is a folder, or its folder does not exist.
        StoreError: the file is locked, full, damaged or cannot be written. All methods raise it too. What the
            statements of a handler in a `transaction` raise comes out unchanged.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: float = 5.0,
        synchronous: str = "FULL",
        clock: Callable[[], float] = time.time,
    ) -> None:
        if str(path) == ":memory:":
            raise UsageError("A database in memory is visible to one connection only; use MemoryStore.")
        self._path = check_path(path, "the store")
        self._reported = reported_errors(f"the store {self._path}", StoreError)
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
        with self._reported, _BorrowedConnection(self) as connection:
            # Most duplicates come long after the first delivery, and are found without a lock.
            known = find_live(connection, key, self._clock())
            if known is not None:
                return known
            with WriteTransaction(connection):
                return self._claim(connection, key, lease)

    def complete(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Remember for `keep` seconds that the key is done."""
        with self._reported, _BorrowedConnection(self) as connection:
            if is_done_by(connection, claim):
                # `transaction` has written this already.
                return True
            with WriteTransaction(connection, self._synchronous):
                return complete_row(connection, claim, self._clock() + keep)

    def release(self, claim: Claim) -> bool:
        """Forget the claim."""
        with self._reported, _BorrowedConnection(self) as connection:
            return self._release(connection, claim)

    async def claim_async(self, key: str, *, lease: float) -> Claim:
        """Do the same as `claim` in an event loop of asyncio. A cancelled task claims nothing."""
        # The writer tells errors of the whole file from those of one write, so they are reported only here.
        with self._reported:
            claim: Claim = await self._writer().run(
                lambda connection: self._claim(connection, key, lease), undo=self._release
            )
        return claim

    async def complete_async(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Do the same as `complete` in an event loop of asyncio. It happens even if the task is cancelled."""
        with self._reported:
            is_ours: bool = await self._writer().run(
                lambda connection: self._complete(connection, claim, keep), is_durable=True
            )
        return is_ours

    def _claim(self, connection: sqlite3.Connection, key: str, lease: float) -> Claim:
        claim = claim_row(connection, key, self._clock(), lease)
        # The key itself is written first, so that its own old row is not among those removed.
        forget_old_rows(connection, self._clock())
        return claim

    def _complete(self, connection: sqlite3.Connection, claim: Claim, keep: float) -> bool:
        return complete_row(connection, claim, self._clock() + keep)

    def _release(self, connection: sqlite3.Connection, claim: Claim) -> bool:
        return release_row(connection, claim, self._clock())

    def _writer(self) -> GroupCommits:
        if self._group_commits is None:
            # Imported lazily: it needs an event loop.
            from aftership_tracking.webhooks.stores.group_commit import GroupCommits

            self._group_commits = GroupCommits(self._group_transaction)
        return self._group_commits

    def _group_transaction(self, is_durable: bool) -> AbstractContextManager[sqlite3.Connection]:
        return _GroupTransaction(self, is_durable)

    def transaction(self, key: str, *, keep: float = KEEP) -> AbstractContextManager[sqlite3.Connection]:
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
            StoreError: the file cannot be used.
        """
        return _EffectTransaction(self, key, keep)

    def close(self) -> None:
        """Close the connections that are not in use. The store opens new ones when it is used again."""
        if self._group_commits is not None:
            self._group_commits.drain()
        self._leave_inherited()
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _create(self) -> None:
        with self._reported:
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with _BorrowedConnection(self) as connection, WriteTransaction(connection):
                create_table(connection)

    def _leave_inherited(self) -> None:
        """In a forked child, neither use nor close the connections of the parent."""
        if self._process != os.getpid():
            inherited, self._idle = self._idle, []
            _INHERITED.extend(inherited)
            self._process = os.getpid()

    def _take(self) -> sqlite3.Connection:
        self._leave_inherited()
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if len(self._idle) < _IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        # Threads pass a connection on, and one at a time uses it.
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            switch_to_wal(connection, self._timeout)
            connection.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection


# Classes and not generators, like `WriteTransaction`.
class _BorrowedConnection:
    """A connection for one use."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __enter__(self) -> sqlite3.Connection:
        self._connection = self._store._take()
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._store._give_back(self._connection)
        else:
            # Its state is unknown, so it is not used again. This ends its transaction.
            self._connection.close()


class _GroupTransaction(AbstractContextManager[sqlite3.Connection]):
    """A transaction for the writes of several tasks. Its connection is used for nothing else meanwhile."""

    def __init__(self, store: SqliteStore, is_durable: bool) -> None:
        self._borrowed = _BorrowedConnection(store)
        self._synchronous = store._synchronous if is_durable else "NORMAL"

    def __enter__(self) -> sqlite3.Connection:
        connection = self._borrowed.__enter__()
        try:
            self._transaction = WriteTransaction(connection, self._synchronous)
            self._transaction.__enter__()
        except BaseException:
            connection.close()
            raise
        return connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self._transaction.__exit__(kind, error, trace)
        except BaseException as failure:
            self._borrowed.__exit__(type(failure), failure, None)
            raise
        self._borrowed.__exit__(kind, error, trace)


class _EffectTransaction(AbstractContextManager[sqlite3.Connection]):
    """The transaction of a handler. Whatever happens in it or around it, the connection ends it."""

    def __init__(self, store: SqliteStore, key: str, keep: float) -> None:
        self._store = store
        self._key = key
        self._keep = keep

    def __enter__(self) -> sqlite3.Connection:
        store = self._store
        with store._reported:
            self._connection = connection = store._take()
            try:
                self._transaction = WriteTransaction(connection, store._synchronous)
                self._transaction.__enter__()
                self._claimed = find_claim(connection, self._key)
            except BaseException:
                connection.close()
                raise
        return connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        store, connection = self._store, self._connection
        if error is not None:
            connection.close()
            return
        with store._reported:
            try:
                connection.row_factory = None
                if connection.in_transaction:
                    token, attempt = self._claimed
                    put_done(connection, self._key, token, store._clock() + self._keep, attempt)
                self._transaction.__exit__(None, None, None)
            except BaseException:
                connection.close()
                raise
        store._give_back(connection)
