"""Moves the clock of a mock. This is the only module that knows which kinds of clocks can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftership_tracking.mock.clock import Clock, ManualClock, SystemClock
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.webhooks.service import Webhooks


class ClockControl:
    """The clock of one mock. It moves parcels, times of creation, filters and the expiry of tokens.

    Signatures and rate limits use the time of the callers. A `ManualClock` has only one time for both.
    """

    def __init__(self, clock: Clock, webhooks: Webhooks) -> None:
        self._clock = clock
        self._webhooks = webhooks

    def advance(self, step: timedelta) -> datetime:
        """Move the clock forward, and return the new time."""
        moved = self._movable().advance(step.total_seconds())
        self._webhooks.wake()
        return moved

    def set(self, instant: datetime) -> datetime:
        """Move the clock to a later time, and return it."""
        step = instant - self._clock.now()
        if step < timedelta(0):
            raise ControlError(
                "time-runs-forward",
                f"set: {instant.isoformat()} is in the past, it is {self._clock.now().isoformat()} already;"
                " restore a snapshot or start a new mock to go back",
                409,
            )
        return self.advance(step)

    def check_movable(self) -> None:
        """Raise if the clock cannot be moved."""
        self._movable()

    def jump(self, instant: datetime) -> None:
        """Go to another time, also backwards. Only for a state that is replaced as a whole."""
        self._movable().jump(instant)

    @property
    def speed(self) -> float:
        """How many times faster than in reality parcels move; 0 for a clock that stands still."""
        return 0.0 if isinstance(self._clock, ManualClock) else getattr(self._clock, "speed", 1.0)

    def set_speed(self, speed: float) -> None:
        """Set the pace of the parcels."""
        if not isinstance(self._clock, SystemClock):
            raise ControlError(
                "clock-has-no-speed", "speed: this clock stands still until it is moved; advance it", 409
            )
        try:
            self._clock.speed = speed
        except ValueError as error:
            raise ControlError("wrong-value", f"speed: {error}") from None
        self._webhooks.wake()

    def _movable(self) -> ManualClock | SystemClock:
        if isinstance(self._clock, (ManualClock, SystemClock)):
            return self._clock
        kind = type(self._clock).__name__
        raise ControlError(
            "clock-not-movable", f"the clock of this mock is a {kind}, which only its owner can move", 409
        )
