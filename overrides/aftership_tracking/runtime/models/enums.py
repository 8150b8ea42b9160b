"""Enums that stay open: a value that the service adds later is read, kept and compared like any other."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self

__all__ = ["OpenEnum", "OpenIntEnum"]


class OpenEnum(StrEnum):
    """A text enum that accepts values it does not know.

    An unknown value becomes a member of the class that equals its text, prints as it, and answers False to
    `is_known`. It is made anew each time, so compare with `==` and not with `is`. Iterating over the class
    gives the known values only.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Also from a member of another version's enum, whose value is not known here.
        text = str.__str__(value)
        member = str.__new__(cls, text)
        member._name_ = text
        member._value_ = text
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the API documents the value."""
        return self._value_ in type(self)._value2member_map_


class OpenIntEnum(IntEnum):
    """The same for numbers: an unknown number is kept and equals itself."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        number = int(value)
        member = int.__new__(cls, number)
        member._name_ = str(number)
        member._value_ = number
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the API documents the number."""
        return self._value_ in type(self)._value2member_map_
