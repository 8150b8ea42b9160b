"""Where the mock takes the time from. Nothing else in the mock reads the machine's clock.

A clock has two times. `now` is the time of the account: parcels, times of creation, filters and tokens. It is
the real time until it is moved. `wall` is the time of the callers: the rate limit and the dates of signatures
use it. Neither runs fast: how fast parcels move is their own pace, see `Mock.speed`.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast

DEFAULT_START = datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)


class Clock(Protocol):
    """Gives the time; every value is aware."""

    def now(self) -> datetime:
        """The time of the account."""
        ...

    def wall(self) -> datetime:
        """The time of the callers."""
        ...


class MovableClock(Clock, Protocol):
    """A clock that can be moved forward: that of every mock can, see `movable`."""

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move forward by the sum of `seconds`, `minutes` and `days`, and return the new time. Raises
        ValueError when the sum is negative.
        """
        ...


class Alarm(Protocol):
    """Something that has to be done at certain times while a clock is moved."""

    def next_at(self) -> datetime | None:
        """The next such time; None when there is none."""
        ...

    def ring(self) -> None:
        """Do what is due now."""
        ...


class ManualClock:
    """A clock that stands still until it is moved. Both its times are the same.

    Args:
        start: the time that it shows at first, with a time zone.

    Raises:
        ValueError: `start` has no time zone.
    """

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of a ManualClock needs a time zone")
        self._now = self._goal = start
        self._alarms: tuple[Alarm, ...] = ()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time of the account."""
        return self._now

    def wall(self) -> datetime:
        """The time of the callers, which is the same."""
        return self._now

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move the clock forward by the sum of `seconds`, `minutes` and `days`, and return the new time.

        On its way the clock stops whenever something is due, such as a webhook.

        Raises:
            ValueError: the sum is negative; time does not run backwards.
        """
        step = _step("ManualClock", seconds, minutes, days)
        with self._lock:
            self._goal += step
            goal = self._goal
        # The lock is not held while an alarm rings: that may take long, and may read this clock.
        while (due := self._next_alarm()) is not None and due <= goal:
            self._move(due)
            self._ring()
        self._move(goal)
        self._ring()
        return goal

    def jump(self, instant: datetime) -> None:
        """Go to another time, also backwards, without stopping on the way. What is due then is done."""
        with self._lock:
            self._now = self._goal = instant
        self._ring()

    def subscribe(self, alarm: Alarm) -> None:
        """Ring an alarm at its times."""
        with self._lock:
            self._alarms = (*self._alarms, alarm)

    def _next_alarm(self) -> datetime | None:
        due = (alarm.next_at() for alarm in self._alarms)
        return min((instant for instant in due if instant is not None), default=None)

    def _move(self, instant: datetime) -> None:
        with self._lock:
            self._now = max(self._now, instant)

    def _ring(self) -> None:
        for alarm in self._alarms:
            alarm.ring()


SLOWEST, FASTEST = 0.01, 1e9
"""Outside of these, the lives of parcels have no dates any more, or no order."""


def check_pace(pace: float, what: str) -> float:
    """Return how many times faster than in reality parcels move. Raises ValueError if that cannot be."""
    if not SLOWEST <= pace <= FASTEST:
        raise ValueError(f"{what} has to be from {SLOWEST:g} to {FASTEST:,.0f}, not {pace!r}")
    return pace


class SystemClock:
    """The machine's clock. It shows the real time until it is moved forward.

    Args:
        speed: how many times faster than in reality the parcels of a mock with this clock move, until
            `Mock.speed` is set. The clock itself does not run faster.

    Raises:
        ValueError: the speed is not from 0.01 to 1,000,000,000.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = check_pace(speed, "the speed of a SystemClock")
        self._ahead = timedelta(0)
        self._start = datetime.now(UTC)
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        # Not the machine's time of day: when that is set back, nothing happens twice.
        """The time of the account: that of the machine, and what the clock was moved forward."""
        return self._start + timedelta(0, time.monotonic() - self._begun) + self._ahead

    def wall(self) -> datetime:
        """The time of the callers: that of the machine."""
        return datetime.now(UTC)

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move the clock forward by the sum of `seconds`, `minutes` and `days`; it goes on from there.

        Returns the new time.

        What becomes due, such as a webhook, is done by whoever waits for it.

        Raises:
            ValueError: the sum is negative; time does not run backwards.
        """
        with self._lock:
            self._ahead += _step("SystemClock", seconds, minutes, days)
        return self.now()

    def jump(self, instant: datetime) -> None:
        """Go to another time, also backwards."""
        with self._lock:
            self._ahead += instant - self.now()


class ShiftedClock:
    """Another clock, which can be moved forward. Its `wall` stays that of the other one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta(0)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def wall(self) -> datetime:
        return self._clock.wall()

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move forward by the sum of `seconds`, `minutes` and `days`, and return the new time. Raises
        ValueError when the sum is negative.
        """
        with self._lock:
            self._ahead += _step("clock", seconds, minutes, days)
        return self.now()

    def jump(self, instant: datetime) -> None:
        """Go to another time, also backwards."""
        with self._lock:
            self._ahead += instant - self.now()


def movable(clock: Clock) -> MovableClock:
    """Return a clock itself if it can be moved, else one that follows it and can."""
    if callable(getattr(clock, "advance", None)):
        return cast("MovableClock", clock)
    return ShiftedClock(clock)


def _step(what: str, seconds: float, minutes: float, days: float) -> timedelta:
    step = timedelta(days=days, minutes=minutes, seconds=seconds)
    if step < timedelta(0):
        raise ValueError(f"a {what} cannot be moved backwards")
    return step
