"""Notices a value that is almost one of the values that an API version documents.

The service adds values, so an unknown one is never refused. One that differs from a known value in case alone
or in one character is most likely a mistake, and nothing that waits for it would ever end.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from aftership_tracking.errors import ValueWarning

__all__ = ["closest_known_value", "warn_of_almost_known"]


def closest_known_value(value: str, known: Iterable[str]) -> str | None:
    """Return the known value that was most likely meant; None if the value is known, or like none of them."""
    listed = [str(one) for one in known]
    if value in listed:
        return None
    folded = value.casefold()
    return next((one for one in listed if _is_one_edit(folded, one.casefold())), None)


def warn_of_almost_known(name: str, value: str, known: Iterable[str], *, stacklevel: int = 2) -> None:
    """Warn with ValueWarning if an argument is almost a known value."""
    meant = closest_known_value(value, known)
    if meant is not None:
        warnings.warn(
            f"{name}={value!r} is not a value that this API version documents; did you mean {meant!r}?",
            ValueWarning,
            stacklevel=stacklevel + 1,
        )


def _is_one_edit(one: str, other: str) -> bool:
    """Whether the strings are equal, or one character is missing, added, changed or swapped with the next."""
    if one == other:
        return True
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )
