"""Times of the state: Unix seconds inside, text with the offset +00:00 on the wire and in files.

The API wants an offset that begins with a plus. A filter that it cannot read is an error since 2025-01, and
before that it was replaced by a default without a word; so everything that is sent is written here.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import math

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.times import Time, format_time

__all__ = ["RETENTION", "read_date_header", "read_given", "read_moment", "written"]

RETENTION = 120 * 86_400.0
"""Seconds that a tracking can be listed after it was added."""


def written(moment: float) -> str:
    """Write Unix seconds as the API takes them. Parts of a second are cut off."""
    return format_time(dt.datetime.fromtimestamp(math.floor(moment), dt.UTC))


def read_moment(text: object) -> float | None:
    """Return the Unix seconds of a text that is a time with a zone, else None."""
    moment = Time(text).datetime if isinstance(text, str) else None
    return None if moment is None or moment.tzinfo is None else moment.timestamp()


def read_given(name: str, value: object, now: float) -> float:
    """Return the Unix seconds that a caller means. Raises UsageError for a day or a time without a zone."""
    if isinstance(value, dt.timedelta):
        return now - value.total_seconds()
    if isinstance(value, dt.datetime) and value.utcoffset() is not None:
        return value.timestamp()
    moment = read_moment(value)
    if moment is None:
        raise UsageError(
            f"{name} must be a datetime with a zone, a text such as 2024-02-06T10:15:30+00:00, or a timedelta"
        )
    return moment


def read_date_header(text: str | None) -> float | None:
    """Return the Unix seconds of a Date header, or None."""
    try:
        return None if text is None else email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
