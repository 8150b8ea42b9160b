"""The formats in which the API writes and reads times."""

from __future__ import annotations

import re
from datetime import UTC, datetime

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
    time = _read(text)
    return None if time is None else time.isoformat(timespec="seconds")


def cut_to_day(text: str, *, is_compact: bool) -> str | None:
    """Return the day of a time, for versions that know only days. None when the text is not a time.

    The API never checked the compact format, so there the text comes back as it is.
    """
    time = _read(text)
    if time is None:
        return text if is_compact else None
    day = time.date()
    return day.strftime("%Y%m%d") if is_compact else day.isoformat()


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _DAY_OR_TIME.fullmatch(text) else None
    except ValueError:
        return None
