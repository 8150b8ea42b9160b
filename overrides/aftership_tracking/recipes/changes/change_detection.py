"""What is decided for each page: which trackings are new to the consumer, and what the state becomes.

This module only computes: the caller passes in the time and what the store remembers. Four rules ensure that
no change is lost:

* The mark is never later than the start of the reading, so a change during it is read the next time.
* The mark is never later than the latest change that was seen, so a clock that is ahead does no harm.
* The mark never falls, so a clock that is behind does no harm: everything before it was taken already.
* `updated_at_max` is never sent. A tracking that changes during the reading would leave the list, and
  numbered pages would shift over trackings that were not read yet.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from aftership_tracking.recipes.changes.state import ReadingState, SeenTracking, UnfinishedReading
from aftership_tracking.recipes.changes.timestamps import format_timestamp, parse_timestamp
from aftership_tracking.recipes.rows.flat_table import json_text
from aftership_tracking.runtime.models.times import Time

__all__ = ["ChangeDetector", "DetectedPage", "ReadingStart", "StateUpdate", "choose_start", "tracking_ids"]

T = TypeVar("T")


class ReadingStart(NamedTuple):
    """Where a reading starts: arguments of `list` beside the filters of the caller."""

    since: str | None
    created_min: str
    cursor: str | None
    """The page to continue at; None for the first page."""


class StateUpdate(NamedTuple):
    """What the store must save once the consumer has taken a page: all of it or nothing."""

    state: ReadingState
    seen: Mapping[str, SeenTracking]
    forget_before: float | None
    """Trackings that were updated before need not be remembered any more."""


class DetectedPage(NamedTuple, Generic[T]):
    """What was decided for one page."""

    new_items: tuple[T, ...]
    """What the consumer does not have yet."""
    update: StateUpdate


def choose_start(
    state: ReadingState, *, since: float | None, created_min: float, overlap: float, version: str
) -> ReadingStart:
    """Return where a reading starts: in an unfinished reading, at the mark, or at `since`."""
    unfinished = state.unfinished
    if unfinished is not None and unfinished.version == version:
        return ReadingStart(unfinished.since, unfinished.created_min, unfinished.cursor)
    start = since if state.mark is None else _go_back(state.mark, overlap)
    return ReadingStart(
        None if start is None else format_timestamp(start), format_timestamp(created_min), None
    )


class ChangeDetector(Generic[T]):
    """Decides for each page of one reading, in the order of the pages.

    `started` is Unix time, no later than the first response. `remembers_all`: everything of this reading is
    remembered until its end, because its pages can shift and it always begins at the first one.
    """

    def __init__(
        self,
        state: ReadingState,
        start: ReadingStart,
        *,
        started: float,
        overlap: float,
        version: str,
        remembers_all: bool,
    ) -> None:
        unfinished = state.unfinished if start.cursor is not None else None
        self._state = state
        self._start = start
        self._overlap = overlap
        self._version = version
        self._remembers_all = remembers_all
        self._started = started if unfinished is None else min(unfinished.started, started)
        self._newest = None if unfinished is None else unfinished.newest

    def detect(
        self, items: Iterable[T], cursor: str | None, known: Mapping[str, SeenTracking]
    ) -> DetectedPage[T]:
        """Decide for a page.

        `cursor` identifies the next page, `known` is what is remembered of the items.
        """
        new_items: list[T] = []
        seen: dict[str, SeenTracking] = {}
        for item in items:
            identifier, updated = _read_id(item), parse_timestamp(getattr(item, "updated_at", None))
            if updated is not None:
                self._newest = updated if self._newest is None else max(self._newest, updated)
            if identifier is None:
                new_items.append(item)
                continue
            current = SeenTracking(self._started if updated is None else updated, _digest(item))
            before = seen.get(identifier) or known.get(identifier)
            is_older = before is not None and updated is not None and updated < before.updated
            if before is not None and (before.digest == current.digest or is_older):
                # The same as before, or an older state from a replica of the service that is behind.
                continue
            new_items.append(item)
            seen[identifier] = current
        return DetectedPage(tuple(new_items), self._update_state(cursor, seen))

    def _update_state(self, cursor: str | None, seen: Mapping[str, SeenTracking]) -> StateUpdate:
        mark = self._compute_mark()
        next_start = None if mark is None else _go_back(mark, self._overlap)
        if cursor is None:
            completed = max(self._started, self._state.completed or self._started)
            finished = self._state._replace(mark=mark, completed=completed, unfinished=None)
            return StateUpdate(finished, _updated_since(next_start, seen), next_start)
        if self._remembers_all:
            return StateUpdate(self._state._replace(unfinished=None), seen, None)
        unfinished = UnfinishedReading(
            version=self._version,
            since=self._start.since,
            created_min=self._start.created_min,
            started=self._started,
            newest=self._newest,
            cursor=cursor,
        )
        # What an earlier reading returned may still come on a later page of this one.
        is_first_reading = self._state.mark is None
        return StateUpdate(
            self._state._replace(unfinished=unfinished),
            _updated_since(next_start, seen),
            next_start if is_first_reading else None,
        )

    def _compute_mark(self) -> float | None:
        # The mark only grows during a reading: what is before it now is before it at the end.
        before, requested = self._state.mark, parse_timestamp(self._start.since)
        reached = [time for time in (self._newest, before, requested) if time is not None]
        if not reached:
            return None
        mark = min(self._started, max(reached))
        return mark if before is None else max(mark, before)


def tracking_ids(items: Iterable[Any]) -> tuple[str, ...]:
    """Return the ids of the items that have one."""
    return tuple(found for item in items if (found := _read_id(item)) is not None)


def _read_id(item: object) -> str | None:
    found = getattr(item, "id", None)
    return found if isinstance(found, str) and found and _can_be_stored(found) else None


def _can_be_stored(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair.
        return False
    return True


def _go_back(time: float, overlap: float) -> float:
    # Times are sent in whole seconds.
    return float(math.floor(time - overlap))


def _updated_since(start: float | None, seen: Mapping[str, SeenTracking]) -> Mapping[str, SeenTracking]:
    return {
        identifier: tracking
        for identifier, tracking in seen.items()
        if start is None or tracking.updated >= start
    }


def _digest(item: object) -> str:
    try:
        content = _ENCODER.encode(item)
    except (ValueError, TypeError, OverflowError, RecursionError):
        # A response with undocumented values may hold something that this encoder cannot write.
        content = json_text(item).encode("utf-8")
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _encode_time(value: object) -> object:
    if isinstance(value, Time):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_encode_time, order="deterministic")
