"""The writer for a format, or for a name of a file."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Literal, TypeAlias, get_args

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.writers.csv_writer import CsvWriter
from aftership_tracking.recipes.writers.ndjson import LineRows, NdjsonWriter
from aftership_tracking.recipes.writers.parquet import ParquetWriter
from aftership_tracking.recipes.writers.spreadsheet import XlsxWriter
from aftership_tracking.recipes.writers.writer import Writer
from aftership_tracking.runtime.models.model import Model

__all__ = ["FileFormat", "format_of", "open_writer"]

FileFormat: TypeAlias = Literal["csv", "ndjson", "parquet", "xlsx"]
"""The formats that `open_writer` writes."""
_ENDINGS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".ndjson": "ndjson",
    ".ndjson.gz": "ndjson",
    ".jsonl": "ndjson",
    ".jsonl.gz": "ndjson",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}


def format_of(path: str | os.PathLike[str]) -> FileFormat | None:
    """Return the format that the name of a file means; None if it means none."""
    name = os.fspath(path).lower()
    return next((found for ending, found in _ENDINGS.items() if name.endswith(ending)), None)


def open_writer(
    path: str | os.PathLike[str],
    model: type[Model],
    *,
    format: FileFormat | None = None,
    rows: LineRows = "trackings",
    omit: Collection[str] = (),
) -> Writer:
    """Return the writer for a file: `CsvWriter`, `NdjsonWriter`, `ParquetWriter` or `XlsxWriter`.

    `path`: the file. It appears when it is whole.
    `model`: the `Tracking` of the API version whose trackings are written.
    `format`: which one; by default the end of the name decides (.csv, .ndjson, .jsonl, .parquet, .xlsx; .gz
    after those of text).
    `rows`, `omit`: as for the writers.

    Raises UsageError if the name says no format, and whatever the writer raises.
    """
    chosen = format_of(path) if format is None else format
    if chosen is None:
        raise UsageError(
            f"{os.fspath(path)} does not say its format",
            hint=f"Give it one of these endings: {', '.join(_ENDINGS)}; or a format.",
        )
    if chosen not in get_args(FileFormat):
        raise UsageError(f"format must be one of {', '.join(get_args(FileFormat))}, not {chosen!r}")
    if chosen == "ndjson":
        return NdjsonWriter(path, model, rows=rows, omit=omit)
    if rows == "documents":
        raise UsageError("only NDJSON holds documents", hint="Give the file a name that ends with .ndjson.")
    if chosen == "csv":
        return CsvWriter(path, model, rows=rows, omit=omit)
    if chosen == "parquet":
        return ParquetWriter(path, model, rows=rows, omit=omit)
    return XlsxWriter(path, model, rows=rows, omit=omit)
