"""The base of the model of a tracking in every version: properties that follow from its fields.

A field that was not read (because of `fields=`) is not known; then these properties are False or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.times import Time

if TYPE_CHECKING:
    from aftership_tracking.runtime.models.unset import UnsetType

__all__ = ["TrackingBase"]

C = TypeVar("C")


class HasCheckpoints(Protocol[C]):
    """A tracking of any version, whose checkpoints are of the class `C`."""

    @property
    def checkpoints(self) -> list[C] | UnsetType:
        """The history."""
        ...


class TrackingBase(Model):
    """A shipment that is followed."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Each version declares their class.
        checkpoints: Any

    @property
    def is_final(self) -> bool:
        """Whether no further news is expected.

        True when the service no longer requests news from the courier (`active` is false), when the tag is
        Delivered or Expired, or when the sub-status says that the parcel is back with the sender, lost,
        cancelled or disposed of. It is not a guarantee: a tracking was seen to go from Delivered to
        Exception, and one that expired or was completed can be tracked again.
        """
        if getattr(self, "active", None) is False:
            return True
        return _tag(self) in _FINAL_TAGS or getattr(self, "subtag", None) in _FINAL_SUBTAGS

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look at the shipment.

        True when the tag is Exception, AttemptFail or Expired, and when the parcel goes back to the sender
        (`return_to_sender`). False for a parcel that waits to be collected, and for one that is late.
        """
        return _tag(self) in _TROUBLED_TAGS or getattr(self, "return_to_sender", None) is True

    @property
    def last_checkpoint(self: HasCheckpoints[C]) -> C | None:
        """The newest event of the history; None if there is none or the history was not read.

        The newest is the one that happened last (`checkpoint_time`). Two times are compared if both have a
        zone, both have none, or both are days; otherwise if their days are two or more apart. If they cannot
        be compared, the later one in the list counts as newer: lists were seen with the oldest first, which
        is not documented. The status of the shipment is `tag`, which may differ from that of its last event.
        """
        checkpoints = self.checkpoints
        if not isinstance(checkpoints, list) or not checkpoints:
            return None
        newest = checkpoints[0]
        for checkpoint in checkpoints[1:]:
            if not _is_older(checkpoint, newest):
                newest = checkpoint
        return newest


# Source: the documented meanings of the sub-statuses.
_FINAL_TAGS = frozenset({"Delivered", "Expired"})
_FINAL_SUBTAGS = frozenset({"Exception_011", "Exception_013", "Exception_020", "Exception_021"})
_TROUBLED_TAGS = frozenset({"Exception", "AttemptFail", "Expired"})


def _tag(tracking: object) -> str | None:
    tag = getattr(tracking, "tag", None)
    if isinstance(tag, str):
        return tag
    # A sub-status names its status, as in Delivered_001.
    subtag = getattr(tracking, "subtag", None)
    return subtag.partition("_")[0] if isinstance(subtag, str) else None


def _is_older(one: object, other: object) -> bool:
    """Whether it is certain that one event happened before the other."""
    mine, theirs = getattr(one, "checkpoint_time", None), getattr(other, "checkpoint_time", None)
    if not isinstance(mine, Time) or not isinstance(theirs, Time):
        return False
    try:
        return mine < theirs
    except TypeError:
        day, their_day = mine.date, theirs.date
    # One zone is at most 26 hours ahead of another, so a difference of two days is certain.
    return day is not None and their_day is not None and (their_day - day).days >= 2
