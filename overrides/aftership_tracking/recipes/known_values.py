"""Finds a value that is almost one of those that an API version documents.

The service adds values, so an unknown one is never refused. One that differs from a known value in case alone
or in one character is most likely a mistake, and nothing that waits for it would ever end.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Collection

from aftership_tracking.errors import LikelyMistakeWarning

__all__ = ["find_mistake", "warn"]


def find_mistake(name: str, value: str, known: Collection[str]) -> str | None:
    """Return a sentence if the value is almost a known one, such as `tag='pending': did you mean 'Pending'?`.

    None if it is one of them, or like none of them. `name` is the argument.
    """
    if value in known:
        return None
    folded = value.casefold()
    meant = next((str(one) for one in known if _is_one_edit(folded, one.casefold())), None)
    return None if meant is None else f"{name}={str(value)!r}: did you mean {meant!r}?"


def warn(sentence: str) -> None:
    """Warn with LikelyMistakeWarning, at the line that called this package."""
    depth, frame = 1, sys._getframe()
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).startswith(_PACKAGE):
        depth, frame = depth + 1, frame.f_back
    warnings.warn(sentence, LikelyMistakeWarning, stacklevel=depth)


_PACKAGE = f"{__name__.partition('.')[0]}."


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
