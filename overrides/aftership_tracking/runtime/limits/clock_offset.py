"""How far the clock of the service is ahead of ours, worked out from the resets that it announces.

The service counts requests in windows that begin at whole multiples of their length, by its own clock. A
request that leaves near the end of one window can arrive in the next, and be one too many there. So we need
to know when the windows end on our clock. That is known only within bounds, and each response narrows them.
"""

from __future__ import annotations

from typing import NamedTuple

from aftership_tracking.runtime.limits.feedback import Observation

__all__ = ["ClockOffset", "Instant", "narrow_offset"]

# Seconds. A request that leaves this near to the end of a window counts for the next one as well, because it
# may arrive there. The margin before the end covers the network and a busy machine; the one after it, an
# error of the clocks.
_MARGIN_BEFORE_END = 0.25
_MARGIN_AFTER_END = 0.02
# Seconds. A change of the estimate that is worth reporting to other processes.
_NOTABLE = 0.005


class ClockOffset(NamedTuple):
    """The clock of the service is ahead of ours by between `low` and `high` seconds."""

    low: float
    high: float
    ahead: float
    """The best guess. Clocks of machines are usually right, so it is their difference where the bounds allow
    that.
    """

    def latest_count_time(self, start: float, seconds: float) -> float:
        """Return the latest time at which a request counts that is sent at `start`."""
        before, after = min(_MARGIN_BEFORE_END, seconds / 4), min(_MARGIN_AFTER_END, seconds / 50)
        phase = (start + self.ahead) % seconds
        if phase >= seconds - before:
            return start + (seconds - phase) + after
        return start + (after - phase) if phase < after else start

    def reset_on_our_clock(self, at: float) -> float:
        """Return when, on our clock, a reset at this time of the service is over."""
        return at - self.ahead + _MARGIN_AFTER_END

    def differs_from(self, other: ClockOffset | None) -> bool:
        """Return whether the two guesses differ notably."""
        return other is None or abs(self.ahead - other.ahead) > _NOTABLE


class Instant(NamedTuple):
    """When a response arrived."""

    now: float
    """By the clock of the bucket."""
    wall: float
    """Unix time of this machine."""
    took: float
    """Seconds since its request was sent."""


def narrow_offset(
    known: ClockOffset | None, observation: Observation, seconds: float, arrival: Instant
) -> ClockOffset | None:
    """Return what is known after one more response. Bounds that contradict the old ones replace them: a clock
    was set, or drifted.
    """
    if observation.reset is None:
        return known
    now = arrival.now
    high = observation.reset - now + arrival.took
    if observation.date is not None:
        low = observation.date - now
    elif observation.reset - arrival.wall > seconds:
        # Either the clocks differ or the service means a longer wait; without a date nobody can tell.
        low = -_UNKNOWN
    else:
        low = observation.reset - seconds - now
    if low > high or (known is not None and low <= known.low and high >= known.high):
        return known
    if known is not None and max(low, known.low) <= min(high, known.high):
        low, high = max(low, known.low), min(high, known.high)
    guess = arrival.wall - now
    if not low <= guess <= high:
        guess = high if low == -_UNKNOWN else (low + high) / 2
    return ClockOffset(low, high, guess)


_UNKNOWN = 1e18
