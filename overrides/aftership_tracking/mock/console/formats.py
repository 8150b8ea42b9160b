"""How values are written on pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_OF_A_BODY = 200_000
"""Characters of a body that a page shows."""


def as_time(value: datetime | str | None) -> str:
    """Write an instant in UTC, to the second: `2026-07-01 12:30:00`."""
    if value is None:
        return "-"
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def as_json(value: Any) -> str:
    """Write a JSON value over several lines; a string stays as it is."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    if len(text) <= MOST_OF_A_BODY:
        return text
    return f"{text[:MOST_OF_A_BODY]}\n... {len(text) - MOST_OF_A_BODY} more characters are not shown"


def as_duration(value: timedelta | float) -> str:
    """Write a duration with its two largest units: `1d 3h`."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if seconds < 1:
        return f"{round(seconds * 1000)}ms" if seconds else "0s"
    parts = []
    rest = round(seconds)
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2])


FILTERS: Mapping[str, Callable[..., Any]] = {"time": as_time, "json": as_json, "duration": as_duration}
