"""Writing many trackings: what `upsert`, `create_many` and `upsert_many` return, and counts of a journal."""

from __future__ import annotations

from aftership_tracking.recipes.bulk import Progress, RowResult, read_counts
from aftership_tracking.recipes.bulk.results import RowWriteOutcome
from aftership_tracking.recipes.create_or_get import UpsertAction, Upserted

__all__ = ["Progress", "RowResult", "RowWriteOutcome", "UpsertAction", "Upserted", "read_counts"]
