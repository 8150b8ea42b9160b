"""What every writer does: check what it is given, count it, and put the file in its place at the end."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.atomic import AtomicFile
from aftership_tracking.runtime.models.model import Model

__all__ = ["Writer"]


class Writer(ABC):
    """A file that is being written.

    As a context manager it puts the file in its place at the end of the block, and leaves the target as it
    was when the block is left by an exception: part of a list never looks like all of it.
    """

    def __init__(self, path: str | os.PathLike[str], model: type[Model]) -> None:
        self._model = model
        self._file: AtomicFile | None = AtomicFile(path)
        self.written = 0
        """How many trackings were given."""

    def write(self, tracking: Any) -> None:
        """Add a tracking. Raises UsageError for one of another API version, and after the end."""
        if self._file is None:
            raise UsageError("the writer is closed")
        if type(tracking) is not self._model:
            raise UsageError(
                f"this writer was made for {_named(self._model)}, and was given {_named(type(tracking))}",
                hint="Rows of two API versions have different columns: use a writer for each.",
            )
        self._add(tracking)
        self.written += 1

    def write_all(self, trackings: Iterable[Any]) -> int:
        """Add all of them, one after the other, and return how many there were."""
        before = self.written
        for tracking in trackings:
            self.write(tracking)
        return self.written - before

    def close(self) -> None:
        """Finish the file and put it in its place. Doing it again does nothing."""
        file = self._file
        if file is None:
            return
        try:
            self._finish()
        except BaseException:
            self.discard()
            raise
        self._file = None
        file.commit()

    def discard(self) -> None:
        """Forget what was written; the target stays as it was."""
        file, self._file = self._file, None
        if file is not None:
            self._abandon()
            file.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    @abstractmethod
    def _add(self, tracking: Any) -> None:
        """Write one."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what is left."""

    @abstractmethod
    def _abandon(self) -> None:
        """Let go of what stands between this and the file. Must not raise."""


def _named(model: type) -> str:
    return f"{model.__module__}.{model.__qualname__}"
