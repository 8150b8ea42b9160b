"""Limits how often somebody may try wrong credentials. It knows only this process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

__all__ = ["FailedAttempts"]

_MOST_KEYS = 10_000


class FailedAttempts:
    """Counts failures of each key within a time.

    Args:
        most: after as many failures a key is blocked until its time is over.
        seconds: the time of a key, from its first failure.
        clock: returns seconds.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        # Key to number and end, in the order of the first failures. Bounded, because senders choose keys.
        self._failures: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def blocked_for(self, key: Hashable) -> float:
        """Return for how many seconds a key is blocked; 0 if it is not."""
        with self._lock:
            count, ends_at = self._failures.get(key, (0, 0.0))
            return max(0.0, ends_at - self._clock()) if count >= self._most else 0.0

    def add(self, key: Hashable) -> None:
        """Note a failure."""
        with self._lock:
            now = self._clock()
            count, ends_at = self._failures.get(key, (0, 0.0))
            if ends_at <= now:
                self._failures.pop(key, None)
                count, ends_at = 0, now + self._seconds
            self._failures[key] = (count + 1, ends_at)
            while len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)
