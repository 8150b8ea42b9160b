"""The records of a state, and their JSON.

Stored states of earlier releases must stay readable, so the keys of the JSON do not change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from aftership_tracking.errors import StorageError
from aftership_tracking.recipes.changes.timestamps import format_timestamp, parse_timestamp

__all__ = [
    "ReadingState",
    "SeenTracking",
    "UnfinishedReading",
    "dump_state",
    "dump_state_and_seen",
    "load_state",
    "load_state_and_seen",
]

FORMAT = 1


class SeenTracking(NamedTuple):
    """What a tracking was when the consumer got it."""

    updated: float
    """Its `updated_at`; Unix seconds."""
    digest: str
    """Distinguishes two contents: two changes may happen within one second."""


class UnfinishedReading(NamedTuple):
    """A reading that has not reached its last page. The names of these fields are keys of the JSON."""

    version: str
    """The API version that the cursor belongs to."""
    since: str | None
    """`updated_at_min` as it was sent; None for all."""
    created_min: str
    """`created_at_min` as it was sent."""
    started: float
    """No later than the first response of the service; Unix seconds."""
    newest: float | None
    """The latest `updated_at` that was seen so far."""
    cursor: str
    """Identifies the page to read next."""


class ReadingState(NamedTuple):
    """How far changes were read."""

    filters: str
    """Digest of the filters: the mark says nothing about other filters."""
    mark: float | None = None
    """The consumer has all changes up to this time. None: no reading has reached its end yet."""
    completed: float | None = None
    """When the last reading began that reached its end."""
    unfinished: UnfinishedReading | None = None


def dump_state(state: ReadingState) -> str:
    """Return a state as JSON."""
    return json.dumps(_to_json(state), sort_keys=True)


def load_state(text: str, where: str) -> ReadingState:
    """Return the state in a JSON text. Raises StorageError, naming `where`, if the text is not a state."""
    return load_state_and_seen(text, where)[0]


def dump_state_and_seen(state: ReadingState, seen: Mapping[str, SeenTracking]) -> str:
    """Return a state and the trackings that were seen as one JSON text."""
    return json.dumps({**_to_json(state), "seen": seen}, sort_keys=True, separators=(",", ":"))


def load_state_and_seen(text: str, where: str) -> tuple[ReadingState, dict[str, SeenTracking]]:
    """Return both from a JSON text. Raises StorageError, naming `where`, if the text is not a state."""
    try:
        content = json.loads(text)
        state = _read_state(content)
        seen = {
            str(identifier): SeenTracking(float(updated), str(digest))
            for identifier, (updated, digest) in content.get("seen", {}).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StorageError(
            f"the state {where} cannot be read: it is damaged, or of another program or release",
            hint="Move it away to read everything once more.",
        ) from None
    return state, seen


def _to_json(state: ReadingState) -> dict[str, Any]:
    unfinished = state.unfinished
    return {
        "format": FORMAT,
        "filters": state.filters,
        "mark": _format_optional(state.mark),
        "completed": _format_optional(state.completed),
        "run": None
        if unfinished is None
        else {
            **unfinished._asdict(),
            "started": _format_optional(unfinished.started),
            "newest": _format_optional(unfinished.newest),
        },
    }


def _read_state(content: Any) -> ReadingState:
    if content["format"] != FORMAT:
        raise ValueError("another format")
    mark, completed = _parse_optional(content["mark"]), _parse_optional(content["completed"])
    return ReadingState(str(content["filters"]), mark, completed, _read_unfinished(content["run"]))


def _read_unfinished(content: Any) -> UnfinishedReading | None:
    if content is None:
        return None
    started, since = _parse_optional(content["started"]), content["since"]
    if started is None or not isinstance(content["cursor"], str):
        raise ValueError("an unfinished reading without its begin or its cursor")
    return UnfinishedReading(
        version=str(content["version"]),
        since=None if since is None else str(since),
        created_min=str(content["created_min"]),
        started=started,
        newest=_parse_optional(content["newest"]),
        cursor=content["cursor"],
    )


def _format_optional(seconds: float | None) -> str | None:
    return None if seconds is None else format_timestamp(seconds)


def _parse_optional(text: Any) -> float | None:
    if text is None:
        return None
    seconds = parse_timestamp(text)
    if seconds is None:
        raise ValueError("not a time")
    return seconds
