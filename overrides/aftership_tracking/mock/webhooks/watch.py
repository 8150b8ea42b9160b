"""Sees when a parcel moves.

A parcel's state is computed when it is needed, so nothing moves by itself. The watch computes when each
parcel changes next, and looks at it then.

The account notes which parcels a caller has changed: the touched ones.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aftership_tracking.mock.accounts.store import RETENTION, Account, Store
from aftership_tracking.mock.parcels.journey import PENDING, JourneyPlan, JourneyState, next_change
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.substatus import tag_of
from aftership_tracking.mock.parcels.tracking import Rendering
from aftership_tracking.webhooks.event_codes import PENDING_TIME, REVISE, UPDATE


class ParcelEvent(NamedTuple):
    """Something that webhooks report. Only updates have `is_first_tag`.

    `is_edit`: the status is the same as before, and a caller has changed something else.
    `pending_for`: how long a parcel has been pending; only `tracking_pending_time` has it.
    """

    code: str
    api_key: str
    parcel: Parcel
    tag: str
    at: datetime
    is_first_tag: bool | None = None
    is_edit: bool = False
    pending_for: timedelta | None = None


@dataclass(slots=True)
class _Watched:
    """A parcel and what was last seen of it."""

    api_key: str
    account: Account
    parcel: Parcel
    seen: tuple[Any, ...]
    changed_at: datetime
    expected: Any
    tags: set[str] = field(default_factory=set)
    warned: set[timedelta] = field(default_factory=set)
    next_at: datetime | None = None


class _Alarm(NamedTuple):
    at: datetime
    order: int  # of alarms at the same time, and so that no two are equal
    watched: _Watched
    threshold: timedelta | None


class Watch:
    """All parcels of a mock. It is not thread-safe: its owner holds a lock."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._seed = seed
        self._thresholds: set[timedelta] = set()
        self.clear()

    def clear(self) -> None:
        """Drop all parcels."""
        self._watched: dict[int, _Watched] = {}
        self._alarms: list[_Alarm] = []
        self._order = itertools.count()

    def begin(self, now: datetime) -> None:
        """Watch from now on. What existing parcels did before is not reported."""
        self._store.listen()
        for api_key, account in self._store.accounts():
            for parcel, _ in account.take_touched():
                for _ in self._look_at_touched(api_key, account, parcel, now):
                    pass

    def warn_after(self, threshold: timedelta, now: datetime) -> None:
        """Report from now on parcels that have been pending for so long."""
        if threshold not in self._thresholds:
            self._thresholds.add(threshold)
            for watched in self._watched.values():
                self._warn(watched, threshold, now)

    def next_at(self) -> datetime | None:
        """Return when a parcel changes next, as far as is known."""
        return self._alarms[0].at if self._alarms else None

    def look(self, now: datetime) -> Iterator[ParcelEvent]:
        """Yield all that has happened until now and was not reported before, in the order of time."""
        for api_key, account in self._store.accounts():
            for parcel, at in account.take_touched():
                # At the time of the change: the clock has moved on since.
                yield from self._look_at_touched(api_key, account, parcel, at)
        while self._alarms and self._alarms[0].at <= now:
            alarm = heapq.heappop(self._alarms)
            if self._exists(alarm.watched, alarm.at):
                yield from self._handle_alarm(alarm)

    def _handle_alarm(self, alarm: _Alarm) -> Iterator[ParcelEvent]:
        watched, at, threshold = alarm.watched, alarm.at, alarm.threshold
        if threshold is None:
            yield from self._compare(watched, at)
            self._expect(watched, at)
        elif threshold not in watched.warned and _is_pending_for(watched.parcel, threshold, at):
            watched.warned.add(threshold)
            yield ParcelEvent(
                PENDING_TIME, watched.api_key, watched.parcel, tag_of(PENDING), at, pending_for=threshold
            )

    def _look_at_touched(
        self, api_key: str, account: Account, parcel: Parcel, now: datetime
    ) -> Iterator[ParcelEvent]:
        now = now.replace(microsecond=0)  # the changes of callers have whole seconds
        if account.by_id(parcel.id) is not parcel:
            self._watched.pop(id(parcel), None)
            return
        watched = self._watched.get(id(parcel))
        if watched is None:
            watched = self._watched[id(parcel)] = self._first_seen(api_key, account, parcel, now)
            before = None
        else:
            before = watched.seen[:2]
            yield from self._compare_history(watched, now)
        self._expect(watched, now)
        after = watched.seen[:2]
        if before != after:
            is_same_start = before is not None and before[0] == after[0]
            if not is_same_start:
                watched.warned.clear()
            for threshold in self._thresholds - watched.warned:
                # A parcel that was moved alone may have passed the time already.
                self._warn(watched, threshold, now, is_late=is_same_start)

    def _first_seen(self, api_key: str, account: Account, parcel: Parcel, now: datetime) -> _Watched:
        state = parcel.state(now)
        watched = _Watched(
            api_key,
            account,
            parcel,
            _news(parcel.plan, state),
            parcel.changed_at,
            Rendering(parcel, now, self._seed).estimates(),
        )
        watched.tags.update(tag_of(stage.subtag) for stage in state.stages)
        watched.tags.add(state.tag)
        return watched

    def _compare_history(self, watched: _Watched, now: datetime) -> Iterator[ParcelEvent]:
        """Yield what is different, an event for each stage: a parcel moved alone may have several."""
        plan = watched.parcel.plan
        start, _, _, count = watched.seen
        if plan.start == start:
            for stage in watched.parcel.state(now).stages[count:-1]:
                yield from self._compare(watched, stage.at)
        yield from self._compare(watched, now)

    def _compare(self, watched: _Watched, at: datetime) -> Iterator[ParcelEvent]:
        """Yield what is different from the last look."""
        parcel = watched.parcel
        state = parcel.state(at)
        seen, expected = _news(parcel.plan, state), Rendering(parcel, at, self._seed).estimates()
        has_moved = seen[2:] != watched.seen[2:]
        if has_moved or parcel.changed_at != watched.changed_at:
            is_first = state.tag not in watched.tags
            watched.tags.add(state.tag)
            yield ParcelEvent(UPDATE, watched.api_key, parcel, state.tag, at, is_first, is_edit=not has_moved)
        if expected != watched.expected:
            yield ParcelEvent(REVISE, watched.api_key, parcel, state.tag, at)
        watched.seen, watched.changed_at, watched.expected = seen, parcel.changed_at, expected

    def _expect(self, watched: _Watched, after: datetime) -> None:
        at = next_change(watched.parcel.plan, after)
        # One alarm is enough, however often a parcel is changed.
        if at is not None and at != watched.next_at:
            heapq.heappush(self._alarms, _Alarm(at, next(self._order), watched, None))
        watched.next_at = at

    def _warn(self, watched: _Watched, threshold: timedelta, now: datetime, *, is_late: bool = False) -> None:
        at = _pending_until(watched.parcel, threshold)
        if at > now or is_late:
            heapq.heappush(self._alarms, _Alarm(max(at, now), next(self._order), watched, threshold))

    def _exists(self, watched: _Watched, at: datetime) -> bool:
        """Whether the parcel was neither deleted nor dropped. One that is gone is not watched any more."""
        parcel = watched.parcel
        if watched.account.by_id(parcel.id) is parcel and at - parcel.created_at <= RETENTION:
            return True
        self._watched.pop(id(parcel), None)
        return False


def _pending_until(parcel: Parcel, threshold: timedelta) -> datetime:
    """When a parcel has been pending for so long, at its own pace."""
    return parcel.plan.pending_from + threshold / parcel.plan.pace


def _is_pending_for(parcel: Parcel, threshold: timedelta, at: datetime) -> bool:
    return at >= _pending_until(parcel, threshold) and parcel.state(at).tag == tag_of(PENDING)


def _news(plan: JourneyPlan, state: JourneyState) -> tuple[Any, ...]:
    """What can differ between two looks. The first two decide when a parcel is late; they are not news."""
    return plan.start, (plan.pending_from, plan.pace), state.subtag, len(state.stages)
