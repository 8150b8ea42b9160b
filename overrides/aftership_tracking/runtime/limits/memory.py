"""The limiter of a single process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping

from aftership_tracking.runtime.limits.bucket import Bucket
from aftership_tracking.runtime.limits.clock_offset import Instant
from aftership_tracking.runtime.limits.feedback import Observation, read_observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest

__all__ = ["MemoryLimiter"]

# Unused buckets are dropped when there are this many: a process may act for thousands of accounts.
_MANY_BUCKETS = 10_000
_UNUSED_SECONDS = 120.0


class MemoryLimiter:
    """Enforces the limits within one process, for all its threads.

    `now` returns seconds that never go back, `clock` returns Unix time. After a fork, parent and child count
    separately.
    """

    blocking = False

    def __init__(
        self, now: Callable[[], float] = time.monotonic, clock: Callable[[], float] = time.time
    ) -> None:
        self._now = now
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._locks = {os.getpid(): threading.Lock()}

    def acquire(self, slot_request: SlotRequest) -> Grant:
        """Reserve the next free slot if it is near, or say when to try again."""
        with self._lock_of_process():
            return self._bucket(slot_request.bucket).assign_slot(slot_request, self._now())

    def learn(self, slot_request: SlotRequest, status: int, headers: Mapping[str, str]) -> None:
        """Correct the limit by what the service announces; hold the bucket when it is used up."""
        wall = self._clock()
        self.observe(slot_request, read_observation(status, headers, wall, slot_request.limit.seconds), wall)

    def observe(self, slot_request: SlotRequest, observation: Observation, wall: float) -> bool:
        """Take note of a response that was read at this Unix time. Return whether it is news."""
        with self._lock_of_process():
            arrival = Instant(self._now(), wall, slot_request.took)
            return self._bucket(slot_request.bucket).observe(slot_request, observation, arrival)

    def _bucket(self, name: str) -> Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= _MANY_BUCKETS:
                old = self._now() - _UNUSED_SECONDS
                self._buckets = {name: bucket for name, bucket in self._buckets.items() if bucket.seen > old}
            bucket = self._buckets[name] = Bucket()
        return bucket

    def _lock_of_process(self) -> threading.Lock:
        # A lock that another thread held at a fork would stay locked in the child for ever, so each process
        # has its own. `setdefault` returns the same lock to two threads of a new process.
        process = os.getpid()
        known = self._locks.get(process)
        return self._locks.setdefault(process, threading.Lock()) if known is None else known
