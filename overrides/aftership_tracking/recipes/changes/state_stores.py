"""Where the state is stored between two readings: in memory, in a JSON file, in an object of the caller.

The store in SQLite is in `sqlite_store`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.atomic_file import replace_file
from aftership_tracking.recipes.changes.change_detection import StateUpdate
from aftership_tracking.recipes.changes.state import (
    ReadingState,
    SeenTracking,
    dump_state_and_seen,
    load_state_and_seen,
)
from aftership_tracking.runtime.storage.trouble import check_path, reported_errors

__all__ = ["JsonFile", "MemoryStore", "StateInput", "StateStorage", "StateStore", "choose_store"]


class StateStorage(Protocol):
    """An object of the caller that stores one string, such as a row of a database.

    The string is JSON. It contains ids of trackings, times and digests, nothing else.
    """

    def load(self) -> str | None:
        """Return the string that was saved last; None if there is none yet."""
        ...

    def save(self, text: str, /) -> None:
        """Save the string, all of it or nothing. Once this returns, the string must survive a crash."""
        ...


StateInput: TypeAlias = "str | os.PathLike[str] | StateStorage | None"
"""Where a state is stored: the path of a JSON file (.json) or of an SQLite file, an object of your own, or
None for the memory of this process.
"""


class StateStore(Protocol):
    """What a reading needs of the store of its state."""

    def load(self) -> ReadingState | None:
        """Return the state; None if there is none yet. Raises StorageError if it cannot be read, UsageError
        if the file belongs to another program.
        """
        ...

    def known(self, identifiers: Iterable[str]) -> Mapping[str, SeenTracking]:
        """Return what is remembered of these trackings."""
        ...

    def save(self, update: StateUpdate) -> None:
        """Save all of it or nothing."""
        ...


class MemoryStore:
    """Remembers the state as long as the object lives."""

    def __init__(self) -> None:
        self.state: ReadingState | None = None
        self.seen: dict[str, SeenTracking] = {}

    def load(self) -> ReadingState | None:
        return self.state

    def known(self, identifiers: Iterable[str]) -> Mapping[str, SeenTracking]:
        return {one: self.seen[one] for one in identifiers if one in self.seen}

    def save(self, update: StateUpdate) -> None:
        self.state = update.state
        self.seen.update(update.seen)
        if update.forget_before is not None:
            old = [one for one, tracking in self.seen.items() if tracking.updated < update.forget_before]
            for one in old:
                del self.seen[one]


class WholeStateStore(MemoryStore):
    """Writes the whole state at each save, which is good for small states."""

    def __init__(self, storage: StateStorage, where: str) -> None:
        super().__init__()
        self._storage = storage
        self._where = where

    def load(self) -> ReadingState | None:
        text = self._storage.load()
        if text is not None:
            self.state, self.seen = load_state_and_seen(text, self._where)
        return self.state

    def save(self, update: StateUpdate) -> None:
        super().save(update)
        self._storage.save(dump_state_and_seen(update.state, self.seen))


class JsonFile:
    """Stores the string in a file, which is replaced whole at each save.

    `path`: the file. It is made at the first save.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._reported = reported_errors(f"the state {self.path}")

    def load(self) -> str | None:
        """Return the content; None if there is no file. Raises StorageError if it cannot be read."""
        try:
            with self._reported:
                # Looked for first: what cannot be read then never counts as a new state.
                return self.path.read_text("utf-8") if self.path.exists() else None
        except UnicodeDecodeError:
            # Never None: that would begin a new state. An empty string is reported as a damaged state.
            return ""

    def save(self, text: str, /) -> None:
        """Replace the content, all of it or nothing. Raises StorageError if it cannot be written."""
        with self._reported:
            replace_file(self.path, text.encode("utf-8"))


def choose_store(state: StateInput) -> StateStore:
    """Return the store for the `state` that a caller gave. Raises UsageError for what cannot be a state."""
    if state is None:
        return MemoryStore()
    if isinstance(state, str | os.PathLike):
        path = check_path(state, "the state")
        if path.suffix.lower() == ".json":
            return WholeStateStore(JsonFile(path), str(path))
        from aftership_tracking.recipes.changes.sqlite_store import SqliteStore

        return SqliteStore(path)
    if callable(getattr(state, "load", None)) and callable(getattr(state, "save", None)):
        return WholeStateStore(state, f"of {type(state).__name__}")
    raise UsageError("state must be a path, an object with `load` and `save`, or None")
