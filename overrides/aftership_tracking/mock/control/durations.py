"""Durations as people write them: `2d`, `1h30m`, `500ms`, or a number of seconds."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from aftership_tracking.mock.control.errors import ControlError

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", re.ASCII)
_WHOLE = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
LONGEST = timedelta(days=36_500)


def read_duration(value: str | float | timedelta, name: str) -> timedelta:
    """Return a duration.

    Raises:
        ControlError: it is not one, is negative, or longer than a hundred years. `name` says what it is for.
    """
    seconds = _seconds(value)
    if seconds is None or not math.isfinite(seconds) or not 0 <= seconds <= LONGEST.total_seconds():
        raise ControlError(
            "not-a-duration",
            f"{name}: {value!r} is not a duration, which is not negative:"
            " write 30s, 1h30m, 2d, 500ms or a number of seconds",
        )
    return timedelta(seconds=seconds)


def read_instant(value: Any, name: str) -> datetime:
    """Return a time, given as a string or as a datetime, in UTC.

    Raises:
        ControlError: it is not a time with a zone.
    """
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(instant, datetime) and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ControlError(
        "not-a-time", f"{name}: {value!r} is not a time with a zone; write 2026-07-01T00:00:00Z"
    )


def _seconds(value: str | float | timedelta) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if not isinstance(value, str):
        return float(value)
    if _WHOLE.fullmatch(value) is None:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(value))
