"""Objects inside request bodies of API version 2031-05, as typed dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from aftership_tracking.runtime.models.times import TimeInput

    from .enums import Unit


class SizeInput(TypedDict):
    """How big a parcel is."""

    width: float
    """In metres."""
    unit: NotRequired[Unit | str]
    """Of the width."""
    measured: NotRequired[TimeInput]
    """When."""
