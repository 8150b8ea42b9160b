"""Open enums: a value that the service adds later is read, stored and compared like any other."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from itertools import count
from typing import Self

from aftership_tracking.runtime.lazy_imports import load

__all__ = ["UNKNOWN_VALUES", "OpenEnum", "OpenIntEnum", "level_of"]


class _UnknownValues:
    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen = 0


UNKNOWN_VALUES = _UnknownValues()
"""`UNKNOWN_VALUES.seen` is the number of the newest unknown value that became a member. If it did not change
while something was read, there was none in it. If it did, there was one, or another thread read one."""

# `seen += 1` in two threads could set it back to a number that was there before.
_NUMBERS = count(1)


class OpenEnum(StrEnum):
    """A string enum that accepts unknown values.

    An unknown value becomes a member of the class that equals its string and prints as that string; its
    `is_known` is False. A new member is made each time, so compare with `==` and not with `is`. Iterating
    over the class gives the known values only.

    `meaning` says what the value means.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # The value may also be a member of another version's enum, whose value is unknown here.
        UNKNOWN_VALUES.seen = next(_NUMBERS)
        text = str.__str__(value)
        member = str.__new__(cls, text)
        member._name_ = text
        member._value_ = text
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the API documents the value."""
        return self._value_ in type(self)._value2member_map_

    @property
    def meaning(self) -> str | None:
        """What the value means in this version of the API, in English; None for an unknown value."""
        return _look_up(self, "MEANINGS")


class OpenIntEnum(IntEnum):
    """An integer enum that accepts unknown numbers. An unknown number becomes a member that equals it.

    `meaning` says what the number means.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        UNKNOWN_VALUES.seen = next(_NUMBERS)
        number = int(value)
        member = int.__new__(cls, number)
        member._name_ = str(number)
        member._value_ = number
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the API documents the number."""
        return self._value_ in type(self)._value2member_map_

    @property
    def meaning(self) -> str | None:
        """What the number means in this version of the API, in English; None for an unknown number."""
        return _look_up(self, "MEANINGS")


def level_of(member: OpenEnum | OpenIntEnum) -> str | None:
    """Return how high a value ranks among those of its enum; None if that is not known."""
    return _look_up(member, "LEVELS")


def _look_up(member: OpenEnum | OpenIntEnum, table: str) -> str | None:
    # The texts are in a module of their own beside that of the enums: they take longer to import than the
    # enums, and few programs need them.
    cls = type(member)
    package, _, module = cls.__module__.rpartition(".")
    if module != "enums" or not package.startswith("aftership_tracking."):
        # An enum that a program defines itself.
        return None
    found: str | None = (
        getattr(load(f"{package}.enum_meanings"), table).get(cls.__name__, {}).get(member._value_)
    )
    return found or None
