"""The limiter of a single process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping

from aftership_tracking.runtime.limits.bucket import Bucket
from aftership_tracking.runtime.limits.feedback import Heard, hear
from aftership_tracking.runtime.limits.protocol import Ask, Grant
from aftership_tracking.runtime.limits.windows import Moment

__all__ = ["MemoryLimiter"]

# Buckets that nobody uses are dropped when there are so many: a process may act for thousands of accounts.
_MANY = 10_000
_UNUSED_SECONDS = 120.0


class MemoryLimiter:
    """Keeps the limits within one process, for all its threads.

    `now` gives seconds that never go back, `clock` Unix time. After a fork parent and child count for
    themselves.
    """

    blocking = False

    def __init__(
        self, now: Callable[[], float] = time.monotonic, clock: Callable[[], float] = time.time
    ) -> None:
        self._now = now
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._locks = {os.getpid(): threading.Lock()}

    def acquire(self, ask: Ask) -> Grant:
        """Reserve the next free place if it is near, or say when to ask again."""
        with self._guard():
            return self._bucket(ask.bucket).place(ask, self._now())

    def learn(self, ask: Ask, status: int, headers: Mapping[str, str]) -> None:
        """Correct the limit by what the service announces; hold the bucket when it is used up."""
        wall = self._clock()
        self.notice(ask, hear(status, headers, wall, ask.limit.seconds), wall)

    def notice(self, ask: Ask, heard: Heard, wall: float) -> bool:
        """Take note of what was read from a response at this Unix time. Returns whether it is news."""
        with self._guard():
            return self._bucket(ask.bucket).hear(ask, heard, Moment(self._now(), wall, ask.took))

    def _bucket(self, name: str) -> Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= _MANY:
                old = self._now() - _UNUSED_SECONDS
                self._buckets = {name: bucket for name, bucket in self._buckets.items() if bucket.seen > old}
            bucket = self._buckets[name] = Bucket()
        return bucket

    def _guard(self) -> threading.Lock:
        # A lock that another thread held at a fork stays locked in the child for ever, so each process has
        # its own. `setdefault` gives two threads of a new process the same one.
        process = os.getpid()
        known = self._locks.get(process)
        return self._locks.setdefault(process, threading.Lock()) if known is None else known
