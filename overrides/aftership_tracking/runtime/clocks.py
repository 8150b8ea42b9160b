"""The clocks, the sleep and the random numbers of a client, as values that tests can replace.

Users replace them with `aftership_tracking.testing.ClientClock`. They are not an argument of the constructor,
which calls `current_clocks`: so a test can also reach a client that is made deep inside the code under
test.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Clocks", "current_clocks", "sleep_anywhere", "use_clocks"]


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
_CLOCKS: ContextVar[Clocks | None] = ContextVar("aftership_clocks", default=None)
# The blocks that are open in this process. The last one is for threads without a block of their own.
_OPEN: list[_Block] = []


def current_clocks() -> Clocks:
    """Return what a client that is made here and now uses, for as long as it lives."""
    own = _CLOCKS.get()
    if own is not None:
        return own
    # A copy, because another thread may leave its block meanwhile.
    last = _OPEN[-1:]
    return last[0].clocks if last else _SYSTEM_CLOCKS


@contextmanager
def use_clocks(clocks: Clocks) -> Iterator[None]:
    """Give these clocks to the clients that are made while the block is open: inside it, and in threads that
    are in no such block. If several are open for those, the one that was entered last counts.
    """
    block = _Block(clocks)
    token = _CLOCKS.set(clocks)
    _OPEN.append(block)
    try:
        yield
    finally:
        # Blocks of two threads may end in any order.
        _OPEN.remove(block)
        _CLOCKS.reset(token)


class _Block:
    """One block of `use_clocks`. No two are equal, whatever their clocks are."""

    __slots__ = ("clocks",)

    def __init__(self, clocks: Clocks) -> None:
        self.clocks = clocks
