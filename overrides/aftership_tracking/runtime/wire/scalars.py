"""Writes single values as text: what the segments of a path and the values of a query share."""

from __future__ import annotations

import datetime as dt
import math
from typing import NoReturn

from aftership_tracking.errors import UsageError

__all__ = ["refuse_half_character", "write_scalar"]


def write_scalar(name: str, value: object) -> str | None:
    """Return a string, a boolean, a number or a time as text; None for anything else. `name` is for errors.

    Raises UsageError for a number or a time that has no form in the API.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UsageError(f"{name}: {value} is not a number that can be sent")
        return repr(value)
    if isinstance(value, dt.date):
        # Imported here, because building a client needs no times.
        from aftership_tracking.runtime.models.times import format_time

        try:
            return format_time(value)
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None
    return None


def refuse_half_character(name: str) -> NoReturn:
    """Raise UsageError for a string that UTF-8 cannot hold."""
    raise UsageError(f"{name}: the string contains half of a surrogate pair and cannot be encoded") from None
