"""Creates or updates many trackings: several at a time, each row once, with a journal to continue from.

* `settings`      the arguments of a run, checked
* `row_processor` what is decided for each row, and what is recorded of it. Nothing is sent here
* `run_sync`      a run with threads
* `run_async`     a run with tasks
* `journal`       the file that records each row
* `outcomes`      the outcome of each row, the progress of the run, and when to stop
"""

from __future__ import annotations

from aftership_tracking.recipes.bulk.journal import Journal, read_counts
from aftership_tracking.recipes.bulk.outcomes import Progress, RowOutcome

__all__ = ["Journal", "Progress", "RowOutcome", "read_counts"]
