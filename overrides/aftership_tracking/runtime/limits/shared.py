"""The base of limiters whose buckets are stored outside of the process: what happens when the store fails."""

from __future__ import annotations

import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits.feedback import Observation, read_observation
from aftership_tracking.runtime.limits.memory import MemoryLimiter
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.logger import LOGGER, log_fields
from aftership_tracking.runtime.operation import RateLimit

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.usage import BucketUsage

__all__ = ["OnFailure", "SharedLimiter"]

OnFailure = Literal["memory", "raise"]
"""What happens when a shared store fails: `memory` goes on with the limits of this process, `raise` raises
LimiterError.
"""

# Seconds after a failure before the store is tried again: each try can cost a timeout.
_PAUSE_AFTER_FAILURE = 5.0
# The store may use this part of the time that the deadline leaves: the call itself needs the rest.
_SHARE_OF_DEADLINE = 0.5
# Seconds. If a call has less time than this for the store, a store that is late has not failed.
_FAIR_TRIAL = 0.5
# Seconds that reading the usage may take: somebody looks at a screen.
_USAGE_SECONDS = 1.0
# Buckets whose usage can be shown. A process may act for thousands of accounts.
_MANY_BUCKETS = 10_000


class SharedLimiter(ABC):
    """A limiter whose buckets are shared by processes.

    `on_failure` says what to do while the store cannot be used, for whatever reason: "memory" continues with
    limits of this process alone, warns once (`LimiterWarning`) and tries the store again every 5 seconds;
    "raise" raises `LimiterError` from the constructor or from each call.

    If a call has a deadline, the store may use half of the time that is left. A store that is late after
    less than half a second is not used for this call, and has not failed.
    """

    blocking = True
    _patience: float | None
    """Seconds after which a store that does not respond has failed; None if it has a limit of its own."""

    def __init__(self, on_failure: OnFailure, clocks: Clocks) -> None:
        if on_failure not in ("memory", "raise"):
            raise UsageError(f"on_failure must be 'memory' or 'raise'; this is {on_failure!r}")
        self._raises = on_failure == "raise"
        self._clocks = clocks
        self._now = clocks.monotonic
        self._clock = clocks.clock
        # It observes every response, so that it can replace the store, and decides what is worth writing
        # there.
        self._local = MemoryLimiter(_clocks=clocks)
        self._limits: dict[str, RateLimit] = {}
        self._store_paused_until = float("-inf")
        self._down = False
        self._has_missed_news = False
        self._warned = False
        self._noted_damage = False

    @abstractmethod
    def _assign_slot(self, slot_request: SlotRequest, seconds: float | None) -> Grant:
        """Reserve the next slot of the shared bucket, or say when to come back. Raises any error if the store
        fails or needs more than so many seconds.
        """

    @abstractmethod
    def _observe(
        self, slot_request: SlotRequest, observation: Observation, wall: float, seconds: float | None
    ) -> None:
        """Let the shared bucket take note of a response that was read at this Unix time. Raises any error."""

    @abstractmethod
    def _read_usage(self, limits: Mapping[str, RateLimit], seconds: float) -> tuple[BucketUsage, ...]:
        """Return how much of these buckets is used. Raises any error."""

    @abstractmethod
    def _describe_failure(self, error: Exception) -> str:
        """Describe an error in a few words without secrets."""

    def acquire(self, slot_request: SlotRequest) -> Grant:
        """Reserve the next free slot if it is near, or say when to try again."""
        if len(self._limits) >= _MANY_BUCKETS:
            self._limits = {}
        self._limits[slot_request.bucket] = slot_request.limit
        if self._is_store_paused():
            return self._local.acquire(slot_request)
        seconds, begun = self._allowed(slot_request), time.monotonic()
        try:
            grant = self._assign_slot(slot_request, seconds)
        except Exception as error:  # noqa: BLE001 - whatever a store does wrong, it has failed
            failure = self._describe_failure(error)
        else:
            self._note_success()
            return grant
        # Outside of the handler: the error holds frames, and they may hold a password.
        self._note_failure(failure, had_time=_had_time(seconds, begun))
        return self._local.acquire(slot_request)

    def learn(self, slot_request: SlotRequest, status: int, headers: Mapping[str, str]) -> None:
        """Correct the limit by what the service announces; hold the bucket when it is used up.

        Only news is written to the store, and most responses bring none.
        """
        wall = self._clock()
        observation = read_observation(status, headers, wall, slot_request.limit.seconds)
        if not self._local._observe(slot_request, observation, wall) or self._is_store_paused():
            return
        seconds, begun = self._allowed(slot_request), time.monotonic()
        try:
            self._observe(slot_request, observation, wall, seconds)
        except Exception as error:  # noqa: BLE001 - as above
            failure = self._describe_failure(error)
        else:
            return
        # The response has arrived, and must reach the caller even if the limiter fails.
        self._note_failure(failure, had_time=_had_time(seconds, begun), quiet=True)

    def usage(self, prefix: str = "") -> tuple[BucketUsage, ...]:
        """Return how much of each limit is used by all processes, for the buckets that this process used and
        whose name begins with the prefix. It reads the store, for a second at most.

        While the store fails, only the requests of this process count. Raises LimiterError if that is
        configured.
        """
        limits = {name: limit for name, limit in self._limits.items() if name.startswith(prefix)}
        if not limits:
            return ()
        if self._is_store_paused():
            return self._local.usage(prefix)
        try:
            return self._read_usage(limits, _USAGE_SECONDS)
        except Exception as error:  # noqa: BLE001 - as above
            failure = self._describe_failure(error)
        self._note_failure(failure)
        return self._local.usage(prefix)

    def _allowed(self, slot_request: SlotRequest) -> float | None:
        """Return the seconds that the store may take; None for its own limit."""
        if slot_request.within is None:
            return self._patience
        share = max(slot_request.within, 0.0) * _SHARE_OF_DEADLINE
        return share if self._patience is None else min(share, self._patience)

    def _is_store_paused(self) -> bool:
        return not self._raises and self._now() < self._store_paused_until

    def _note_success(self) -> None:
        if not (self._down or self._has_missed_news):
            return
        if self._down:
            LOGGER.info("limits: %r works again", self, extra=log_fields("limiter", works=True))
        self._down = self._has_missed_news = False
        # The store may have come back empty, so everything that responses say is news again.
        self._local = MemoryLimiter(_clocks=self._clocks)

    def _note_damage(self) -> None:
        """Say once that a stored bucket could not be read and began anew."""
        if not self._noted_damage:
            self._noted_damage = True
            LOGGER.warning("limits: %r: a bucket that is damaged, or of another release, begins anew", self)

    def _note_failure(self, failure: str, *, had_time: bool = True, quiet: bool = False) -> None:
        if self._raises:
            if quiet:
                self._has_missed_news = True
                LOGGER.warning("limits: %r could not take note of a response (%s)", self, failure)
                return
            raise LimiterError(
                f"the limiter {self!r} failed: {failure}.",
                hint="Repair its store, or let the limiter continue alone with on_failure='memory'.",
            )
        if not had_time:
            self._has_missed_news = True
            LOGGER.info("limits: the deadline of a call left %r too little time (%s)", self, failure)
            return
        self._store_paused_until = self._now() + _PAUSE_AFTER_FAILURE
        if not self._down:
            self._down = True
            LOGGER.warning(
                "limits: %r failed (%s); continuing with limits of this process alone",
                self,
                failure,
                extra=log_fields("limiter", works=False),
            )
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"the limiter {self!r} failed ({failure}); until it works again, this process uses limits "
                "of its own, and a fleet may send too fast",
                LimiterWarning,
                stacklevel=2,
            )


def _had_time(seconds: float | None, begun: float) -> bool:
    """Return False if a store failed because it was given little time, and not for another reason."""
    return seconds is None or seconds >= _FAIR_TRIAL or time.monotonic() - begun < seconds
