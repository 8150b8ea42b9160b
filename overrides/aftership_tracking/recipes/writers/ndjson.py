"""Writes trackings as one JSON object on each line."""

from __future__ import annotations

import gzip
import os
from collections.abc import Collection
from contextlib import suppress
from typing import Any, BinaryIO, Literal, TypeAlias, cast

import msgspec

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.atomic_file import AtomicFile
from aftership_tracking.recipes.flat_rows import columns, flatten, json_text
from aftership_tracking.recipes.writers.writer import Writer
from aftership_tracking.runtime.models.model import Model

__all__ = ["NdjsonWriter"]

LineRows: TypeAlias = Literal["trackings", "checkpoints", "documents"]


class NdjsonWriter(Writer):
    """Writes lines of JSON, in UTF-8.

    `path`: the file; compressed if its name ends with `.gz`.
    `model`: the `Tracking` of the API version.
    `rows`: "trackings" and "checkpoints" are flat rows, each with every column, null or not; "documents" are
    the trackings as they were read, nested, without what was not sent.
    `omit`: names of columns to leave out of flat rows.

    Raises UsageError for arguments that cannot work, OSError if the file cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: type[Model],
        *,
        rows: LineRows = "trackings",
        omit: Collection[str] = (),
    ) -> None:
        if rows == "documents" and omit:
            raise UsageError("documents have no columns to leave out")
        self._rows: LineRows = rows
        self._names = () if rows == "documents" else [one.name for one in columns(model, rows, omit)]
        self._encoder = msgspec.json.Encoder()
        super().__init__(path, model)
        stream = cast("AtomicFile", self._file).stream
        self._stream: BinaryIO | gzip.GzipFile = stream
        self._compressor: gzip.GzipFile | None = None
        if os.fspath(path).lower().endswith(".gz"):
            # No name and no time in the header, so equal rows result in equal files.
            self._stream = self._compressor = gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0)

    def _add(self, tracking: Any) -> None:
        if self._rows == "documents":
            self._stream.write(json_text(tracking).encode("utf-8") + b"\n")
            return
        for row in flatten(tracking, self._rows):
            self._stream.write(self._encoder.encode({name: row.get(name) for name in self._names}) + b"\n")

    def _finish(self) -> None:
        if self._compressor is not None:
            self._compressor.close()

    def _abandon(self) -> None:
        if self._compressor is not None:
            # Closing writes the end of the file, and the disk may be full.
            with suppress(OSError):
                self._compressor.close()
