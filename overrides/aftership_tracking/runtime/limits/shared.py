"""What limiters have in common whose buckets are outside of the process: what happens when these fail."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Literal

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits.feedback import Heard, hear
from aftership_tracking.runtime.limits.memory import MemoryLimiter
from aftership_tracking.runtime.limits.protocol import Ask, Grant
from aftership_tracking.runtime.logger import LOGGER

__all__ = ["OnFailure", "SharedLimiter"]

OnFailure = Literal["memory", "raise"]

# Seconds after a failure before the store is tried again: each try can cost a timeout.
_REST = 5.0


class SharedLimiter(ABC):
    """A limiter whose buckets are shared by processes.

    `on_failure` says what to do while the store cannot be used: "memory" goes on with limits of this process
    alone, warns once (`LimiterWarning`) and tries the store again every 5 seconds; "raise" raises
    `LimiterError` from each call.
    """

    blocking = True

    def __init__(self, on_failure: OnFailure, now: Callable[[], float], clock: Callable[[], float]) -> None:
        if on_failure not in ("memory", "raise"):
            raise UsageError(f"on_failure must be 'memory' or 'raise'; this is {on_failure!r}")
        self._raises = on_failure == "raise"
        self._now = now
        self._clock = clock
        # It hears everything, so that it can take over, and tells what is worth writing to the store.
        self._own = MemoryLimiter(now, clock)
        self._resting_until = float("-inf")
        self._down = False
        self._warned = False

    @abstractmethod
    def _place(self, ask: Ask) -> Grant:
        """Give the next place of the shared bucket, or say when to come back."""

    @abstractmethod
    def _tell(self, ask: Ask, heard: Heard, wall: float) -> None:
        """Let the shared bucket take note of a response that was read at this Unix time."""

    @abstractmethod
    def _failure(self, error: Exception) -> str | None:
        """Describe an error of the store in a few words without secrets; None if it is another kind."""

    def acquire(self, ask: Ask) -> Grant:
        """Reserve the next free place if it is near, or say when to ask again."""
        if self._resting():
            return self._own.acquire(ask)
        try:
            grant = self._place(ask)
        except Exception as error:
            failure = self._failure(error)
            if failure is None:
                raise
        else:
            self._works()
            return grant
        # Outside of the handler: what failed holds frames, and they may hold a password.
        self._failed(failure)
        return self._own.acquire(ask)

    def learn(self, ask: Ask, status: int, headers: Mapping[str, str]) -> None:
        """Correct the limit by what the service announces; hold the bucket when it is used up.

        The store is told only what is new, which for most responses is nothing.
        """
        wall = self._clock()
        heard = hear(status, headers, wall, ask.limit.seconds)
        if not self._own.notice(ask, heard, wall) or self._resting():
            return
        try:
            self._tell(ask, heard, wall)
        except Exception as error:
            failure = self._failure(error)
            if failure is None:
                raise
        else:
            return
        # A response has come: it must reach the caller, whatever became of the limiter.
        self._failed(failure, quiet=True)

    def _resting(self) -> bool:
        return not self._raises and self._now() < self._resting_until

    def _works(self) -> None:
        if self._down:
            self._down = False
            # The store may have come back empty: what responses say from now on is news to it.
            self._own = MemoryLimiter(self._now, self._clock)
            LOGGER.info("limits: %r works again", self)

    def _failed(self, failure: str, *, quiet: bool = False) -> None:
        if self._raises:
            if quiet:
                return
            raise LimiterError(
                f"the limiter {self!r} failed: {failure}.",
                hint="Repair its store, or let it go on alone with on_failure='memory'.",
            )
        self._resting_until = self._now() + _REST
        if not self._down:
            self._down = True
            LOGGER.warning(
                "limits: %r failed (%s); going on with limits of this process alone", self, failure
            )
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"the limiter {self!r} failed ({failure}); until it works again, this process keeps limits "
                "of its own, and a fleet may send too fast",
                LimiterWarning,
                stacklevel=2,
            )
