"""Writes trackings to files, and turns them into flat rows and Arrow record batches.

    from aftership_tracking import AfterShip, Tracking
    from aftership_tracking.export import open_writer

    with AfterShip() as client, open_writer("trackings.parquet", Tracking) as writer:
        writer.write_all(client.trackings.list(limit=200))

Parquet and Arrow need the extra `parquet`, workbooks the extra `xlsx`.
"""

from __future__ import annotations

from aftership_tracking.recipes.rows.arrow_batches import to_arrow as to_arrow
from aftership_tracking.recipes.rows.flat_rows import Rows as Rows
from aftership_tracking.recipes.rows.flat_rows import columns as columns
from aftership_tracking.recipes.rows.flat_rows import flatten as flatten
from aftership_tracking.recipes.rows.flat_table import Column as Column
from aftership_tracking.recipes.rows.flat_table import Kind as Kind
from aftership_tracking.recipes.writers.choose import FileFormat as FileFormat
from aftership_tracking.recipes.writers.choose import open_writer as open_writer
from aftership_tracking.recipes.writers.csv_writer import CsvWriter as CsvWriter
from aftership_tracking.recipes.writers.ndjson import LineRows as LineRows
from aftership_tracking.recipes.writers.ndjson import NdjsonWriter as NdjsonWriter
from aftership_tracking.recipes.writers.parquet import ParquetWriter as ParquetWriter
from aftership_tracking.recipes.writers.spreadsheet import XlsxWriter as XlsxWriter
from aftership_tracking.recipes.writers.writer import Writer as Writer

__all__ = [
    "Column",
    "CsvWriter",
    "FileFormat",
    "Kind",
    "LineRows",
    "NdjsonWriter",
    "ParquetWriter",
    "Rows",
    "Writer",
    "XlsxWriter",
    "columns",
    "flatten",
    "open_writer",
    "to_arrow",
]
