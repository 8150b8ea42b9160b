"""Reads what changed since the last time, with a state that survives a crash.

* `reader`            the two loops over pages, sync and async: `Changes` and `AsyncChanges`
* `request`           the arguments of `list` for a reading, and the time at which it began
* `change_detection`  what is decided for each page: which trackings are new, and what the state becomes
* `uncommitted_pages` pages that the consumer has and the state does not
* `state`             the records of the state, and their JSON
* `state_stores`      where the state is stored; `sqlite_store` is one of the stores
* `timestamps`        how times are read and written
"""

from __future__ import annotations

from aftership_tracking.recipes.changes.reader import AsyncBatch, AsyncChanges, Batch, Changes
from aftership_tracking.recipes.changes.state_stores import JsonFile, StateInput, StateStorage

__all__ = ["AsyncBatch", "AsyncChanges", "Batch", "Changes", "JsonFile", "StateInput", "StateStorage"]
