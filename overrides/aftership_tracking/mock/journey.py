"""How a parcel moves. A pure function: the plan of a parcel and a moment in, the state at that moment out.

A parcel is Pending when it is added. One with a script (a test number) then takes one step each interval.
Thirty days without news make it Expired. A user can complete it by hand, which stops all news, and start it
again, which brings back what the courier says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftership_tracking.mock.grammar import Script
from aftership_tracking.mock.substatus import RETURNING, tag_of

PENDING = "Pending_001"
EXPIRED = "Expired_001"
SILENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Completion:
    """Marked as completed by the user.

    `happened` is when it really happened, as the user wrote it. `is_told`: the history shows it.
    """

    at: datetime
    subtag: str
    happened: str | None = None
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides a parcel's life. Changes make a new plan; a plan never changes."""

    start: datetime
    script: Script | None = None
    completion: Completion | None = None
    retracked_at: datetime | None = None
    retracks: int = 0

    def completed(self, completion: Completion) -> Plan:
        return replace(self, completion=completion)

    def retracked(self, at: datetime) -> Plan:
        return replace(self, completion=None, retracked_at=at, retracks=self.retracks + 1)

    def with_courier(self, at: datetime, script: Script | None) -> Plan:
        """Another courier follows the parcel from now on, so its news starts anew."""
        return Plan(start=at, script=script, retracks=self.retracks)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: the `index`-th step of the script."""

    index: int
    at: datetime
    subtag: str


@dataclass(frozen=True, slots=True)
class State:
    """A parcel at one moment."""

    subtag: str
    steps: tuple[Step, ...]
    active: bool
    changed_at: datetime
    return_to_sender: bool

    @property
    def tag(self) -> str:
        return tag_of(self.subtag)


def steps_until(plan: Plan, moment: datetime) -> tuple[Step, ...]:
    """The steps that have happened at a moment, oldest first."""
    if plan.script is None:
        return ()
    found = []
    for index, subtag in enumerate(plan.script.subtags):
        at = plan.start + plan.script.interval * (index + 1)
        if at > moment:
            break
        found.append(Step(index, at, subtag))
        if tag_of(subtag) == "Delivered":
            # Nobody follows a parcel that has arrived, so what a script says after that never shows.
            break
    return tuple(found)


def state_at(plan: Plan, moment: datetime) -> State:
    """Give the state of a parcel at a moment that is not before its start."""
    completion = plan.completion
    steps = steps_until(plan, completion.at if completion else moment)
    returning = any(step.subtag in RETURNING for step in steps)
    if completion is not None:
        return State(
            subtag=completion.subtag,
            steps=steps,
            active=False,
            changed_at=completion.at,
            return_to_sender=returning or completion.subtag in RETURNING,
        )
    subtag = steps[-1].subtag if steps else PENDING
    news = max(steps[-1].at if steps else plan.start, plan.retracked_at or plan.start)
    delivered = tag_of(subtag) == "Delivered"
    if delivered and plan.retracked_at is None:
        active = False
    elif moment - news >= SILENCE:
        active = False
        if not delivered:
            subtag, news = EXPIRED, news + SILENCE
    else:
        # A delivered parcel that was started again is followed until it stays silent.
        active = not delivered or news == plan.retracked_at
    return State(subtag, steps, active, news, returning)
