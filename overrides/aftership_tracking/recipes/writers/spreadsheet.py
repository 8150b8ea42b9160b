"""Writes trackings as a workbook of Excel. Needs the extra `xlsx`."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from typing import Any, BinaryIO

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.rows.flat_rows import Rows
from aftership_tracking.recipes.rows.typed_rows import TypedTable
from aftership_tracking.recipes.writers.writer import Writer
from aftership_tracking.runtime.models.model import Model

__all__ = ["XlsxWriter"]

# Limits of the format.
_MOST_ROWS = 1_048_576
_LONGEST_TEXT = 32_767
# A sheet, and the package, take the first day of 1900 for none; the last second must not be rounded up.
_FIRST_DAY = dt.date(1900, 1, 2)
_LAST_INSTANT = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
_LARGEST_INTEGER = 2**53
"""Numbers of a sheet are floating point: a larger one would come back as another."""
_FORMATS = {"timestamp": "yyyy-mm-dd hh:mm:ss", "date": "yyyy-mm-dd"}
_WIDTH = 20


class XlsxWriter(Writer):
    """Writes flat rows with typed times into the one sheet of a workbook.

    `path`: the file.
    `model`: the `Tracking` of the API version.
    `rows`: one for each tracking, one for each checkpoint, or one for each tracking with columns for people.
    `omit`: names of columns to leave out; the name of a time leaves its `_text` out too.

    A sheet knows no zones: instants are in UTC. A string is never a formula or a link. One row is in
    memory; what was written before is in a temporary file.

    Raises UsageError for arguments that cannot work or without the package XlsxWriter, OSError if the file
    cannot be written; and while writing, UsageError for text of more than 32,767 characters and for more
    than 1,048,575 rows, because a sheet cannot hold them.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: type[Model],
        *,
        rows: Rows = "trackings",
        omit: Collection[str] = (),
    ) -> None:
        self._table = TypedTable(model, rows, omit)
        self._sheet_name = rows
        try:
            import xlsxwriter as _needed  # noqa: F401
        except ImportError:
            raise UsageError(
                "Workbooks need the package XlsxWriter", hint='Install "aftership-tracking-client[xlsx]".'
            ) from None
        super().__init__(path, model)

    def _open(self, stream: BinaryIO) -> None:
        import xlsxwriter

        self._target = _Target(stream)
        # The rows before this one, and the parts of the workbook before they are packed.
        self._temporary = tempfile.TemporaryDirectory()
        settings = {"constant_memory": True, "tmpdir": self._temporary.name}
        self._book = xlsxwriter.Workbook(self._target, settings)
        # A sheet of more than 2 GiB, before it is compressed, would be refused at the end.
        self._book.use_zip64()
        # Else it is the time of the run, and equal rows would result in different files.
        self._book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 - a sheet has no zones
        self._formats = {kind: self._book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        self._sheet = self._book.add_worksheet(self._sheet_name)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._table.columns) - 1, _WIDTH)
        for position, column in enumerate(self._table.columns):
            self._sheet.write_string(0, position, column.name)
        self._next = 1

    def _add(self, tracking: Any) -> None:
        for row in self._table.rows(tracking):
            if self._next >= _MOST_ROWS:
                raise UsageError(
                    f"a sheet holds {_MOST_ROWS - 1:,} rows, and there are more",
                    hint="Write several files, with filters of list, or CSV or Parquet.",
                )
            for position, column in enumerate(self._table.columns):
                value = row.get(column.name)
                if value is not None:
                    self._write_cell(tracking, position, column.name, value)
            self._next += 1

    def _write_cell(self, tracking: Any, position: int, name: str, value: Any) -> None:
        sheet, line = self._sheet, self._next
        if isinstance(value, bool):
            sheet.write_boolean(line, position, value)
        elif isinstance(value, int | float) and abs(value) <= _LARGEST_INTEGER:
            sheet.write_number(line, position, value)
        elif isinstance(value, dt.datetime) and value.date() >= _FIRST_DAY and value <= _LAST_INSTANT:
            sheet.write_datetime(line, position, value.replace(tzinfo=None), self._formats["timestamp"])
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(line, position, value, self._formats["date"])
        else:
            # What a sheet has no other form for: text, and numbers and days that it cannot hold.
            text = value.isoformat() if isinstance(value, dt.date) else str(value)
            if len(text.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
                raise UsageError(
                    f"{name} of tracking {getattr(tracking, 'id', None)} has {len(text):,} characters, and a "
                    f"cell holds {_LONGEST_TEXT:,}",
                    hint=f"Omit the column {name}, or write CSV or Parquet.",
                )
            sheet.write_string(line, position, text)

    def _finish(self) -> None:
        from xlsxwriter.exceptions import XlsxFileError

        try:
            self._book.close()
        except XlsxFileError as error:
            # It hides an OSError in one of its own.
            cause = error.args[0]
            raise (cause if isinstance(cause, OSError) else OSError(str(error))) from None
        self._temporary.cleanup()

    def _abandon(self) -> None:
        self._target.is_open = False
        # Closing the workbook would write all of it first, and nothing else that is public closes its file.
        close = getattr(self._sheet, "_opt_close", None)
        with suppress(OSError):
            if close is not None:
                close()
        with suppress(OSError):
            self._temporary.cleanup()


class _Target:
    """The stream of the file, as long as somebody wants it: a zip archive that failed writes its end later,
    when it is collected.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = 0
        """Where it would be, when nobody wants it any more: the archive computes with that."""
        self.is_open = True

    def write(self, content: bytes) -> int:
        self._position += len(content)
        return self._stream.write(content) if self.is_open else len(content)

    def seek(self, position: int, whence: int = 0) -> int:
        if self.is_open:
            self._position = self._stream.seek(position, whence)
        elif whence == os.SEEK_SET:
            self._position = position
        return self._position

    def tell(self) -> int:
        return self._stream.tell() if self.is_open else self._position

    def flush(self) -> None:
        if self.is_open:
            self._stream.flush()
