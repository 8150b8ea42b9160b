"""Puts one parcel into a status now, or lets time pass for it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.parcels.journey import Completion, JourneyPlan, stages_until
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.substatus import MESSAGES, tag_of
from aftership_tracking.mock.parcels.testing_courier import Script

TAGS = tuple(dict.fromkeys(tag_of(subtag) for subtag in MESSAGES))
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
        raise ControlError("unknown-tag", f"tag: {tag!r} is not a status; there are {', '.join(TAGS)}")
    if subtag is None:
        if tag is None:
            raise ControlError("nothing-to-do", "give a tag or a subtag, or advance with a duration")
        return f"{tag}_001"
    if not isinstance(subtag, str) or subtag not in MESSAGES:
        wanted = tag or tag_of(str(subtag))
        known = [each for each in MESSAGES if tag_of(each) == wanted] or list(MESSAGES)
        raise ControlError(
            "unknown-subtag", f"subtag: {subtag!r} is not a sub-status; there are {', '.join(known)}"
        )
    if tag not in (None, tag_of(subtag)):
        raise ControlError("contradiction", f"subtag: {subtag} does not belong to the tag {tag}")
    return subtag


def put_parcel(account: Account, parcel: Parcel, subtag: str, now: datetime) -> None:
    """Put a parcel into a sub-status now. What its courier planned after now is dropped."""
    reached = stages_until(parcel.plan, now)
    with account:
        account.edit(parcel)
        steps = [(stage.subtag, stage.at) for stage in reached]
        tag = tag_of(subtag)
        if tag == "Pending":
            steps = []
        elif tag != "Expired":
            steps.append((subtag, now))
        old = parcel.plan.script
        parcel.plan = plan_of(parcel.plan.start, steps, subtag, now, old.arrival if old and reached else None)
        parcel.overrides = {name: value for name, value in parcel.overrides.items() if name not in _MOVING}
        account.touch(parcel, now)


def advance_parcel(account: Account, parcel: Parcel, step: timedelta, now: datetime) -> None:
    """Let time pass for one parcel: its journey lies that much further back."""
    plan = parcel.plan
    completion = plan.completion
    with account:
        account.edit(parcel)
        parcel.plan = replace(
            plan,
            start=plan.start - step,
            completion=completion and replace(completion, at=completion.at - step),
            retracked_at=plan.retracked_at and plan.retracked_at - step,
        )
        account.touch(parcel, now)


def plan_of(
    start: datetime,
    steps: Sequence[tuple[str, datetime]],
    subtag: str,
    now: datetime,
    promise: timedelta | None = None,
) -> JourneyPlan:
    """Return a life of steps that ends in a sub-status. `promise`: when the courier expects to deliver."""
    script = None
    if steps:
        offsets = tuple(at - start for _, at in steps)
        script = Script(tuple(each for each, _ in steps), timedelta(minutes=1), offsets, promise)
    # A parcel expires without an event.
    completion = Completion(now, subtag) if tag_of(subtag) == "Expired" else None
    return JourneyPlan(start=start, script=script, completion=completion)


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


# What a seeded parcel cannot hold on to when it moves.
_MOVING = frozenset(
    {
        *("tag", "subtag", "subtag_message", "active", "updated_at", "return_to_sender"),
        *("shipment_delivery_date", "transit_time", "on_time_status", "on_time_difference"),
    }
)
