"""The one reader of dates in HTTP headers, such as `Date` and `Retry-After`."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["parse_http_date"]


# Cached, because a busy client receives the same date many times within its second.
@lru_cache(maxsize=8)
def parse_http_date(text: str | None) -> float | None:
    """Return the Unix seconds of a date, or None for everything that is not one.

    A date without a zone is UTC, not the local time of this machine.
    """
    # Imported lazily: most responses need no date.
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(text) if text else None
        if at is None:
            return None
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
