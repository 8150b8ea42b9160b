"""The formats in which the API writes and reads times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time

# `fromisoformat` takes more: weeks without a day, any character between day and time, and in some releases
# 24:00 as the next day.
_DAY_OR_TIME = re.compile(r"\d{4}(-?)\d{2}\1\d{2}(?:[Tt ](?!24).+)?", re.ASCII)


def write_utc(instant: datetime) -> str:
    """Write an instant the way the API stamps its records: `2024-02-06T10:15:30+00:00`."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def read_zoned(text: str) -> datetime | None:
    """Read a date-time with a zone; None when the text is anything else."""
    # The checks refuse formats that `fromisoformat` takes and the API does not document.
    instant = _read(text) if len(text) >= 20 and text[4] == "-" else None
    if instant is None or instant.tzinfo is None:
        return None
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return None


def read_spaced(text: str) -> datetime | None:
    """Read `2024-02-06 14:30:00`, a local time without zone; None when the text is anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the format has no zone
    except ValueError:
        return None


def complete_time(text: str) -> str | None:
    """Write a day or a time, with or without a zone, as a full time; None when the text is neither.

    A day becomes its midnight: what comes of it is returned as `checkpoint_time`, which is never a day.
    """
    found = _read(text)
    return None if found is None else found.isoformat(timespec="seconds")


def cut_to_day(text: str, *, is_compact: bool) -> str | None:
    """Return the day of a time, for versions that know only days. None when the text is not a time.

    The API never checked the compact format, so there the text comes back as it is.
    """
    found = _read(text)
    if found is None:
        return text if is_compact else None
    day = found.date()
    return day.strftime("%Y%m%d") if is_compact else day.isoformat()


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _DAY_OR_TIME.fullmatch(text) else None
    except ValueError:
        return None


def fits_time(text: str, shapes: Sequence[str]) -> bool:
    """Whether a string has one of the shapes that `x-time` names."""
    return any(_SHAPES[shape](text) for shape in shapes if shape in _SHAPES) or not _SHAPES.keys() & {*shapes}


def _is_day(text: str) -> bool:
    return len(text) == len("2024-02-09") and _read(text) is not None


def _is_compact_day(text: str) -> bool:
    return len(text) == len("20240209") and text.isdecimal() and _read(text) is not None


def _is_local(text: str) -> bool:
    found = _read(text)
    return len(text) > len("2024-02-09") and found is not None and found.tzinfo is None


def _is_time_of_day(text: str) -> bool:
    try:
        return time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


_SHAPES: Mapping[str, Callable[[str], bool]] = {
    "date": _is_day,
    "compact-date": _is_compact_day,
    "local": _is_local,
    "zoned": lambda text: read_zoned(text) is not None,
    "utc": lambda text: read_zoned(text) is not None,
    "spaced": lambda text: read_spaced(text) is not None,
    "time-of-day": _is_time_of_day,
}
