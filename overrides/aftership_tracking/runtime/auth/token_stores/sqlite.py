"""A token store in an SQLite file: for several processes on one machine. It outlives restarts."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from aftership_tracking.errors import StorageError, UsageError
from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease, check_merchant
from aftership_tracking.runtime.auth.tokens import Tokens, dump_tokens, load_tokens
from aftership_tracking.runtime.storage.sqlite_forks import ForkGate
from aftership_tracking.runtime.storage.trouble import check_path, reported_errors

__all__ = ["SqliteTokenStore"]

# A deleted merchant stays as a row without tokens: its version keeps an older lease from putting them back.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS aftership_tokens (
    merchant TEXT PRIMARY KEY, tokens TEXT, version INTEGER NOT NULL,
    holder TEXT NOT NULL DEFAULT '', ends_at REAL NOT NULL DEFAULT 0
) WITHOUT ROWID
"""
_READ = "SELECT tokens, version, holder, ends_at FROM aftership_tokens WHERE merchant = ?"
_PUT = """
INSERT INTO aftership_tokens (merchant, tokens, version) VALUES (?, ?, 1)
ON CONFLICT (merchant) DO UPDATE
SET tokens = excluded.tokens, version = version + 1, holder = '', ends_at = 0
"""
_PUT_LEASED = """
UPDATE aftership_tokens SET tokens = ?, version = version + 1, holder = '', ends_at = 0
WHERE merchant = ? AND version = ? AND tokens IS NOT NULL
"""
_DELETE = """
UPDATE aftership_tokens SET tokens = NULL, version = version + 1, holder = '', ends_at = 0
WHERE merchant = ? AND tokens IS NOT NULL
"""
_LEASE = """
UPDATE aftership_tokens SET holder = ?, ends_at = ?
WHERE merchant = ? AND version = ? AND tokens IS NOT NULL AND (holder = '' OR ends_at <= ? OR ends_at > ?)
"""
_RELEASE = "UPDATE aftership_tokens SET holder = '', ends_at = 0 WHERE merchant = ? AND holder = ?"

_MOST_LEASES = 10
"""Apps that share a file may have different timeouts, and so leases; none so many times as long as others."""
_SIDE_FILES = ("-wal", "-journal")
"""Where SQLite writes what is not in the file yet. It gives them the mode that the file has then."""


