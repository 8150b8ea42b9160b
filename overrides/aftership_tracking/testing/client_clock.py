"""A clock by which clients wait without waiting."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.clocks import Clocks, sleep_anywhere, use_clocks

__all__ = ["ClientClock", "MovableClock"]

START = datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)


class MovableClock(Protocol):
    """A clock that can be moved along, such as the `ManualClock` of a mock."""

    def now(self) -> datetime:
        """The time, with its zone."""
        ...

    def advance(self, seconds: float) -> object:
        """Move forward by so many seconds."""
        ...


class ClientClock:
    """The time of clients in tests. It stands still until a client waits or `advance` is called.

        with ClientClock() as clock:
            client = AfterShip("any-key", http_client=...)
        client.trackings.get("5b74...")  # a retry waits, and the test does not
        clock.slept  # what the client waited for: [0.25]

    Each client that is made while the block is open uses this clock for as long as it lives, wherever it is
    made: in the test, deep inside the program under test, or in another thread. A thread that is in a block
    of its own uses that one.

    Args:
        start: the first time, with its zone. By default the one of `moves`, else 2024-02-06 10:15:30 UTC.
        random: the number, from 0 up to 1, that decides how much of a random wait is waited.
        moves: another clock that moves along, such as the `ManualClock` of a mock.
    Raises:
        UsageError: `start` has no zone, or `random` is not from 0 up to 1.
    """

    def __init__(
        self, start: datetime | None = None, *, random: float = 0.5, moves: MovableClock | None = None
    ) -> None:
        if start is None:
            start = START if moves is None else moves.now()
        if start.tzinfo is None:
            raise UsageError("the start of a ClientClock needs a time zone")
        if not 0 <= random <= 1:
            raise UsageError(f"random must be a number from 0 up to 1; this is {random!r}")
        self.start = start
        self.passed = 0.0
        """Seconds since the start."""
        self.slept: list[float] = []
        """The waits of all clients, in seconds, in order."""
        self._random = random
        self._moves = moves
        self._lock = threading.Lock()
        self._blocks: list[AbstractContextManager[None]] = []

    def now(self) -> datetime:
        """Return the time, in the zone of the start."""
        return self.start + timedelta(seconds=self.passed)

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new time. Raises UsageError for less than 0 seconds."""
        if not seconds >= 0:
            raise UsageError("a ClientClock cannot be moved backwards")
        with self._lock:
            self.passed += seconds
        if self._moves is not None:
            self._moves.advance(seconds)
        return self.now()

    def __enter__(self) -> Self:
        clocks = Clocks(
            monotonic=lambda: self.passed,
            clock=lambda: self.start.timestamp() + self.passed,
            random=lambda: self._random,
            sleep=self._sleep,
            sleep_async=self._sleep_async,
        )
        block = use_clocks(clocks)
        block.__enter__()
        self._blocks.append(block)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._blocks.pop().__exit__(None, None, None)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    async def _sleep_async(self, seconds: float) -> None:
        self._sleep(seconds)
        # Who waits for another task lets it run.
        await sleep_anywhere(0)
