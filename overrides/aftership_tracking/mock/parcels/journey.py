"""How a parcel moves. A pure function: the plan of a parcel and an instant in, the state at that instant out.

A parcel is Pending when it is added. If it has a life, it then reaches one event after the other. Thirty days
without news make it Expired. A user can complete it by hand, which stops all news, and retrack it, which
brings back what the courier says.

The pace of parcels is how many times faster than in reality they move. The times of a plan are those of the
clock, so a parcel at any pace is never ahead of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aftership_tracking.mock.parcels.life import Life, LifeEvent, resolve_times
from aftership_tracking.mock.parcels.substatus import RETURNING, tag_of

PENDING = "Pending_001"
EXPIRED = "Expired_001"
SILENCE = timedelta(days=30)
# Dates end with the year 9999, and lives go on from these.
_ALWAYS, _NEVER = datetime(1000, 1, 1, tzinfo=UTC), datetime(5000, 1, 1, tzinfo=UTC)
# At any pace nothing of a life lies farther ahead: 120 days at the slowest one are less.
_FAR = timedelta(days=365_000)


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
class JourneyStage:
    """An event of a life at its time, with the courier's new estimate, if it has one.

    `index` counts the stages of a parcel, and decides its city.
    """

    index: int
    at: datetime
    event: LifeEvent
    expected: datetime | None = None

    @property
    def subtag(self) -> str:
        """The sub-status of a checkpoint."""
        return self.event.subtag or PENDING


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """All that decides a parcel's life. Immutable; a change gives a new plan. Make one with `plan_of`.

    Attributes:
        stages: all events of the life, the first one first, also those of the future.
        length: how many cities the parcel's route has.
        expected: the courier's first estimate.
        fields: fields of the tracking from the beginning.
        pace: how many times faster than in reality the parcel moves.
        silent: since when the parcel counts as without news, and when that was decided; later news ends it.
    """

    start: datetime
    stages: tuple[JourneyStage, ...] = ()
    length: int = 0
    expected: datetime | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    pace: float = 1.0
    completion: Completion | None = None
    retracked_at: datetime | None = None
    retracks: int = 0
    silent: tuple[datetime, datetime] | None = None

    @property
    def silence(self) -> timedelta:
        """How long a parcel is without news until it expires."""
        return SILENCE / self.pace

    @property
    def pending_from(self) -> datetime:
        """Since when a parcel without any news counts as pending."""
        return self.start if self.silent is None else self.silent[0]

    def with_completion(self, completion: Completion) -> JourneyPlan:
        return replace(self, completion=completion)

    def with_retrack(self, at: datetime) -> JourneyPlan:
        # What a hand made Expired is what the courier says again.
        stages = tuple(stage for stage in self.stages if stage.event.subtag != EXPIRED)
        return replace(
            self, stages=stages, completion=None, retracked_at=at, retracks=self.retracks + 1, silent=None
        )

    def with_life(self, at: datetime, life: Life | None) -> JourneyPlan:
        """Start a life from now on, as after a change of the courier."""
        return replace(plan_of(at, life, self.pace), retracks=self.retracks)

    def put(self, at: datetime, subtag: str) -> JourneyPlan:
        """Let the parcel have a sub-status now, and nothing after it.

        Pending is the beginning, without any history.
        """
        is_pending = tag_of(subtag) == tag_of(PENDING)
        plan = replace(plan_of(at, None, self.pace), retracks=self.retracks) if is_pending else self
        if subtag == PENDING:
            return plan
        reached = _until(plan, at)
        event = LifeEvent(after=at - plan.start, subtag=subtag)
        return replace(
            plan,
            stages=(*reached, JourneyStage(len(reached), at, event)),
            length=max(plan.length, 1),
            completion=None,
            retracked_at=None,
            silent=None,
        )

    def advance(self, at: datetime, step: timedelta) -> JourneyPlan:
        """Let this parcel alone be a step further in its life: the step is time of the parcel.

        What it reaches happens between its last news and now, in order. Without a life it comes nearer to
        its expiry.
        """
        ahead = min(step / self.pace, _FAR)
        reached = _until(self, at)
        begin = max(reached[-1].at, at - ahead) if reached else at - ahead
        share = (at - begin) / ahead if ahead else 0.0
        moved = []
        for stage in self.stages[len(reached) :]:
            left = stage.at - at
            when = stage.at - ahead if left > ahead else _whole(begin + left * share)
            moved.append(replace(stage, at=when))
        since = max(_silent_since(self, reached) - ahead, at - _FAR)
        has_news = bool(moved) and moved[0].at <= at
        return replace(self, stages=(*reached, *moved), silent=None if has_news else (since, at))

    def at_pace(self, at: datetime, pace: float) -> JourneyPlan:
        """Let the parcel move at another pace from now on. What the courier has said stays said."""
        factor = self.pace / pace

        def later(instant: datetime) -> datetime:
            return _moved(at, instant - at, factor)

        reached = _until(self, at)
        coming = [
            replace(stage, at=later(stage.at), expected=stage.expected and later(stage.expected))
            for stage in self.stages[len(reached) :]
        ]
        is_said = any(stage.event.is_checkpoint for stage in reached)
        return replace(
            self,
            stages=(*reached, *coming),
            expected=self.expected if is_said or self.expected is None else later(self.expected),
            pace=pace,
            silent=(later(_silent_since(self, reached)), at),
        )


def _moved(at: datetime, distance: timedelta, factor: float) -> datetime:
    """Return the time at so many times a distance; far away it is as good as always or never."""
    try:
        return min(max(at + distance * factor, _ALWAYS), _NEVER)
    except OverflowError:
        return _ALWAYS if distance < timedelta(0) else _NEVER


def plan_of(start: datetime, life: Life | None, pace: float = 1.0) -> JourneyPlan:
    """Return the plan of a parcel that is added now. Without a life it stays Pending until it expires."""
    if life is None:
        return JourneyPlan(start, pace=pace)
    stages: list[JourneyStage] = []
    is_delivered = False
    for event in life.events:
        # A delivered parcel is not tracked any more, so later statuses of a life never show.
        if event.subtag is not None and is_delivered:
            continue
        fields = resolve_times(event.fields, start, pace) if event.fields else event.fields
        if fields is not event.fields:
            event = replace(event, fields=fields)
        expected = None if event.expected is None else start + event.expected / pace
        stages.append(JourneyStage(len(stages), start + event.after / pace, event, expected))
        is_delivered = is_delivered or (event.subtag is not None and tag_of(event.subtag) == "Delivered")
    return JourneyPlan(
        start,
        stages=tuple(stages),
        length=len(life.events),
        expected=None if life.expected is None else start + life.expected / pace,
        fields=resolve_times(life.fields, start, pace) if life.fields else life.fields,
        pace=pace,
    )


@dataclass(frozen=True, slots=True)
class JourneyState:
    """A parcel at one instant.

    Attributes:
        stages: what its checkpoints show.
        estimates: all estimates of the courier by now with their reasons, the first one first.
        fields: what its life says about the tracking by now.
    """

    subtag: str
    stages: tuple[JourneyStage, ...]
    active: bool
    changed_at: datetime
    return_to_sender: bool
    estimates: tuple[tuple[datetime, str | None], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return tag_of(self.subtag)


def state_at(plan: JourneyPlan, instant: datetime) -> JourneyState:
    """Return the state of a parcel at an instant that is not before its start."""
    completion = plan.completion
    reached = _until(plan, completion.at if completion else instant)
    stages = tuple(stage for stage in reached if stage.event.is_checkpoint)
    returning = any(stage.subtag in RETURNING for stage in stages)
    fields = plan.fields
    # The first estimate comes with the first news.
    estimates: list[tuple[datetime, str | None]] = []
    if plan.expected is not None and stages:
        estimates.append((plan.expected, None))
    for stage in reached:
        if stage.event.fields:
            fields = {**fields, **stage.event.fields}
        if stage.expected is not None:
            estimates.append((stage.expected, stage.event.revised_because))
    if completion is not None:
        return JourneyState(
            subtag=completion.subtag,
            stages=stages,
            active=False,
            changed_at=completion.at,
            return_to_sender=returning or completion.subtag in RETURNING,
            estimates=tuple(estimates),
            fields=fields,
        )
    subtag = next((stage.subtag for stage in reversed(reached) if stage.event.subtag is not None), PENDING)
    news, since = _news(plan, reached), _silent_since(plan, reached)
    delivered = tag_of(subtag) == "Delivered"
    if (delivered and plan.retracked_at is None) or subtag == EXPIRED:
        active = False
    elif instant - since >= plan.silence:
        active = False
        if not delivered:
            subtag, news = EXPIRED, since + plan.silence
    else:
        # A delivered parcel that was retracked is active until thirty days without news have passed.
        active = not delivered or news == plan.retracked_at
    return JourneyState(subtag, stages, active, news, returning, tuple(estimates), fields)


def next_change(plan: JourneyPlan, after: datetime) -> datetime | None:
    """Return when the state of a parcel changes next by itself; None when it never does."""
    if plan.completion is not None:
        return None
    state, reached = state_at(plan, after), _until(plan, after)
    changes = [_silent_since(plan, reached) + plan.silence] if state.active else []
    if len(reached) < len(plan.stages):
        changes.append(plan.stages[len(reached)].at)
    return min((change for change in changes if change > after), default=None)


def _until(plan: JourneyPlan, instant: datetime) -> tuple[JourneyStage, ...]:
    count = 0
    for stage in plan.stages:
        if stage.at > instant:
            break
        count += 1
    return plan.stages[:count]


def _news(plan: JourneyPlan, reached: tuple[JourneyStage, ...]) -> datetime:
    """When something was last heard of a parcel."""
    return max(reached[-1].at if reached else plan.start, plan.retracked_at or plan.start)


def _silent_since(plan: JourneyPlan, reached: tuple[JourneyStage, ...]) -> datetime:
    news = _news(plan, reached)
    if plan.silent is None or news > plan.silent[1]:
        return news
    return plan.silent[0]


def _whole(instant: datetime) -> datetime:
    """Callers see whole seconds."""
    return instant.replace(microsecond=0)
