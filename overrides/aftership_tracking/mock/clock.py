"""Where the mock takes the time from. Nothing else in the mock reads the machine's clock.

A clock has two times. `now` is the time of the parcels: it may run fast or be moved by hand. `wall` is the
time of the callers: the rate limit and the dates of signatures use it.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

DEFAULT_START = datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)


class Clock(Protocol):
    """Gives the time; every value is aware."""

    def now(self) -> datetime:
        """The time in the world of the parcels."""
        ...

    def wall(self) -> datetime:
        """The time of the callers."""
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
    """A clock that stands still until it is moved. Both its times are the same."""

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of a ManualClock needs a time zone")
        self._now = self._goal = start
        self._alarms: tuple[Alarm, ...] = ()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def wall(self) -> datetime:
        return self._now

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move the clock forward and return the new time.

        On its way the clock stops whenever something is due, such as a webhook.

        Raises:
            ValueError: the sum is negative; time does not run backwards.
        """
        step = timedelta(days=days, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            raise ValueError("a ManualClock cannot be moved backwards")
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


class SystemClock:
    """The machine's clock; with a speed above 1 the parcels' time runs that much faster.

    It can be moved too: `now` is ahead of the machine from then on, and `wall` is not.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = _check_speed(speed)
        self._start = datetime.now(UTC)
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def wall(self) -> datetime:
        return datetime.now(UTC)

    @property
    def speed(self) -> float:
        """How many times faster than the machine's clock it runs."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        with self._lock:
            # The time until now has passed with the old speed.
            self._start, self._begun = self._now(), time.monotonic()
            self._speed = _check_speed(speed)

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move the clock forward and return the new time. What became due is done soon after.

        Raises:
            ValueError: the sum is negative; time does not run backwards.
        """
        step = timedelta(days=days, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            raise ValueError("a SystemClock cannot be moved backwards")
        with self._lock:
            self._start += step
            return self._now()

    def jump(self, instant: datetime) -> None:
        """Go to another time, also backwards."""
        with self._lock:
            self._start, self._begun = instant, time.monotonic()

    def _now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * self._speed)


def _check_speed(speed: float) -> float:
    if not 0 < speed < float("inf"):
        raise ValueError("the speed of a SystemClock must be above 0")
    return speed
