"""When the service counts anew, worked out from the resets that it announces.

The service counts in windows that begin at whole multiples of their length, by its own clock. A request that
leaves near the end of one can arrive in the next, and is then one too many there. So it matters where the
ends lie on our clock, which is known only within bounds: each response narrows them.
"""

from __future__ import annotations

from typing import NamedTuple

from aftership_tracking.runtime.limits.feedback import Heard

__all__ = ["Moment", "Windows", "narrowed"]

# A request that leaves in the last part of a window counts for the next one as well: it may arrive there. The
# longer of the two is for the way and for a busy machine, the shorter for an error of the clocks.
_LATE = 0.25
_EARLY = 0.02
# A change of the estimate that is worth telling others.
_NOTABLE = 0.005


class Windows(NamedTuple):
    """How far the clock of the service is ahead of ours: between `low` and `high`, in seconds."""

    low: float
    high: float
    ahead: float
    """The best guess. Clocks of machines are usually right, so it is what they say if that is possible."""

    def counted(self, start: float, seconds: float) -> float:
        """Return the latest time at which a request counts that is sent at `start`."""
        late, early = min(_LATE, seconds / 4), min(_EARLY, seconds / 50)
        phase = (start + self.ahead) % seconds
        if phase >= seconds - late:
            return start + (seconds - phase) + early
        return start + (early - phase) if phase < early else start

    def reset(self, at: float) -> float:
        """Return when, on our clock, a reset at this time of the service is over."""
        return at - self.ahead + _EARLY

    def differs_from(self, other: Windows | None) -> bool:
        """Tell whether the guess is notably another one."""
        return other is None or abs(self.ahead - other.ahead) > _NOTABLE


class Moment(NamedTuple):
    """When a response came."""

    now: float
    """By the clock that the places are kept in."""
    wall: float
    """Unix time of this machine."""
    took: float
    """Seconds since its request was sent."""


def narrowed(known: Windows | None, heard: Heard, seconds: float, moment: Moment) -> Windows | None:
    """Return what is known after one more response. Bounds that contradict the old ones replace them: a clock
    was set, or drifted.
    """
    if heard.reset is None:
        return known
    now = moment.now
    high = heard.reset - now + moment.took
    if heard.date is not None:
        low = heard.date - now
    elif heard.reset - moment.wall > seconds:
        # Either the clocks differ or the service means a longer wait; without a date nobody can tell.
        low = -_UNKNOWN
    else:
        low = heard.reset - seconds - now
    if low > high or (known is not None and low <= known.low and high >= known.high):
        return known
    if known is not None and max(low, known.low) <= min(high, known.high):
        low, high = max(low, known.low), min(high, known.high)
    guess = moment.wall - now
    if not low <= guess <= high:
        guess = high if low == -_UNKNOWN else (low + high) / 2
    return Windows(low, high, guess)


_UNKNOWN = 1e18
