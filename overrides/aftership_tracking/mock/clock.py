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


class ManualClock:
    """A clock that stands still until it is moved. Both its times are the same."""

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of a ManualClock needs a time zone")
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def wall(self) -> datetime:
        return self._now

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
        """Move the clock forward and give the new time.

        Raises:
            ValueError: the sum is negative; time does not run backwards.
        """
        step = timedelta(days=days, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            raise ValueError("a ManualClock cannot be moved backwards")
        with self._lock:
            self._now += step
            return self._now


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
