"""Writes trackings to Parquet files, for analysis. Needs the extra `parquet`."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from typing import Any, cast

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.atomic_file import AtomicFile
from aftership_tracking.recipes.flat_rows import Kind, Rows, columns, flatten
from aftership_tracking.recipes.writers.writer import Writer
from aftership_tracking.runtime.models.model import Model

__all__ = ["ParquetWriter"]


class ParquetWriter(Writer):
    """Writes flat rows into a Parquet file.

    `path`: the file.
    `model`: the `Tracking` of the API version.
    `rows`: one for each tracking, or one for each checkpoint.
    `omit`: names of columns to leave out.
    `group`: so many rows are collected in memory and written together.
    `compression`: a name that pyarrow knows.

    Raises UsageError for arguments that cannot work or without pyarrow, OSError if the file cannot be
    written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: type[Model],
        *,
        rows: Rows = "trackings",
        omit: Collection[str] = (),
        group: int = 5_000,
        compression: str = "snappy",
    ) -> None:
        if group < 1:
            raise UsageError("group must be at least 1")
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise UsageError(
                "Parquet files need pyarrow", hint='Install "aftership-tracking-client[parquet]".'
            ) from None
        self._pyarrow = pyarrow
        self._rows: Rows = rows
        self._group = group
        types: dict[Kind, Any] = {
            "text": pyarrow.string(),
            "json": pyarrow.string(),
            "integer": pyarrow.int64(),
            "number": pyarrow.float64(),
            "boolean": pyarrow.bool_(),
        }
        found = columns(model, rows, omit)
        self._schema = pyarrow.schema([(one.name, types[one.kind]) for one in found])
        self._pending: list[dict[str, object]] = []
        super().__init__(path, model)
        stream = cast("AtomicFile", self._file).stream
        try:
            self._output = pyarrow.parquet.ParquetWriter(stream, self._schema, compression=compression)
        except BaseException as error:
            cast("AtomicFile", self._file).discard()
            if isinstance(error, pyarrow.ArrowException | ValueError):
                raise UsageError(f"compression: {error}") from None
            raise

    def _add(self, tracking: Any) -> None:
        self._pending.extend(flatten(tracking, self._rows))
        if len(self._pending) >= self._group:
            self._flush()

    def _flush(self) -> None:
        rows, self._pending = self._pending, []
        if rows:
            values = [[row.get(name) for row in rows] for name in self._schema.names]
            arrays = [
                self._pyarrow.array(column, type=field.type)
                for column, field in zip(values, self._schema, strict=True)
            ]
            self._output.write_table(self._pyarrow.Table.from_arrays(arrays, schema=self._schema))

    def _finish(self) -> None:
        self._flush()
        self._output.close()

    def _abandon(self) -> None:
        self._pending = []
        # Closing writes the end of the file, and the disk may be full.
        with suppress(OSError, self._pyarrow.ArrowException):
            self._output.close()
