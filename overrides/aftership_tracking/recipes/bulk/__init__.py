"""Writing many trackings: several at a time, each row once, with a journal to go on from."""

from __future__ import annotations

from aftership_tracking.recipes.bulk.journal import Journal, read_counts
from aftership_tracking.recipes.bulk.records import Progress, RowOutcome

__all__ = ["Journal", "Progress", "RowOutcome", "read_counts"]
