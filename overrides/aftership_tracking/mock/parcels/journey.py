"""How a parcel moves. A pure function: the plan of a parcel and an instant in, the state at that instant out.

A parcel is Pending when it is added. If its number has a script, it then reaches one stage each interval.
Thirty days without news make it Expired. A user can complete it by hand, which stops all news, and retrack
it, which brings back what the courier says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftership_tracking.mock.parcels.substatus import RETURNING, tag_of
from aftership_tracking.mock.parcels.testing_courier import Script

PENDING = "Pending_001"
EXPIRED = "Expired_001"
SILENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Completion:
    """The user marked the parcel as completed.

    `event_time` is when it really happened, as the user wrote it. `in_history`: the checkpoints show it.
    """

    at: datetime
    subtag: str
    event_time: str | None = None
    in_history: bool = False


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """All that decides a parcel's life. Immutable; a change gives a new plan."""

    start: datetime
    script: Script | None = None
    completion: Completion | None = None
    retracked_at: datetime | None = None
    retracks: int = 0

    def with_completion(self, completion: Completion) -> JourneyPlan:
        return replace(self, completion=completion)

    def with_retrack(self, at: datetime) -> JourneyPlan:
        return replace(self, completion=None, retracked_at=at, retracks=self.retracks + 1)

    def with_courier(self, at: datetime, script: Script | None) -> JourneyPlan:
        """Another courier has the parcel from now on, so its news starts again."""
        return JourneyPlan(start=at, script=script, retracks=self.retracks)


@dataclass(frozen=True, slots=True)
class JourneyStage:
    """Something that happened to a parcel: the entry `index` of the script."""

    index: int
    at: datetime
    subtag: str


@dataclass(frozen=True, slots=True)
class JourneyState:
    """A parcel at one instant."""

    subtag: str
    stages: tuple[JourneyStage, ...]
    active: bool
    changed_at: datetime
    return_to_sender: bool

    @property
    def tag(self) -> str:
        return tag_of(self.subtag)


def stages_until(plan: JourneyPlan, instant: datetime) -> tuple[JourneyStage, ...]:
    """Return the stages that a parcel has reached at an instant, oldest first."""
    if plan.script is None:
        return ()
    found = []
    for index, subtag in enumerate(plan.script.subtags):
        at = plan.start + plan.script.offset(index)
        if at > instant:
            break
        found.append(JourneyStage(index, at, subtag))
        if tag_of(subtag) == "Delivered" and not plan.script.offsets:
            # A delivered parcel is not tracked any more, so later entries of the script never show.
            break
    return tuple(found)


def state_at(plan: JourneyPlan, instant: datetime) -> JourneyState:
    """Return the state of a parcel at an instant that is not before its start."""
    completion = plan.completion
    stages = stages_until(plan, completion.at if completion else instant)
    returning = any(stage.subtag in RETURNING for stage in stages)
    if completion is not None:
        return JourneyState(
            subtag=completion.subtag,
            stages=stages,
            active=False,
            changed_at=completion.at,
            return_to_sender=returning or completion.subtag in RETURNING,
        )
    subtag = stages[-1].subtag if stages else PENDING
    news = max(stages[-1].at if stages else plan.start, plan.retracked_at or plan.start)
    delivered = tag_of(subtag) == "Delivered"
    if delivered and plan.retracked_at is None:
        active = False
    elif instant - news >= SILENCE:
        active = False
        if not delivered:
            subtag, news = EXPIRED, news + SILENCE
    else:
        # A delivered parcel that was retracked is active until thirty days without news have passed.
        active = not delivered or news == plan.retracked_at
    return JourneyState(subtag, stages, active, news, returning)
