"""Writes trackings as CSV."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection
from io import StringIO
from typing import Any, BinaryIO

from aftership_tracking.recipes.formulas import defuse
from aftership_tracking.recipes.rows.flat_rows import Rows, columns, flatten
from aftership_tracking.recipes.rows.flat_table import Kind
from aftership_tracking.recipes.writers.compressed import CompressedWriter
from aftership_tracking.runtime.models.model import Model

__all__ = ["CsvWriter"]

_NUMERIC: frozenset[Kind] = frozenset({"integer", "number", "boolean"})


class CsvWriter(CompressedWriter):
    """Writes flat rows as CSV by RFC 4180: UTF-8, a header, commas, lines that end with CR LF.

    `path`: the file; compressed if its name ends with `.gz`.
    `model`: the `Tracking` of the API version.
    `rows`: one for each tracking, one for each checkpoint, or one for each tracking with columns for people.
    `omit`: names of columns to leave out.
    `escape_formulas`: text that a spreadsheet could take for a formula gets an apostrophe before it:
    couriers and customers write some of these texts. False for readers that are programs.

    Null is an empty cell, and so is an empty string. Times are as the service sent them.

    Raises UsageError for arguments that cannot work, OSError if the file cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: type[Model],
        *,
        rows: Rows = "trackings",
        omit: Collection[str] = (),
        escape_formulas: bool = True,
    ) -> None:
        self._rows: Rows = rows
        self._columns = [(one.name, one.kind in _NUMERIC) for one in columns(model, rows, omit)]
        self._escape = escape_formulas
        self._buffer = StringIO(newline="")
        self._lines = csv.writer(self._buffer)
        super().__init__(path, model)

    def _open(self, stream: BinaryIO) -> None:
        super()._open(stream)
        self._write_line([name for name, _ in self._columns])

    def _add(self, tracking: Any) -> None:
        for row in flatten(tracking, self._rows):
            self._write_line([self._cell(row.get(name), is_number) for name, is_number in self._columns])

    def _cell(self, value: Any, is_number: bool) -> str:
        if value is None:
            return ""
        if is_number:
            # As JSON writes them.
            return str(value).lower() if isinstance(value, bool) else repr(value)
        text = str(value)
        return defuse(text) if self._escape else text

    def _write_line(self, cells: list[str]) -> None:
        self._lines.writerow(cells)
        self._stream.write(self._buffer.getvalue().encode("utf-8"))
        self._buffer.seek(0)
        self._buffer.truncate()
