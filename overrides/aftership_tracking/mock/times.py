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
