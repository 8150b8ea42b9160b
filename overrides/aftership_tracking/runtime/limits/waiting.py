"""The line of those who wait for a place: higher priority first, then who came first.

It is a line of tickets, not of threads: those who wait are elsewhere, perhaps in another process, and come
back with their ticket. Who does not come back loses the place.
"""

from __future__ import annotations

from typing import NamedTuple

from aftership_tracking.runtime.limits.protocol import Ask

__all__ = ["HORIZON", "Line", "Waiter"]

# Seconds before its time at which a place is given away. Nobody is overtaken after that; a shorter time would
# be lost to threads that wake up late.
HORIZON = 0.1

# One place of this many goes to whoever has waited longest, so that no priority waits for ever.
_SHARE = 10
# Seconds after which somebody who should have come back is given up.
_PATIENCE = 0.5
# More are not kept in the line. They still come back with a ticket, and join when there is room.
_MOST = 1000


class Waiter(NamedTuple):
    """One who waits."""

    priority: int
    back: float
    """When it comes back to ask again."""


class Line:
    """Mutable; its owner keeps threads and processes apart."""

    __slots__ = ("next", "overtaken", "waiters")

    def __init__(self) -> None:
        self.waiters: dict[int, Waiter] = {}
        self.next = 0
        """The ticket of whoever comes next. Lower numbers came earlier."""
        self.overtaken = 0
        """How many places in a row went to others than the one that has waited longest."""

    def rank(self, ask: Ask, now: float) -> int:
        """Return how many of those who wait go before this one."""
        waiters = self.waiters
        for ticket in [ticket for ticket, waiter in waiters.items() if waiter.back + _PATIENCE < now]:
            del waiters[ticket]
        mine = self.next if ask.ticket is None else ask.ticket
        older = before = 0
        for ticket, waiter in waiters.items():
            if ticket != mine:
                earlier = ticket < mine
                older += earlier
                before += waiter.priority > ask.priority or (earlier and waiter.priority == ask.priority)
        if older and self.overtaken == _SHARE - 1:
            oldest = waiters[min(waiters)]
            # Its turn has come, if it is here in time to take it.
            before += oldest.priority < ask.priority and oldest.back <= now + HORIZON
        return min(before, _SHARE * (older + 1) - 1 - self.overtaken)

    def join(self, ask: Ask, back: float) -> int:
        """Let one wait that will be back at this time. Returns its ticket."""
        ticket = self.next if ask.ticket is None else ask.ticket
        if ticket in self.waiters or len(self.waiters) < _MOST:
            self.waiters[ticket] = Waiter(ask.priority, back)
        self.next = max(self.next, ticket + 1)
        return ticket

    def leave(self, ask: Ask) -> None:
        """Take out one that gives up."""
        if ask.ticket is not None:
            self.waiters.pop(ask.ticket, None)

    def go(self, ask: Ask) -> None:
        """Take out one that got a place."""
        self.leave(ask)
        mine = self.next if ask.ticket is None else ask.ticket
        oldest = min(self.waiters, default=mine)
        if oldest >= mine:
            self.overtaken = 0
        elif self.waiters[oldest].priority < ask.priority:
            self.overtaken = min(self.overtaken + 1, _SHARE - 1)
