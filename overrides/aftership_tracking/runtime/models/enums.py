"""Open enums: a value that the service adds later is read, stored and compared like any other."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self

__all__ = ["OpenEnum", "OpenIntEnum"]


class _UnknownValues:
    """Counts the members that were made for unknown values, so that a decoder knows that it met some."""

    seen = 0


UNKNOWN_VALUES = _UnknownValues()


class OpenEnum(StrEnum):
    """A string enum that accepts unknown values.

    An unknown value becomes a member of the class that equals its string and prints as that string; its
    `is_known` is False. A new member is made each time, so compare with `==` and not with `is`. Iterating
    over the class gives the known values only.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # The value may also be a member of another version's enum, whose value is unknown here.
        text = str.__str__(value)
        UNKNOWN_VALUES.seen += 1
        member = str.__new__(cls, text)
        member._name_ = text
        member._value_ = text
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the API documents the value."""
        return self._value_ in type(self)._value2member_map_


class OpenIntEnum(IntEnum):
    """An integer enum that accepts unknown numbers. An unknown number becomes a member that equals it."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        number = int(value)
        UNKNOWN_VALUES.seen += 1
        member = int.__new__(cls, number)
        member._name_ = str(number)
        member._value_ = number
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the API documents the number."""
        return self._value_ in type(self)._value2member_map_
