"""The journal of a bulk run: an SQLite file that records which rows were sent, and their outcomes.

Each row is recorded before its request is sent, and again after the response. So whenever the process is
killed, the file names every row that may have reached the service. It holds a fingerprint of each key and the
id of each tracking: no fields and no API keys.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from aftership_tracking.errors import StorageError, UsageError
from aftership_tracking.runtime.storage.trouble import check_path, reported_errors

__all__ = ["Entry", "Journal"]

FORMAT = "1"
# Written to the header of the file, to distinguish a journal from any other database.
APPLICATION = 0x41735472

_WHAT = "the journal"

State = Literal["new", "sent", "failed", "created", "existing", "updated", "duplicate"]

_TABLES = f"""
PRAGMA application_id = {APPLICATION};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rows (
    key BLOB PRIMARY KEY,
    place INTEGER NOT NULL,
    run INTEGER NOT NULL,
    state TEXT NOT NULL,
    id TEXT,
    error TEXT,
    lost INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What the journal has recorded about a row."""

    state: State
    """`new`: nothing. `sent`: a request may have been sent, and its outcome was never recorded. `duplicate`:
    an earlier row of this run has the same key, and has not failed. The others are outcomes.
    """
    id: str | None = None
    lost: bool = False
    """Whether a request was sent whose outcome nobody knows."""


class Journal:
    """The journal of one run and of the runs that continue it.

    Only one process may have it open; its threads may share it. `purpose` and `base_url` are recorded in a
    new file and must be the same in an existing one.

    Raises UsageError if the file is the database of another program or belongs to another kind of run,
    StorageError if it is in use, damaged, or cannot be written. All methods raise StorageError.
    """

    def __init__(self, path: str | Path, purpose: str, base_url: str) -> None:
        self._path = os.fspath(check_path(path, _WHAT))
        self._lock = threading.Lock()
        self._closed = False
        with self._reported():
            # Each statement is its own transaction. No timeout: waiting for another process would hide it.
            self._file = sqlite3.connect(
                self._path, timeout=0.0, isolation_level=None, check_same_thread=False
            )
        try:
            with self._reported():
                self._salt, self.run = self._begin(
                    {"purpose": purpose, "base_url": base_url, "format": FORMAT}
                )
        except BaseException:
            self._file.close()
            raise

    def _begin(self, about: Mapping[str, str]) -> tuple[bytes, int]:
        file = self._file
        # With these a killed process loses nothing, and a power failure loses the last few records at most.
        # Their rows are sent once more, and the service refuses them because they exist.
        file.execute("PRAGMA locking_mode = EXCLUSIVE")
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute("BEGIN EXCLUSIVE")
        if not file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _TABLES.split(";"):
                file.execute(statement)
            recorded = {**about, "salt": os.urandom(16).hex(), "runs": "0"}
            file.executemany("INSERT INTO about VALUES (?, ?)", recorded.items())
        if file.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise UsageError("this file is the database of another program, not a journal")
        known: dict[str, str] = dict(file.execute("SELECT name, value FROM about"))
        for name, value in about.items():
            if known.get(name) != value:
                raise UsageError(
                    f"this journal belongs to another run: its {name} is {known.get(name)!r}, not {value!r}"
                )
        try:
            number, salt = int(known["runs"]) + 1, bytes.fromhex(known["salt"])
        except (KeyError, TypeError, ValueError):
            raise self._damaged("it does not say how often it was used, or has no salt") from None
        file.execute("UPDATE about SET value = ? WHERE name = 'runs'", (str(number),))
        file.execute("COMMIT")
        return salt, number

    def digest(self, key: object) -> bytes:
        """Return the fingerprint of a key: a string, a number, or a tuple of these. Raises UsageError."""
        if key is None or key == "":
            # All rows without a key would count as one row, and only the first would be sent.
            raise UsageError("the key of a row is empty")
        try:
            text = json.dumps(key, allow_nan=False)
        except (TypeError, ValueError):
            raise UsageError("the key of a row must be a string, a number, or a tuple of these") from None
        # Each file has its own salt, so two files cannot be compared.
        return hashlib.blake2b(text.encode(), digest_size=16, key=self._salt).digest()

    def _damaged(self, reason: str) -> StorageError:
        return StorageError(
            f"the journal {self._path} is damaged: {reason}",
            hint="Move it away and run again: rows that were created already will be `existing`.",
        )

    def _reported(self) -> reported_errors:
        return reported_errors(f"{_WHAT} {self._path}")

    def begin(self, digest: bytes, index: int) -> Entry:
        """Record that the request of a row is about to be sent. Returns what was recorded before."""
        with self._lock, self._reported():
            found = self._file.execute(
                "SELECT run, state, id, lost FROM rows WHERE key = ?", (digest,)
            ).fetchone()
            if found is None:
                self._file.execute(
                    "INSERT INTO rows (key, place, run, state) VALUES (?, ?, ?, 'sent')",
                    (digest, index, self.run),
                )
                return Entry(state="new")
            run, state, identifier, lost = found
            if state not in get_args(State):
                raise self._damaged(f"the state {state!r} of a row is unknown")
            if run == self.run and state != "failed":
                return Entry(state="duplicate", id=identifier)
            is_done = state not in ("sent", "failed")
            lost = bool(lost) or state == "sent"
            self._file.execute(
                "UPDATE rows SET run = ?, place = ?, state = ?, lost = ? WHERE key = ?",
                (self.run, index, state if is_done else "sent", lost, digest),
            )
            return Entry(state=state, id=identifier, lost=lost)

    def finish(
        self, digest: bytes, state: str, identifier: str | None, error: str | None, *, lost: bool
    ) -> None:
        """Record the outcome of a row. `error` is a class name: the message may contain personal data."""
        with self._lock, self._reported():
            self._file.execute(
                "UPDATE rows SET state = ?, id = ?, error = ?, lost = ? WHERE key = ?",
                (state, identifier, error, lost, digest),
            )

    def counts(self) -> dict[str, int]:
        """Return the number of rows in each state; `sent` are those whose outcome is not known."""
        with self._lock, self._reported():
            return dict(self._file.execute("SELECT state, count(*) FROM rows GROUP BY state"))

    def close(self) -> None:
        """Close the file. It can be opened again, to continue."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._file.close()


def read_counts(path: str | Path) -> dict[str, int]:
    """Return the number of rows of a journal in each state, without opening it for a run.

    `path`: the file of the journal.

    Raises UsageError if the file is not a journal, StorageError if it is in use or cannot be read.
    """
    if not Path(path).is_file():
        raise UsageError(f"there is no journal {os.fspath(path)}")
    with _opened(path) as file:
        return dict(file.execute("SELECT state, count(*) FROM rows GROUP BY state"))


def read_ids(path: str | Path, begun: str = "", *, most: int = 100) -> list[str]:
    """Return ids of trackings in a journal that begin so, at most so many, sorted.

    Raises UsageError if the file is not a journal, StorageError if it is in use or cannot be read.
    """
    if not Path(path).is_file():
        raise UsageError(f"there is no journal {os.fspath(path)}")
    # Of the characters of a prefix none has another meaning, as with LIKE or GLOB.
    query = "SELECT DISTINCT id FROM rows WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT ?"
    with _opened(path) as file:
        return [str(identifier) for (identifier,) in file.execute(query, (len(begun), begun, most))]


@contextmanager
def _opened(path: str | Path) -> Iterator[sqlite3.Connection]:
    """The file of a journal, to look into."""
    with (
        reported_errors(f"{_WHAT} {os.fspath(path)}"),
        closing(sqlite3.connect(path, timeout=0.0)) as file,
    ):
        if file.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise UsageError(f"the file {os.fspath(path)} is not a journal")
        yield file
