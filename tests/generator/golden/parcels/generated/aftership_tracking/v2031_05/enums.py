"""The enums of API version 2031-05. They are open: a value that is not listed is read and preserved."""

from __future__ import annotations

from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum, level_of


class Status(OpenEnum):
    """Where a parcel is."""

    ON_ITS_WAY = "OnItsWay"
    """It moves."""
    AT_END = "At end"
    """It arrived."""
    VALUE_1_X = "1.x"
    """Nobody knows."""
    VALUE_70659EFF = "#"
    """A sign without letters."""


class Certainty(OpenIntEnum):
    """How sure something is."""

    GUESSED = 10
    """Guessed."""
    KNOWN = 20
    """Known."""

    @property
    def level(self) -> str | None:
        """How high the value ranks, in the words of the document; None for an unknown value."""
        return level_of(self)


class Unit(OpenEnum):
    """A unit."""

    M = "m"
    """Metre."""
    FT = "ft"
    """Foot."""


class ParcelField(OpenEnum):
    """A property of a parcel."""

    STATUS = "status"
    """Where it is."""
    SIZE = "size"
    """How big."""
