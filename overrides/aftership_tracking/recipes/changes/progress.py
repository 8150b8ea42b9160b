"""What the state holds, as frozen records, and its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.changes.moments import read_moment, written

__all__ = ["Progress", "Run", "Stamp", "read_document", "read_progress", "write_document", "write_progress"]

FORMAT = 1


class Stamp(NamedTuple):
    """What a tracking was when it was given to the consumer."""

    updated: float
    """Its `updated_at`; Unix seconds."""
    digest: str
    """Tells two contents apart: two changes may fall into one second."""


class Run(NamedTuple):
    """A reading that is under way."""

    version: str
    """API version whose cursor it is."""
    since: str | None
    """`updated_at_min` as it was sent; None for all."""
    created_min: str
    """`created_at_min` as it was sent."""
    started: float
    """No later than the moment at which the service began to answer; Unix seconds."""
    newest: float | None
    """The latest `updated_at` seen so far."""
    cursor: str
    """Names the page to read next."""


class Progress(NamedTuple):
    """How far the reading has come."""

    filters: str
    """Digest of the filters: the mark is worth nothing for others."""
    mark: float | None = None
    """Everything that changed up to here was given to the consumer; None: nothing was read to its end yet."""
    completed: float | None = None
    """When the last reading that came to its end began."""
    run: Run | None = None


def write_progress(progress: Progress) -> str:
    """Write a progress as JSON."""
    return json.dumps(_content(progress), sort_keys=True)


def read_progress(text: str, where: str) -> Progress:
    """Read a progress. Raises UsageError, naming the place, if the text is none."""
    return read_document(text, where)[0]


def write_document(progress: Progress, seen: Mapping[str, Stamp]) -> str:
    """Write a progress and what is remembered as one JSON text."""
    return json.dumps({**_content(progress), "seen": seen}, sort_keys=True, separators=(",", ":"))


def read_document(text: str, where: str) -> tuple[Progress, dict[str, Stamp]]:
    """Read both. Raises UsageError, naming the place, if the text is none of ours."""
    try:
        content = json.loads(text)
        progress = _progress(content)
        seen = {
            str(identifier): Stamp(float(updated), str(digest))
            for identifier, (updated, digest) in content.get("seen", {}).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UsageError(
            f"the state {where} cannot be read: it is damaged, or of another program or release",
            hint="Move it away to read everything once more.",
        ) from None
    return progress, seen


def _content(progress: Progress) -> dict[str, Any]:
    run = progress.run
    return {
        "format": FORMAT,
        "filters": progress.filters,
        "mark": _text(progress.mark),
        "completed": _text(progress.completed),
        "run": None
        if run is None
        else {**run._asdict(), "started": _text(run.started), "newest": _text(run.newest)},
    }


def _progress(content: Any) -> Progress:
    if content["format"] != FORMAT:
        raise ValueError("another format")
    mark, completed = _moment(content["mark"]), _moment(content["completed"])
    return Progress(str(content["filters"]), mark, completed, _run(content["run"]))


def _run(content: Any) -> Run | None:
    if content is None:
        return None
    started, since = _moment(content["started"]), content["since"]
    if started is None or not isinstance(content["cursor"], str):
        raise ValueError("a run without its begin or its cursor")
    return Run(
        version=str(content["version"]),
        since=None if since is None else str(since),
        created_min=str(content["created_min"]),
        started=started,
        newest=_moment(content["newest"]),
        cursor=content["cursor"],
    )


def _text(moment: float | None) -> str | None:
    return None if moment is None else written(moment)


def _moment(text: Any) -> float | None:
    if text is None:
        return None
    moment = read_moment(text)
    if moment is None:
        raise ValueError("not a time")
    return moment
