"""What is decided for each page: which trackings are new, and what the state becomes. Pure: values in, values
out; the clock was asked before.

Nothing is lost because of three rules. The mark is never later than the moment at which a reading began, so
what changed during it is read the next time. It is never later than the latest change that was seen either,
so a clock that is ahead does no harm. And `updated_at_max` is never sent: what changes while it is read would
leave the list, and numbered pages would close up over items that were not read yet.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from aftership_tracking.recipes.changes.moments import read_moment, written
from aftership_tracking.recipes.changes.progress import Progress, Run, Stamp
from aftership_tracking.recipes.flat import json_text
from aftership_tracking.runtime.models.times import Time

__all__ = ["Course", "Query", "Save", "Step", "begin", "identifiers"]

T = TypeVar("T")


class Query(NamedTuple):
    """What a reading asks for, beside the filters of the caller."""

    since: str | None
    created_min: str
    cursor: str | None
    """Where to go on; None for the first page."""


class Save(NamedTuple):
    """What the store has to keep once the consumer has taken a page, all of it or nothing."""

    progress: Progress
    stamps: Mapping[str, Stamp]
    forget_before: float | None
    """What is older need not be remembered any more."""


class Step(NamedTuple, Generic[T]):
    """One page, judged."""

    fresh: tuple[T, ...]
    """What the consumer does not have yet."""
    save: Save


def begin(
    progress: Progress, *, since: float | None, created_min: float, overlap: float, version: str
) -> Query:
    """Decide where a reading starts: in the middle of one that broke off, at the mark, or at `since`."""
    run = progress.run
    if run is not None and run.version == version:
        return Query(run.since, run.created_min, run.cursor)
    start = since if progress.mark is None else _floor(progress.mark, overlap)
    return Query(None if start is None else written(start), written(created_min), None)


class Course(Generic[T]):
    """A reading that is under way.

    `started` is Unix time, no later than the first answer. `keeps_all`: everything of this reading is
    remembered until its end, because its pages can shift and it always begins at the first one.
    """

    def __init__(
        self,
        progress: Progress,
        query: Query,
        *,
        started: float,
        overlap: float,
        version: str,
        keeps_all: bool,
    ) -> None:
        run = progress.run if query.cursor is not None else None
        self._progress = progress
        self._query = query
        self._overlap = overlap
        self._version = version
        self._keeps_all = keeps_all
        self._started = started if run is None else min(run.started, started)
        self._newest = None if run is None else run.newest

    def take(self, items: Iterable[T], cursor: str | None, known: Mapping[str, Stamp]) -> Step[T]:
        """Judge a page. `cursor` names the next one, `known` is what is remembered of these items."""
        fresh: list[T] = []
        stamps: dict[str, Stamp] = {}
        for item in items:
            identifier, updated = _identifier(item), read_moment(getattr(item, "updated_at", None))
            if updated is not None:
                self._newest = updated if self._newest is None else max(self._newest, updated)
            if identifier is None:
                fresh.append(item)
                continue
            stamp = Stamp(self._started if updated is None else updated, _digest(item))
            before = stamps.get(identifier) or known.get(identifier)
            is_older = before is not None and updated is not None and updated < before.updated
            if before is not None and (before.digest == stamp.digest or is_older):
                # The same again, or an older state of it from a service that has several memories.
                continue
            fresh.append(item)
            stamps[identifier] = stamp
        return Step(tuple(fresh), self._save(cursor, stamps))

    def _save(self, cursor: str | None, stamps: Mapping[str, Stamp]) -> Save:
        mark = self._mark()
        floor = None if mark is None else _floor(mark, self._overlap)
        if cursor is None:
            done = self._progress._replace(mark=mark, completed=self._started, run=None)
            return Save(done, _since(stamps, floor), floor)
        if self._keeps_all:
            return Save(self._progress._replace(run=None), stamps, None)
        run = Run(
            version=self._version,
            since=self._query.since,
            created_min=self._query.created_min,
            started=self._started,
            newest=self._newest,
            cursor=cursor,
        )
        # What was given by an earlier reading may still come on a later page of this one.
        is_first = self._progress.mark is None
        return Save(self._progress._replace(run=run), _since(stamps, floor), floor if is_first else None)

    def _mark(self) -> float | None:
        # It only grows in the course of a reading, so what lies before it now lies before it at the end.
        asked = read_moment(self._query.since)
        reached = [moment for moment in (self._newest, self._progress.mark, asked) if moment is not None]
        return min(self._started, max(reached)) if reached else None


def identifiers(items: Iterable[Any]) -> tuple[str, ...]:
    """The ids of items that have one."""
    return tuple(found for item in items if (found := _identifier(item)) is not None)


def _identifier(item: object) -> str | None:
    found = getattr(item, "id", None)
    return found if isinstance(found, str) and found else None


def _floor(moment: float, overlap: float) -> float:
    # What is sent has whole seconds.
    return float(math.floor(moment - overlap))


def _since(stamps: Mapping[str, Stamp], floor: float | None) -> Mapping[str, Stamp]:
    return {
        identifier: stamp for identifier, stamp in stamps.items() if floor is None or stamp.updated >= floor
    }


def _digest(item: object) -> str:
    try:
        content = _ENCODER.encode(item)
    except (ValueError, TypeError, OverflowError, RecursionError):
        # An answer that surprised the reader may hold what JSON cannot.
        content = json_text(item).encode("utf-8")
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _plain_time(value: object) -> object:
    if isinstance(value, Time):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain_time, order="deterministic")
