"""The clocks, the sleep and the random numbers of a client, as values that tests can replace.

Users replace them with `aftership_tracking.testing.ClientClock`. They are not an argument of the constructor,
which reads `CLOCKS`: so a test can also reach a client that is made deep inside the code under test.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["CLOCKS", "Clocks", "sleep_anywhere", "use_clocks"]


async def sleep_anywhere(seconds: float) -> None:
    """Sleep under asyncio and under trio."""
    # anyio is installed with httpx. Imported lazily: the sync client does not need it.
    import anyio

    await anyio.sleep(seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocks:
    """The clocks, the sleep and the random numbers that a client uses."""

    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], float] = time.time
    """Unix time."""
    random: Callable[[], float] = random.random
    """A number from 0 up to, but not including, 1."""
    sleep: Callable[[float], None] = time.sleep
    """Waits for a number of seconds; for the sync client."""
    sleep_async: Callable[[float], Awaitable[None]] = sleep_anywhere
    """The same for the async client."""


_SYSTEM_CLOCKS = Clocks()
CLOCKS: ContextVar[Clocks] = ContextVar("aftership_clocks", default=_SYSTEM_CLOCKS)
"""What a client that is made in this thread or task uses, for as long as it lives."""


@contextmanager
def use_clocks(clocks: Clocks) -> Iterator[None]:
    """Give these clocks to the clients that are made inside the block."""
    token = CLOCKS.set(clocks)
    try:
        yield
    finally:
        CLOCKS.reset(token)
