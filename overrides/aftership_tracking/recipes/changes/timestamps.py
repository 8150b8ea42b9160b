"""The times of a state: Unix seconds in the program, strings with the offset +00:00 in requests and files.

The API requires an offset that begins with a plus. Since 2025-01 a filter that it cannot read is an error;
before that it silently used a default instead. So every time that is sent is formatted here.
"""

from __future__ import annotations

import datetime as dt
import math

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.times import Time, format_time

__all__ = ["EARLIEST_RESPONSE", "format_timestamp", "parse_time_argument", "parse_timestamp"]

EARLIEST_RESPONSE = dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp()
"""No response is older than the first version of the API, 2024-01."""
_LATEST = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC).timestamp()


def format_timestamp(seconds: float) -> str:
    """Format Unix seconds as the API takes them. Fractions of a second are cut off.

    Times before 1970 and after the year 9999 become the nearest time in between: the API has neither, but a
    clock that is wrong may ask for them.
    """
    return format_time(dt.datetime.fromtimestamp(math.floor(min(max(seconds, 0.0), _LATEST)), dt.UTC))


def parse_timestamp(text: object) -> float | None:
    """Return the Unix seconds of a string that is a time with a zone, else None."""
    parsed = Time(text).datetime if isinstance(text, str) else None
    return None if parsed is None or parsed.tzinfo is None else parsed.timestamp()


def parse_time_argument(name: str, value: object, now: float) -> float:
    """Return the Unix seconds that a caller means. Raises UsageError for a day or a time without a zone."""
    if isinstance(value, dt.timedelta):
        return now - value.total_seconds()
    if isinstance(value, dt.datetime) and value.utcoffset() is not None:
        return value.timestamp()
    seconds = parse_timestamp(value)
    if seconds is None:
        raise UsageError(
            f"{name} must be a datetime with a zone, a string such as 2024-02-06T10:15:30+00:00, "
            "or a timedelta"
        )
    return seconds