class SqliteTokenStore:
    """Stores tokens in a table, `aftership_tokens`, of the file at `path`, as plain text.

    A new file is readable by its owner alone (mode 600). One that others can read or write is refused, not
    mended: whoever could read the tokens may have done so. Windows has no such modes, and nothing is checked
    there. It may be the file of your application, if that is private too.

    `path`: the file; its folder must exist. It must not be on a network drive, where locks do not work.
    `timeout`: seconds to wait for another writer, 5 by default.
    `clock`: Unix time. Processes that share the file share this clock.

    The file is open only while a method runs, so threads may share the store, it may be used after a fork,
    and it needs no closing.

    Raises UsageError for a path that can never be right, StorageError for a file that others can read, or
    that cannot be used. All methods raise StorageError too.
    """

    blocking = True

    def __init__(
        self, path: str | os.PathLike[str], *, timeout: float = 5.0, clock: Callable[[], float] = time.time
    ) -> None:
        if str(path) == ":memory:":
            raise UsageError("A database in memory is visible to one connection only; use MemoryTokenStore.")
        if not 0 <= timeout < float("inf"):
            raise UsageError("timeout is a number of seconds that is not negative.")
        # The program may change its directory later. Of a link, the file that it leads to is created below.
        self._path = check_path(path, "the token store").resolve()
        self._what = f"the token store {self._path}"
        self._timeout = timeout
        self._clock = clock
        self._gate = ForkGate(lambda: None)
        with _Use(self):
            # Opening it creates what is missing.
            pass

    def __repr__(self) -> str:
        return f"SqliteTokenStore({str(self._path)!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token store cannot be pickled; make one in each process")

    def get(self, merchant: str) -> Tokens | None:
        """Return the tokens of a merchant; None if there are none."""
        check_merchant(merchant)
        with _Use(self) as connection:
            return self._read(connection, merchant)[0]

    def put(self, merchant: str, tokens: Tokens, *, lease: TokenLease | None = None) -> bool:
        """Store tokens; see `TokenStore`."""
        check_merchant(merchant)
        with _Use(self) as connection:
            if lease is None:
                return _change(connection, _PUT, merchant, dump_tokens(tokens))
            return _change(connection, _PUT_LEASED, dump_tokens(tokens), merchant, lease.version)

    def delete(self, merchant: str) -> bool:
        """Delete the tokens; see `TokenStore`."""
        check_merchant(merchant)
        with _Use(self) as connection:
            return _change(connection, _DELETE, merchant)

    def lease(self, merchant: str, seconds: float) -> TokenLease | None:
        """Begin a lease; see `TokenStore`."""
        check_merchant(merchant)
        with _Use(self) as connection:
            tokens, version, holder, ends_at = self._read(connection, merchant)
            now = self._clock()
            # Most who ask in vain do not have to write.
            # One that ends later began before the clock was set back: its process may be dead.
            latest = now + _MOST_LEASES * seconds
            if tokens is None or (holder and now < ends_at <= latest):
                return None
            holder = secrets.token_hex(8)
            # One statement: whoever put tokens or took the lease since then wins.
            if not _change(connection, _LEASE, holder, now + seconds, merchant, version, now, latest):
                return None
            return TokenLease(merchant=merchant, tokens=tokens, holder=holder, version=version)

    def release(self, lease: TokenLease) -> None:
        """End a lease; see `TokenStore`."""
        with _Use(self) as connection:
            _change(connection, _RELEASE, lease.merchant, lease.holder)

    def close(self) -> None:
        """Do nothing: the file is open only while a method runs. Other stores have such a method."""

    def _read(self, connection: sqlite3.Connection, merchant: str) -> tuple[Tokens | None, int, str, float]:
        row = connection.execute(_READ, (merchant,)).fetchone()
        if row is None or row[0] is None:
            return None, 0 if row is None else row[1], "", 0.0
        tokens = load_tokens(row[0])
        if tokens is None:
            # Nothing of the row may be in a variable of an error report.
            del row
            raise StorageError(
                f"{self._what} holds something else than tokens for merchant {merchant!r}.",
                hint="Let the merchant connect the app again.",
            )
        return tokens, row[1], row[2], row[3]


def _change(connection: sqlite3.Connection, statement: str, *values: object) -> bool:
    """Change one row, in a transaction of its own. Returns whether there was one."""
    try:
        return connection.execute(statement, values).rowcount > 0
    finally:
        # Error reports show the variables of functions.
        del values


class _Use:
    """One use of the file: it is open inside of the block. A class, not a generator: an interrupt between two
    lines of a generator would leave the file open.
    """

    __slots__ = ("_connection", "_reported", "_store")

    def __init__(self, store: SqliteTokenStore) -> None:
        self._store = store
        self._connection: sqlite3.Connection | None = None
        self._reported = reported_errors(store._what)

    def __enter__(self) -> sqlite3.Connection:
        gate = self._store._gate
        gate.enter()
        try:
            with self._reported:
                self._connection = connection = _open(self._store._path, self._store._timeout)
        except BaseException:
            gate.leave()
            raise
        return connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if self._connection is not None:
                self._connection.close()
        finally:
            self._store._gate.leave()
        self._reported.__exit__(kind, error, trace)


def _open(path: Path, timeout: float) -> sqlite3.Connection:
    # SQLite would let others read a new file. One that is there is not opened here: to close it would
    # release SQLite's locks of this process. If its folder is gone, SQLite says so.
    with suppress(FileExistsError, FileNotFoundError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for name in (path.name, *(path.name + end for end in _SIDE_FILES)):
        _refuse_readable_file(path.with_name(name))
    # Never created here: SQLite would let others read it.
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", timeout=timeout, isolation_level=None, uri=True)
    try:
        if connection.execute("PRAGMA schema_version").fetchone() == (0,) or not _has_table(connection):
            connection.execute(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_table(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'aftership_tokens'").fetchone()
    return found is not None


def _refuse_readable_file(path: Path) -> None:
    if os.name != "posix":
        return
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise StorageError(
                f"the token store {path} can be used by others (mode {mode:o}), and may have been read.",
                hint=f"Run chmod 600 {path}. If others use this machine, revoke the tokens.",
            )
