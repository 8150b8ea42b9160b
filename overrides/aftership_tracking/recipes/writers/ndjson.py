"""Writes trackings as one JSON object on each line."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any, Literal, TypeAlias

import msgspec

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.rows.flat_rows import columns, flatten
from aftership_tracking.recipes.rows.flat_table import json_text
from aftership_tracking.recipes.writers.compressed import CompressedWriter
from aftership_tracking.runtime.models.model import Model

__all__ = ["NdjsonWriter"]

LineRows: TypeAlias = Literal["trackings", "checkpoints", "shipments", "documents"]
"""What a line of NDJSON is: a row of `Rows`, or with `documents` a whole tracking as the service sent it."""


class NdjsonWriter(CompressedWriter):
    """Writes lines of JSON, in UTF-8.

    `path`: the file; compressed if its name ends with `.gz`.
    `model`: the `Tracking` of the API version.
    `rows`: "trackings", "checkpoints" and "shipments" are flat rows, each with every column, null or not;
    "documents" are the trackings as they were read, nested, without what was not sent.
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

    def _add(self, tracking: Any) -> None:
        if self._rows == "documents":
            self._stream.write(json_text(tracking).encode("utf-8") + b"\n")
            return
        for row in flatten(tracking, self._rows):
            self._stream.write(self._encoder.encode({name: row.get(name) for name in self._names}) + b"\n")
