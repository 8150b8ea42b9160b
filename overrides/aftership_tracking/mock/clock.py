"""Where the mock takes the time from. Nothing else in the mock asks the machine for it.

A clock tells two times. `now` is the time of the parcels: it may run fast or be moved by hand. `wall` is the
time that callers live in, and the rate limit goes by it.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

DEFAULT_START = datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)


class Clock(Protocol):
    """Tells the time; every value is aware."""

    def now(self) -> datetime:
        """The time in the world of the parcels."""
        ...

    def wall(self) -> datetime:
        """The time that the caller lives in."""
        ...


class Alarm(Protocol):
    """Something that has to be done at moments of its own while a clock is moved."""

    def next_at(self) -> datetime | None:
        """The next such moment; None when there is none."""
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
        """Move the clock forward and give the new time.

        The clock stops on its way at each moment at which something is due, such as a webhook.

        Raises:
            ValueError: the sum is negative; time does not run backwards.
        """
        step = timedelta(days=days, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            raise ValueError("a ManualClock cannot be moved backwards")
        with self._lock:
            self._goal += step
            goal = self._goal
        # The lock is not held while something is done: that may take long, and may ask this clock.
        while (moment := self._next_alarm()) is not None and moment <= goal:
            self._move(moment)
            self._ring()
        self._move(goal)
        self._ring()
        return goal

    def subscribe(self, alarm: Alarm) -> None:
        """Ring an alarm at its moments."""
        with self._lock:
            self._alarms = (*self._alarms, alarm)

    def _next_alarm(self) -> datetime | None:
        moments = (alarm.next_at() for alarm in self._alarms)
        return min((moment for moment in moments if moment is not None), default=None)

    def _move(self, moment: datetime) -> None:
        with self._lock:
            self._now = max(self._now, moment)

    def _ring(self) -> None:
        for alarm in self._alarms:
            alarm.ring()


class SystemClock:
    """The machine's clock; with a speed above 1 the parcels' time runs that much faster."""

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError("the speed of a SystemClock must be above 0")
        self.speed = speed
        self._start = datetime.now(UTC)
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * self.speed)

    def wall(self) -> datetime:
        return datetime.now(UTC)
