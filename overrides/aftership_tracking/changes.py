"""Reading what changed: what `client.trackings.changes` returns, and where its state is stored.

`StateStorage` is what an object of your own must do, such as a row of a database.
"""

from __future__ import annotations

from aftership_tracking.recipes.changes import (
    AsyncBatch,
    AsyncChanges,
    Batch,
    Changes,
    JsonFile,
    StateInput,
    StateStorage,
)

__all__ = ["AsyncBatch", "AsyncChanges", "Batch", "Changes", "JsonFile", "StateInput", "StateStorage"]
