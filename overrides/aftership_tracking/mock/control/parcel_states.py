"""The status that a caller names, and the life of a parcel that is seeded in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.parcels.journey import JourneyPlan, JourneyStage
from aftership_tracking.mock.parcels.life import LifeEvent
from aftership_tracking.mock.parcels.substatus import SUBTAGS, tag_of

TAGS = tuple(dict.fromkeys(tag_of(subtag) for subtag in SUBTAGS))
# What usually comes before a status, for a parcel that is seeded in it.
_USUAL_LIFE = {
    "Pending": (),
    "InfoReceived": (),
    "InTransit": ("InfoReceived_001",),
    "OutForDelivery": ("InfoReceived_001", "InTransit_001"),
    "Expired": ("InfoReceived_001", "InTransit_001"),
}
_ON_ITS_WAY = ("InfoReceived_001", "InTransit_001", "OutForDelivery_001")


def choose_subtag(tag: Any, subtag: Any) -> str:
    """Return the sub-status of a tag, a sub-status, or both.

    Raises:
        ControlError: neither is given, one is unknown, or they contradict each other.
    """
    if tag is not None and tag not in TAGS:
        raise unknown_tag(tag)
    if subtag is None:
        if tag is None:
            raise ControlError("nothing-to-do", "give a tag, a subtag, a journey, or advance with a duration")
        return f"{tag}_001"
    if not isinstance(subtag, str) or subtag not in SUBTAGS:
        wanted = tag or tag_of(str(subtag))
        known = [each for each in SUBTAGS if tag_of(each) == wanted] or list(SUBTAGS)
        raise ControlError(
            "unknown-subtag", f"subtag: {subtag!r} is not a sub-status; there are {', '.join(known)}"
        )
    if tag not in (None, tag_of(subtag)):
        raise ControlError("contradiction", f"subtag: {subtag} does not belong to the tag {tag}")
    return subtag


def unknown_tag(tag: Any) -> ControlError:
    """Return the refusal of what is not a status."""
    return ControlError("unknown-tag", f"tag: {tag!r} is not a status; there are {', '.join(TAGS)}")


def seeded_plan(
    start: datetime, steps: Sequence[tuple[str, datetime]], subtag: str, updated: datetime, pace: float
) -> JourneyPlan:
    """Return a plan with steps of the past that ends in a sub-status."""
    # A parcel expires without a checkpoint.
    past = [*steps, (subtag, updated)] if tag_of(subtag) == "Expired" else steps
    stages = tuple(
        JourneyStage(index, at, LifeEvent(after=at - start, subtag=each))
        for index, (each, at) in enumerate(past)
    )
    return JourneyPlan(start, stages=stages, length=len(steps), pace=pace)


def usual_steps(subtag: str, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """Return the usual way to a sub-status, spread over a time."""
    tag = tag_of(subtag)
    way = [*_USUAL_LIFE.get(tag, _ON_ITS_WAY)]
    if tag not in ("Pending", "Expired"):
        way.append(subtag)
    return [
        (each, (start + (end - start) * (index + 1) / len(way)).replace(microsecond=0))
        for index, each in enumerate(way)
    ]
