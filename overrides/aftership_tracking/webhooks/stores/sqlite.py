"""A store in an SQLite file: for several processes on one machine. It outlives restarts."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.stores.protocol import KEEP, Claim
from aftership_tracking.webhooks.stores.sqlite_file import SqliteFile
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
from aftership_tracking.webhooks.stores.sqlite_transactions import WriteTransaction

__all__ = ["SqliteStore"]


class SqliteStore:
    """Remembers keys in a table, `aftership_events`, of the file at `path`.

    A new file is readable by its owner alone. It may also be the database of your application: then a handler
    can write its effect and the memory of it in one `transaction`. The store switches the file to write-ahead
    logging. Each claim also removes some rows whose time is over since 68 hours, so the table has about as
    many rows as there are events in `keep` seconds and 68 hours.

    Args:
        path: the file; its folder must exist. It must not be on a network drive, where locks do not work.
        timeout: seconds to wait for another writer, before `StoreError` is raised.
        synchronous: when a done key is flushed to the disk. NORMAL: some hundredths of a second after its
            event was handled. A power failure before that forgets it, and the event is handled again if it
            is delivered again. FULL: before `complete` returns, and so before the response; a delivery that
            comes alone costs about three times the CPU, and the time of a flush. With both, keys survive the
            end of the process, however it ends; a `transaction` waits for the disk; and a power failure may
            lose a claim: nobody works on it then.
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
        synchronous: str = "NORMAL",
        clock: Callable[[], float] = time.time,
    ) -> None:
        if str(path) == ":memory:":
            raise UsageError("A database in memory is visible to one connection only; use MemoryStore.")
        if synchronous.upper() not in ("FULL", "NORMAL"):
            raise UsageError("synchronous must be FULL or NORMAL.")
        self._waits = synchronous.upper() == "FULL"
        self._clock = clock
        self._file = SqliteFile(path, "the store", timeout=timeout, create=create_table)

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds."""
        with self._file.reported, self._file.borrow() as connection:
            # Most duplicates come long after the first delivery, and are found without a lock.
            known = find_live(connection, key, self._clock())
            if known is not None:
                return known
            with WriteTransaction(connection):
                return self._claim(connection, key, lease)

    def complete(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Remember for `keep` seconds that the key is done."""
        with self._file.reported, self._file.borrow() as connection:
            if is_done_by(connection, claim):
                # `transaction` has written this already.
                return True
            with WriteTransaction(connection, is_durable=self._waits):
                is_ours = complete_row(connection, claim, self._clock() + keep)
        self._flush_soon()
        return is_ours

    def release(self, claim: Claim) -> bool:
        """Forget the claim."""
        with self._file.reported, self._file.borrow() as connection:
            return self._release(connection, claim)

    async def claim_async(self, key: str, *, lease: float) -> Claim:
        """Do the same as `claim` in an event loop of asyncio. A cancelled task claims nothing."""
        # The writer tells errors of the whole file from those of one write, so they are reported only here.
        with self._file.reported:
            claim: Claim = await self._file.writer().run(
                lambda connection: self._claim(connection, key, lease), undo=self._release
            )
        return claim

    async def complete_async(self, claim: Claim, *, keep: float = KEEP) -> bool:
        """Do the same as `complete` in an event loop of asyncio. It happens even if the task is cancelled."""
        with self._file.reported:
            is_ours: bool = await self._file.writer().run(
                lambda connection: self._complete(connection, claim, keep),
                is_durable=self._waits,
                then=self._flush_soon,
            )
        return is_ours

    def _flush_soon(self) -> None:
        if not self._waits:
            self._file.flush_soon()

    def _claim(self, connection: sqlite3.Connection, key: str, lease: float) -> Claim:
        claim = claim_row(connection, key, self._clock(), lease)
        # The key itself is written first, so that its own old row is not among those removed.
        forget_old_rows(connection, key, self._clock())
        return claim

    def _complete(self, connection: sqlite3.Connection, claim: Claim, keep: float) -> bool:
        return complete_row(connection, claim, self._clock() + keep)

    def _release(self, connection: sqlite3.Connection, claim: Claim) -> bool:
        return release_row(connection, claim, self._clock())

    def transaction(self, key: str, *, keep: float = KEEP) -> AbstractContextManager[sqlite3.Connection]:
        """Open one transaction for the effect of a handler and for the memory of it: both happen, or neither.

        Use it in a handler, once for an event. What is written through the connection is committed together
        with the note that the event is done. However often and wherever the process dies, the effect happens
        exactly once. The commit waits for the disk, so a power failure does not undo it either. Do not commit
        yourself, and do nothing slow inside: all other writers wait. The connection is for this transaction
        alone and closed at its end, so read the rows that you need inside.

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
        """Flush to the disk what is not there yet, and close the connections that are not in use. The store
        opens new ones when it is used again.
        """
        self._file.close()


# A class and not a generator, like `WriteTransaction`.
class _EffectTransaction(AbstractContextManager[sqlite3.Connection]):
    """The transaction of a handler. Whatever happens in it or around it, the connection ends it.

    Nobody uses that connection before or after the handler: a cursor that it keeps would show others an old
    state of the file, and it may change settings.
    """

    def __init__(self, store: SqliteStore, key: str, keep: float) -> None:
        self._store = store
        self._key = key
        self._keep = keep

    def __enter__(self) -> sqlite3.Connection:
        file = self._store._file
        connection = None
        # Around `reported` too: an interrupt at its end would leave the transaction open.
        try:
            with file.reported:
                self._connection = connection = file.take(is_new=True)
                self._transaction = WriteTransaction(connection, is_durable=True)
                self._transaction.__enter__()
                self._claimed = find_claim(connection, self._key)
        except BaseException:
            if connection is not None:
                file.discard(connection)
            raise
        return connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        store, connection = self._store, self._connection
        if error is not None:
            store._file.discard(connection)
            return
        try:
            with store._file.reported:
                if connection.in_transaction:
                    token, attempt = self._claimed
                    put_done(connection, self._key, token, store._clock() + self._keep, attempt)
                self._transaction.__exit__(None, None, None)
        except BaseException:
            store._file.discard(connection)
            raise
        store._file.discard(connection)
