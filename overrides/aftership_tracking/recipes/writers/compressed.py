"""The base of the writers of text: UTF-8 in a file that may be compressed."""

from __future__ import annotations

import gzip
import os
from contextlib import suppress
from typing import BinaryIO

from aftership_tracking.recipes.writers.writer import Writer
from aftership_tracking.runtime.models.model import Model

__all__ = ["CompressedWriter"]


class CompressedWriter(Writer):
    """A file of text, compressed if its name ends with `.gz`."""

    def __init__(self, path: str | os.PathLike[str], model: type[Model]) -> None:
        self._is_compressed = os.fspath(path).lower().endswith(".gz")
        super().__init__(path, model)

    def _open(self, stream: BinaryIO) -> None:
        self._stream: BinaryIO | gzip.GzipFile = stream
        self._compressor: gzip.GzipFile | None = None
        if self._is_compressed:
            self._stream = self._compressor = _Compressor(stream)

    def _finish(self) -> None:
        if self._compressor is not None:
            self._compressor.close()

    def _abandon(self) -> None:
        if self._compressor is not None:
            # Closing writes the end of the file, and the disk may be full.
            with suppress(OSError):
                self._compressor.close()


class _Compressor(gzip.GzipFile):
    """A compressed file without a name and a time in its header, so equal rows result in equal files."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            super().__init__(filename="", mode="wb", fileobj=stream, mtime=0)
        except BaseException:
            # The header could not be written. Otherwise it would write once more when it is collected, and
            # Python 3.13 prints that this failed too.
            self.fileobj = None  # type: ignore[assignment] # This is how it marks that it is closed.
            raise
