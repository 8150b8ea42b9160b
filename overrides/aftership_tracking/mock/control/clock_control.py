"""Moves the clock of a mock forward, and back when a snapshot is restored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from aftership_tracking.mock.clock import END, MovableClock
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.webhooks.service import Webhooks


class ClockControl:
    """The clock of one mock. It moves parcels, times of creation, filters and the expiry of tokens.

    Signatures and rate limits use the time of the callers. A `ManualClock` has only one time for both.
    """

    def __init__(self, clock: MovableClock, webhooks: Webhooks) -> None:
        self._clock = clock
        self._webhooks = webhooks

    def advance(self, step: timedelta) -> datetime:
        """Move the clock forward, and return the new time."""
        if self._clock.now() + step > END:
            raise ControlError("wrong-value", f"the clock of a mock ends before the year {END.year}")
        moved = self._clock.advance(step.total_seconds())
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

    def check_jumps(self) -> None:
        """Raise if the clock cannot go back."""
        self._jump()

    def jump(self, instant: datetime) -> None:
        """Go to another time, also backwards. Only for a state that is replaced as a whole."""
        self._jump()(instant)

    def _jump(self) -> Callable[[datetime], None]:
        found = getattr(self._clock, "jump", None)
        if callable(found):
            return cast("Callable[[datetime], None]", found)
        kind = type(self._clock).__name__
        raise ControlError(
            "clock-not-movable", f"the clock of this mock is a {kind}, which only its owner can set back", 409
        )
