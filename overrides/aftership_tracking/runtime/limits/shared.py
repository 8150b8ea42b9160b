"""The base of limiters whose buckets are stored outside of the process: what happens when the store fails."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Literal

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits.feedback import Observation, read_observation
from aftership_tracking.runtime.limits.memory import MemoryLimiter
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.logger import LOGGER, log_fields

__all__ = ["OnFailure", "SharedLimiter"]

OnFailure = Literal["memory", "raise"]

# Seconds after a failure before the store is tried again: each try can cost a timeout.
_PAUSE_AFTER_FAILURE = 5.0


class SharedLimiter(ABC):
    """A limiter whose buckets are shared by processes.

    `on_failure` says what to do while the store cannot be used: "memory" continues with limits of this
    process alone, warns once (`LimiterWarning`) and tries the store again every 5 seconds; "raise" raises
    `LimiterError` from each call.
    """

    blocking = True

    def __init__(self, on_failure: OnFailure, now: Callable[[], float], clock: Callable[[], float]) -> None:
        if on_failure not in ("memory", "raise"):
            raise UsageError(f"on_failure must be 'memory' or 'raise'; this is {on_failure!r}")
        self._raises = on_failure == "raise"
        self._now = now
        self._clock = clock
        # It observes every response, so that it can replace the store, and decides what is worth writing
        # there.
        self._local = MemoryLimiter(now, clock)
        self._store_paused_until = float("-inf")
        self._down = False
        self._warned = False

    @abstractmethod
    def _assign_slot(self, slot_request: SlotRequest) -> Grant:
        """Reserve the next slot of the shared bucket, or say when to come back."""

    @abstractmethod
    def _observe(self, slot_request: SlotRequest, observation: Observation, wall: float) -> None:
        """Let the shared bucket take note of a response that was read at this Unix time."""

    @abstractmethod
    def _describe_failure(self, error: Exception) -> str | None:
        """Describe an error of the store in a few words without secrets; None for other errors."""

    def acquire(self, slot_request: SlotRequest) -> Grant:
        """Reserve the next free slot if it is near, or say when to try again."""
        if self._is_store_paused():
            return self._local.acquire(slot_request)
        try:
            grant = self._assign_slot(slot_request)
        except Exception as error:
            failure = self._describe_failure(error)
            if failure is None:
                raise
        else:
            self._note_success()
            return grant
        # Outside of the handler: the error holds frames, and they may hold a password.
        self._note_failure(failure)
        return self._local.acquire(slot_request)

    def learn(self, slot_request: SlotRequest, status: int, headers: Mapping[str, str]) -> None:
        """Correct the limit by what the service announces; hold the bucket when it is used up.

        Only news is written to the store, and most responses bring none.
        """
        wall = self._clock()
        observation = read_observation(status, headers, wall, slot_request.limit.seconds)
        if not self._local.observe(slot_request, observation, wall) or self._is_store_paused():
            return
        try:
            self._observe(slot_request, observation, wall)
        except Exception as error:
            failure = self._describe_failure(error)
            if failure is None:
                raise
        else:
            return
        # The response has arrived, and must reach the caller even if the limiter fails.
        self._note_failure(failure, quiet=True)

    def _is_store_paused(self) -> bool:
        return not self._raises and self._now() < self._store_paused_until

    def _note_success(self) -> None:
        if self._down:
            self._down = False
            # The store may have come back empty, so everything that responses say is news again.
            self._local = MemoryLimiter(self._now, self._clock)
            LOGGER.info("limits: %r works again", self, extra=log_fields("limiter", works=True))

    def _note_failure(self, failure: str, *, quiet: bool = False) -> None:
        if self._raises:
            if quiet:
                return
            raise LimiterError(
                f"the limiter {self!r} failed: {failure}.",
                hint="Repair its store, or let the limiter continue alone with on_failure='memory'.",
            )
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
