"""A state in an SQLite file: it may be large, because a page is saved without writing all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.changes.change_detection import StateUpdate
from aftership_tracking.recipes.changes.state import ReadingState, SeenTracking, dump_state, load_state
from aftership_tracking.runtime.storage.trouble import reported_errors

__all__ = ["SqliteStore"]

_APPLICATION = 0x41665463
"""Marks the file as a state."""
_TABLES = """
CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL, content TEXT NOT NULL
);
CREATE TABLE seen (id TEXT PRIMARY KEY, updated REAL NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX seen_by_time ON seen (updated);
"""
_LOCK_TIMEOUT = 30.0
"""Seconds to wait for another connection."""
_VALUES_PER_STATEMENT = 500
"""SQLite may be built with a limit of 999."""


class SqliteStore:
    """Opens a connection for each operation and closes it again, so threads and forks do no harm."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._revision = 0

    def load(self) -> ReadingState | None:
        # Loading does not create the file: a reading that fails at once leaves nothing behind.
        if not self._path.exists():
            return None
        with self._open() as connection:
            row = connection.execute("SELECT revision, content FROM progress").fetchone()
        if row is None:
            return None
        self._revision = row[0]
        return load_state(row[1], str(self._path))

    def known(self, identifiers: Iterable[str]) -> Mapping[str, SeenTracking]:
        wanted = list(identifiers)
        if not wanted or not self._path.exists():
            return {}
        found: dict[str, SeenTracking] = {}
        with self._open() as connection:
            for start in range(0, len(wanted), _VALUES_PER_STATEMENT):
                part = wanted[start : start + _VALUES_PER_STATEMENT]
                marks = ",".join("?" * len(part))
                # Only question marks are inserted.
                rows = connection.execute(
                    f"SELECT id, updated, digest FROM seen WHERE id IN ({marks})",  # noqa: S608
                    part,
                )
                found.update({row[0]: SeenTracking(row[1], row[2]) for row in rows})
        return found

    def save(self, update: StateUpdate) -> None:
        with self._open() as connection:
            row = connection.execute("SELECT revision FROM progress").fetchone()
            if (0 if row is None else row[0]) != self._revision:
                raise UsageError(
                    f"the state {self._path} was changed by another reader meanwhile",
                    hint="Let one reader at a time use it, or give each a state of its own.",
                )
            connection.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)",
                [(identifier, *tracking) for identifier, tracking in update.seen.items()],
            )
            if update.forget_before is not None:
                connection.execute("DELETE FROM seen WHERE updated < ?", (update.forget_before,))
            connection.execute(
                "INSERT OR REPLACE INTO progress VALUES (1, ?, ?)",
                (self._revision + 1, dump_state(update.state)),
            )
        self._revision += 1

    def _open(self) -> _Transaction:
        return _Transaction(self._path)


class _Transaction:
    """One transaction in a connection of its own: everything in it, or nothing."""

    def __init__(self, path: Path) -> None:
        self._reported = reported_errors(f"the state {path}")
        self._path = path

    def __enter__(self) -> sqlite3.Connection:
        with self._reported:
            self._connection = sqlite3.connect(self._path, timeout=_LOCK_TIMEOUT, isolation_level=None)
            try:
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute("BEGIN IMMEDIATE")
                _prepare(self._connection, self._path)
            except BaseException:
                self._connection.close()
                raise
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        with self._reported:
            try:
                if error is None:
                    self._connection.execute("COMMIT")
            finally:
                self._connection.close()
            if isinstance(error, sqlite3.Error):
                raise error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables of a new file. Raises UsageError for the file of another program."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION:
        return
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise UsageError(
            f"the state {path} cannot be used: it belongs to another program",
            hint="Give a state a file of its own.",
        )
    for statement in _TABLES.strip().split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
