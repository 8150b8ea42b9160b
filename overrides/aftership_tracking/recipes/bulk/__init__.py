"""Creates or updates many trackings: several at a time, each row once, with a journal to continue from.

* `settings`      the arguments of a run, checked
* `row_processor` what is decided for each row, and what is recorded of it. Nothing is sent here
* `run_sync`      a run with threads
* `run_async`     a run with tasks, under asyncio; under trio it is `run_rounds`
* `journal`       the file that records each row
* `results`       the result of each row, the progress of the run, and when to stop
"""

from __future__ import annotations

from aftership_tracking.recipes.bulk.journal import Journal, read_counts
from aftership_tracking.recipes.bulk.results import Progress, RowResult

__all__ = ["Journal", "Progress", "RowResult", "read_counts"]
