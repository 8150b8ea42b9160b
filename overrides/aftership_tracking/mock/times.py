"""The time shapes that the API writes and reads, as text."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """Write a moment the way the API stamps its records: `2024-02-06T10:15:30+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def read_zoned(text: str) -> datetime | None:
    """Read a date-time that carries a zone; None when the text is anything else."""
    # The two checks keep out shapes that `fromisoformat` takes and the API does not document.
    if len(text) < 20 or text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def read_spaced(text: str) -> datetime | None:
    """Read `2024-02-06 14:30:00`, a local time without zone; None when the text is anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the shape has no zone
    except ValueError:
        return None


def read_event(text: str) -> str | None:
    """A day or a time, with or without a zone, as a time of the same; None when the text is neither."""
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return None


def only_day(text: str, *, is_compact: bool) -> str | None:
    """The day of a time, for versions that know no more of it. None for what is no time.

    The compact form never had a check of its own, so there other texts stay as they are.
    """
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return text if is_compact else None
    return day.strftime("%Y%m%d") if is_compact else day.isoformat()
