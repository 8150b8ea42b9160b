"""Writes trackings to files, and turns them into flat rows.

from aftership_tracking import AfterShip, Tracking
from aftership_tracking.export import NdjsonWriter

with AfterShip() as client, NdjsonWriter("trackings.ndjson.gz", Tracking) as writer:
    writer.write_all(client.trackings.list(limit=200))
"""

from __future__ import annotations

from aftership_tracking.recipes.flat_rows import Column as Column
from aftership_tracking.recipes.flat_rows import Kind as Kind
from aftership_tracking.recipes.flat_rows import Rows as Rows
from aftership_tracking.recipes.flat_rows import columns as columns
from aftership_tracking.recipes.flat_rows import flatten as flatten
from aftership_tracking.recipes.writers.ndjson import LineRows as LineRows
from aftership_tracking.recipes.writers.ndjson import NdjsonWriter as NdjsonWriter
from aftership_tracking.recipes.writers.parquet import ParquetWriter as ParquetWriter

__all__ = ["Column", "Kind", "LineRows", "NdjsonWriter", "ParquetWriter", "Rows", "columns", "flatten"]
