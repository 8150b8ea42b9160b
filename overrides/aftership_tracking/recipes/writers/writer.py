"""The base of all writers: checks and counts the trackings, and replaces the target at the end."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from types import TracebackType
from typing import Any, BinaryIO, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.atomic_file import AtomicFile
from aftership_tracking.recipes.rows.flat_rows import check_tracking
from aftership_tracking.runtime.models.model import Model

__all__ = ["Writer"]


class Writer(ABC):
    """A file that is being written.

    As a context manager it replaces the target at the end of the block. If the block is left by an exception,
    the target stays as it was: part of a list never looks like all of it.

    `path`: the target.
    `model`: the `Tracking` of the API version whose trackings are written.
    """

    def __init__(self, path: str | os.PathLike[str], model: type[Model]) -> None:
        self._model = model
        file = AtomicFile(path)
        try:
            self._open(file.stream)
        except BaseException:
            file.discard()
            raise
        self._file: AtomicFile | None = file
        self.written = 0
        """How many trackings were written."""

    def write(self, tracking: Any) -> None:
        """Write a tracking. Raises UsageError for one of another API version, and after the end."""
        if self._file is None:
            raise UsageError("the writer is closed")
        check_tracking(tracking, self._model)
        self._add(tracking)
        self.written += 1

    def write_all(self, trackings: Iterable[Any]) -> int:
        """Write all of them, one after the other, and return how many there were."""
        before = self.written
        for tracking in trackings:
            self.write(tracking)
        return self.written - before

    def close(self) -> None:
        """Finish the file and replace the target. A second call does nothing."""
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
        """Delete what was written; the target stays as it was."""
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
    def _open(self, stream: BinaryIO) -> None:
        """Write the beginning of the file."""

    @abstractmethod
    def _add(self, tracking: Any) -> None:
        """Write one tracking."""

    @abstractmethod
    def _finish(self) -> None:
        """Write the rest, and the end of the file."""

    @abstractmethod
    def _abandon(self) -> None:
        """Close what is between this writer and the file. Must not raise."""
