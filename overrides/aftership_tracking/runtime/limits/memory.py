"""The limiter of a single process."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits.bucket import Bucket
from aftership_tracking.runtime.limits.clock_offset import Instant
from aftership_tracking.runtime.limits.feedback import Observation, read_observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.operation import RateLimit

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.usage import BucketUsage

__all__ = ["MemoryLimiter"]

# Unused buckets are dropped when there are this many: a process may act for thousands of accounts.
_MANY_BUCKETS = 10_000
_UNUSED_SECONDS = 120.0


class MemoryLimiter:
    """Enforces the limits within one process, for all its threads. Clients that are given the same object
    share its limits. After a fork, parent and child count separately.
    """

    blocking = False

    def __init__(self, *, _clocks: Clocks | None = None) -> None:
        clocks = _clocks or Clocks()
        self._now = clocks.monotonic
        self._clock = clocks.clock
        self._buckets: dict[str, Bucket] = {}
        self._limits: dict[str, RateLimit] = {}
        self._locks = {os.getpid(): threading.Lock()}

    def __repr__(self) -> str:
        return "MemoryLimiter()"

    def acquire(self, slot_request: SlotRequest) -> Grant:
        """Reserve the next free slot if it is near, or say when to try again."""
        with self._lock_of_process():
            return self._bucket(slot_request).assign_slot(slot_request, self._now())

    def learn(self, slot_request: SlotRequest, status: int, headers: Mapping[str, str]) -> None:
        """Correct the limit by what the service announces; hold the bucket when it is used up."""
        wall = self._clock()
        self._observe(slot_request, read_observation(status, headers, wall, slot_request.limit.seconds), wall)

    def _observe(self, slot_request: SlotRequest, observation: Observation, wall: float) -> bool:
        """Take note of a response that was read at this Unix time. Return whether it is news."""
        with self._lock_of_process():
            arrival = Instant(self._now(), wall, slot_request.took)
            return self._bucket(slot_request).observe(slot_request, observation, arrival)

    def usage(self, prefix: str = "") -> tuple[BucketUsage, ...]:
        """Return how much of each limit is used, for the buckets that were used lately and whose name begins
        with the prefix.
        """
        from aftership_tracking.runtime.limits.usage import describe_bucket

        with self._lock_of_process():
            now, wall = self._now(), self._clock()
            return tuple(
                describe_bucket(name, bucket, self._limits[name], now, wall)
                for name, bucket in self._buckets.items()
                if name.startswith(prefix)
            )

    def _bucket(self, slot_request: SlotRequest) -> Bucket:
        name = slot_request.bucket
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= _MANY_BUCKETS:
                old = self._now() - _UNUSED_SECONDS
                self._buckets = {name: bucket for name, bucket in self._buckets.items() if bucket.seen > old}
                self._limits = {name: self._limits[name] for name in self._buckets}
            bucket = self._buckets[name] = Bucket()
        self._limits[name] = slot_request.limit
        return bucket

    def _lock_of_process(self) -> threading.Lock:
        # A lock that another thread held at a fork would stay locked in the child for ever, so each process
        # has its own. `setdefault` returns the same lock to two threads of a new process.
        process = os.getpid()
        known = self._locks.get(process)
        return self._locks.setdefault(process, threading.Lock()) if known is None else known
