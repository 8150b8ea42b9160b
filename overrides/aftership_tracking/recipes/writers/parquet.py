"""Writes trackings to Parquet files, for analysis. Needs the extra `parquet`."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from typing import Any, BinaryIO

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.rows.arrow_batches import BATCH_SIZE, ArrowTable, check_batch_size
from aftership_tracking.recipes.rows.flat_rows import Rows
from aftership_tracking.recipes.writers.writer import Writer
from aftership_tracking.runtime.models.model import Model

__all__ = ["ParquetWriter"]


class ParquetWriter(Writer):
    """Writes flat rows with typed times into a Parquet file. All files of a version have the same schema.

    `path`: the file.
    `model`: the `Tracking` of the API version.
    `rows`: one for each tracking, one for each checkpoint, or one for each tracking with columns for people.
    `omit`: names of columns to leave out; the name of a time leaves its `_text` out too.
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
        group: int = BATCH_SIZE,
        compression: str = "snappy",
    ) -> None:
        check_batch_size("group", group)
        self._table = ArrowTable(model, rows, omit)
        # After the line above: it says what to install.
        import pyarrow

        self._group = group
        self._compression = compression
        self._trouble = (OSError, pyarrow.ArrowException)
        self._pending: list[dict[str, Any]] = []
        super().__init__(path, model)

    def _open(self, stream: BinaryIO) -> None:
        import pyarrow
        from pyarrow import parquet

        try:
            self._output = parquet.ParquetWriter(stream, self._table.schema, compression=self._compression)
        except (pyarrow.ArrowException, ValueError) as error:
            raise UsageError(f"compression: {error}") from None

    def _add(self, tracking: Any) -> None:
        self._pending.extend(self._table.rows(tracking))
        while len(self._pending) >= self._group:
            self._flush()

    def _flush(self) -> None:
        rows = self._pending[: self._group]
        if rows:
            self._output.write_batch(self._table.batch(rows))
            del self._pending[: self._group]

    def _finish(self) -> None:
        self._flush()
        self._output.close()

    def _abandon(self) -> None:
        self._pending = []
        # Closing writes the end of the file, and the disk may be full.
        with suppress(*self._trouble):
            self._output.close()
