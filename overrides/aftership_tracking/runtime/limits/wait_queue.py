"""The queue of callers that wait for a slot: higher priority first, then first come, first served.

It is a queue of tickets, not of threads: the callers are elsewhere, perhaps in another process, and come back
with their ticket. A caller that does not come back loses its position.
"""

from __future__ import annotations

from typing import NamedTuple

from aftership_tracking.runtime.limits.protocol import SlotRequest

__all__ = ["HORIZON", "MOST_OVERTAKEN", "WaitQueue", "Waiter"]

# Seconds before its start at which a slot is assigned. Nobody overtakes after that. With a shorter time,
# slots would be lost to threads that wake up late.
HORIZON = 0.1

# One slot of this many goes to the caller that has waited longest, so that no priority waits for ever.
_SHARE = 10
MOST_OVERTAKEN = _SHARE - 1
"""The caller that has waited longest is overtaken no more often than this."""
# Seconds after which a caller that should have come back is removed.
_PATIENCE = 0.5
# The queue holds no more than this. Further callers also come back with a ticket, and join when there is
# room.
_MOST_WAITERS = 1000


class Waiter(NamedTuple):
    """A caller that waits."""

    priority: int
    back: float
    """When it comes back to try again."""


class WaitQueue:
    """Mutable; its owner synchronizes threads and processes."""

    __slots__ = ("next", "overtaken", "waiters")

    def __init__(self) -> None:
        self.waiters: dict[int, Waiter] = {}
        """By ticket."""
        self.next = 0
        """The ticket of the next new caller. Lower numbers came earlier."""
        self.overtaken = 0
        """How many slots in a row went to others than the caller that has waited longest."""

    def rank(self, slot_request: SlotRequest, now: float) -> int:
        """Return how many of the waiters go before this caller."""
        waiters = self.waiters
        for ticket in [ticket for ticket, waiter in waiters.items() if waiter.back + _PATIENCE < now]:
            del waiters[ticket]
        mine = self.next if slot_request.ticket is None else slot_request.ticket
        priority = slot_request.priority
        older = before = 0
        for ticket, waiter in waiters.items():
            if ticket != mine:
                earlier = ticket < mine
                older += earlier
                before += waiter.priority > priority or (earlier and waiter.priority == priority)
        if older and self.overtaken == _SHARE - 1:
            oldest = waiters[min(waiters)]
            # It is the turn of the oldest one, if that comes back in time to take the slot.
            before += oldest.priority < priority and oldest.back <= now + HORIZON
        return min(before, _SHARE * (older + 1) - 1 - self.overtaken)

    def join(self, slot_request: SlotRequest, back: float) -> int:
        """Add a caller that comes back at this time. Return its ticket."""
        ticket = self.next if slot_request.ticket is None else slot_request.ticket
        if ticket in self.waiters or len(self.waiters) < _MOST_WAITERS:
            self.waiters[ticket] = Waiter(slot_request.priority, back)
        self.next = max(self.next, ticket + 1)
        return ticket

    def leave(self, slot_request: SlotRequest) -> None:
        """Remove a caller that gives up."""
        if slot_request.ticket is not None:
            self.waiters.pop(slot_request.ticket, None)

    def serve(self, slot_request: SlotRequest) -> None:
        """Remove a caller that got a slot."""
        self.leave(slot_request)
        mine = self.next if slot_request.ticket is None else slot_request.ticket
        oldest = min(self.waiters, default=mine)
        if oldest >= mine:
            self.overtaken = 0
        elif self.waiters[oldest].priority < slot_request.priority:
            self.overtaken = min(self.overtaken + 1, _SHARE - 1)
