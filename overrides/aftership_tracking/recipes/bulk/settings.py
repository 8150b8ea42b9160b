"""The settings of a run over many rows, checked before the run begins."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sized
from pathlib import Path
from typing import Any, Literal, NamedTuple

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.bulk.results import Progress
from aftership_tracking.runtime.calls.call_options import read_options
from aftership_tracking.runtime.options import Options

__all__ = ["BulkSettings", "choose_options"]

MOST_WORKERS = 64
LOW_PRIORITY = -10


def choose_options(options: Options | None, call: Mapping[str, Any]) -> Options:
    """Return the options of each call. Without a priority of the caller they go after all others."""
    return read_options(Options(priority=LOW_PRIORITY) if options is None else options, call)


class BulkSettings(NamedTuple):
    """The arguments of `TrackingRecipes.create_many`, which explains them."""

    purpose: Literal["create", "upsert"]
    journal: str | Path | None
    key: Callable[[Mapping[str, Any]], object] | None
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None
    workers: int
    progress: Callable[[Progress], object] | None
    total: int | None
    give_up_after: int | None
    options: Options

    def check(self, rows: object) -> BulkSettings:
        """Return the settings with their defaults filled in. Raises UsageError for what cannot work."""
        if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable | AsyncIterable):
            raise UsageError("rows must be many mappings, one for each tracking")
        for name in ("key", "prepare", "progress"):
            value = getattr(self, name)
            if value is not None and not callable(value):
                raise UsageError(f"{name} must be a function, or None; this is {value!r}")
        if self.journal is not None and not isinstance(self.journal, str | bytes | os.PathLike):
            raise UsageError(f"journal must be the path of a file, or None; this is {self.journal!r}")
        if type(self.workers) is not int or not 1 <= self.workers <= MOST_WORKERS:
            raise UsageError(f"workers must be a whole number from 1 to {MOST_WORKERS}")
        for name, least in (("give_up_after", 1), ("total", 0)):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < least):
                raise UsageError(f"{name} must be a whole number, {least} or more, or None")
        total = len(rows) if self.total is None and isinstance(rows, Sized) else self.total
        return self._replace(total=total)
