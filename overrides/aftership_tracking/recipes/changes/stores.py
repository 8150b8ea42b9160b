"""Where the state is kept between two readings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.atomic import AtomicFile
from aftership_tracking.recipes.changes.course import Save
from aftership_tracking.recipes.changes.progress import Progress, Stamp, read_document, write_document

__all__ = ["JsonFile", "MemoryStore", "StateInput", "Store", "TextState", "choose_store"]


class TextState(Protocol):
    """A place for one text, such as a row of a database. The text is JSON and holds ids of trackings, times
    and digests, nothing else.
    """

    def load(self) -> str | None:
        """Return the text that was saved last; None if there is none yet."""
        ...

    def save(self, text: str, /) -> None:
        """Keep the text, all of it or nothing. When this returns, it must survive a crash."""
        ...


StateInput: TypeAlias = "str | os.PathLike[str] | TextState | None"


class Store(Protocol):
    """What a reading needs of its state."""

    def load(self) -> Progress | None:
        """Return the progress; None if there is none yet. Raises UsageError if it cannot be read."""
        ...

    def known(self, identifiers: Iterable[str]) -> Mapping[str, Stamp]:
        """Return what is remembered of these."""
        ...

    def save(self, save: Save) -> None:
        """Keep all of it or nothing."""
        ...


class MemoryStore:
    """Remembers as long as it lives."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.seen: dict[str, Stamp] = {}

    def load(self) -> Progress | None:
        return self.progress

    def known(self, identifiers: Iterable[str]) -> Mapping[str, Stamp]:
        return {one: self.seen[one] for one in identifiers if one in self.seen}

    def save(self, save: Save) -> None:
        self.progress = save.progress
        self.seen.update(save.stamps)
        if save.forget_before is not None:
            old = [one for one, stamp in self.seen.items() if stamp.updated < save.forget_before]
            for one in old:
                del self.seen[one]


class TextStore(MemoryStore):
    """Writes everything anew each time: good for what is small."""

    def __init__(self, state: TextState, where: str) -> None:
        super().__init__()
        self._state = state
        self._where = where

    def load(self) -> Progress | None:
        text = self._state.load()
        if text is not None:
            self.progress, self.seen = read_document(text, self._where)
        return self.progress

    def save(self, save: Save) -> None:
        super().save(save)
        self._state.save(write_document(save.progress, self.seen))


class JsonFile:
    """A text in a file, written beside it and then put in its place."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def load(self) -> str | None:
        """Return the content; None if there is no file."""
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            # Never None: that would mean to begin anew. This is no JSON, and is reported as that.
            return ""

    def save(self, text: str, /) -> None:
        """Replace the content."""
        file = AtomicFile(self.path)
        try:
            file.stream.write(text.encode("utf-8"))
        except BaseException:
            file.discard()
            raise
        file.commit()


def choose_store(state: StateInput) -> Store:
    """Return the store for what a caller gave. Raises UsageError for what can be none."""
    if state is None:
        return MemoryStore()
    if isinstance(state, str | os.PathLike):
        path = Path(state)
        if not path.parent.is_dir():
            raise UsageError(f"state: there is no folder {path.parent}")
        if path.suffix.lower() == ".json":
            return TextStore(JsonFile(path), str(path))
        from aftership_tracking.recipes.changes.sqlite import SqliteStore

        return SqliteStore(path)
    if callable(getattr(state, "load", None)) and callable(getattr(state, "save", None)):
        return TextStore(state, f"of {type(state).__name__}")
    raise UsageError("state must be a path, an object with `load` and `save`, or None")
