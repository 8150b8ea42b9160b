"""Reading trackings over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    import datetime as dt

    from aftership_tracking.recipes.changes import AsyncChanges, Changes, StateInput

__all__ = ["AsyncReading", "Reading"]

T = TypeVar("T")


class Reading(Resource, Generic[T]):
    """Recipes that read, for the blocking client."""

    __slots__ = ()

    def changes(
        self,
        *,
        since: dt.datetime | dt.timedelta | str | None = None,
        state: StateInput = None,
        overlap: float = 600.0,
        **filters: Any,
    ) -> Changes[T]:
        """Read what changed since the last time; nothing is sent before the result is iterated over.

        Each iteration reads once from the last mark to now and ends. The state moves on when the consumer has
        taken what was read, never before: after a crash the last page comes again, and nothing is lost. What
        was given already is left out: it is known by its id, `updated_at` and content.

        `since`: where the very first reading begins: an aware datetime, a text with a zone, or how long ago.
        None reads everything that can be listed, which is the last 120 days. A state that was used before
        knows better, and `since` is ignored.
        `state`: where the progress is kept: a path (JSON if it ends with .json, otherwise SQLite), an object
        with `load() -> str | None` and `save(text)`, or None to forget it with this object. One reader at a
        time.
        `overlap`: seconds before the last mark that are read once more, for changes that the service shows
        late and for clocks that differ.
        `filters`: as for `list`, `limit` (200) and `options` among them. `created_at_min` is 120 days ago
        unless it is given: the default of the service may be 30 days, and would hide changes of what was
        added before.

        Raises UsageError for arguments that cannot work. Iterating raises what `list` raises, and UsageError
        for a state that cannot be read, has other filters, or is in use by another reader. Warns with
        StaleStateWarning when the last reading is more than 120 days ago.
        """
        from aftership_tracking.recipes.changes import Changes

        return Changes(self, since, state, overlap, filters)


class AsyncReading(AsyncResource, Generic[T]):
    """Recipes that read, for the asynchronous client."""

    __slots__ = ()

    def changes(
        self,
        *,
        since: dt.datetime | dt.timedelta | str | None = None,
        state: StateInput = None,
        overlap: float = 600.0,
        **filters: Any,
    ) -> AsyncChanges[T]:
        """Read what changed since the last time; nothing is sent before the result is iterated over.

        The asynchronous twin of `Reading.changes`, with the same arguments and promises. The state is read
        and written in a thread.
        """
        from aftership_tracking.recipes.changes import AsyncChanges

        return AsyncChanges(self, since, state, overlap, filters)
