"""The formats in which the API writes and reads times."""

from __future__ import annotations

from datetime import UTC, datetime


def write_utc(instant: datetime) -> str:
    """Write an instant the way the API stamps its records: `2024-02-06T10:15:30+00:00`."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def read_zoned(text: str) -> datetime | None:
    """Read a date-time with a zone; None when the text is anything else."""
    # The two checks refuse formats that `fromisoformat` takes and the API does not document.
    if len(text) < 20 or text[4:5] != "-":
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None:
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
    """Write a day or a time, with or without a zone, as a full time; None when the text is neither."""
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return None


def cut_to_day(text: str, *, is_compact: bool) -> str | None:
    """Return the day of a time, for versions that know only days. None when the text is not a time.

    The API never checked the compact format, so there the text comes back as it is.
    """
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return text if is_compact else None
    return day.strftime("%Y%m%d") if is_compact else day.isoformat()
