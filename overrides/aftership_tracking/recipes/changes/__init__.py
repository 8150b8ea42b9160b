"""Reading what changed since the last time, with a state that survives a crash.

* `reader`   the two loops: `Changes` and `AsyncChanges`
* `request`  what is asked of the service, and when a reading began
* `ledger`   pages that the consumer has and the state has not
* `course`   what is decided for each page: what is new, and what the state becomes. Pure
* `progress` the records of the state and their JSON
* `stores`   where the state is kept; `sqlite` is one of them
* `moments`  times in and out
"""

from __future__ import annotations

from aftership_tracking.recipes.changes.reader import AsyncBatch, AsyncChanges, Batch, Changes
from aftership_tracking.recipes.changes.stores import JsonFile, StateInput, TextState

__all__ = ["AsyncBatch", "AsyncChanges", "Batch", "Changes", "JsonFile", "StateInput", "TextState"]
