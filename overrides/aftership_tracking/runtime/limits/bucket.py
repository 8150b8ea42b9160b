"""Who may send when: the rules of one bucket. There is no clock, lock or store in this module.

A bucket remembers when its last requests were sent, and allows the next one only if no period as long as the
limit's, wherever it begins, would hold more of them than allowed. A bucket that starts full and refills would
let nearly twice as many into one second.

Slots are not reserved far ahead, because then a call of higher priority could not be the next. A caller that
has to wait gets a ticket, comes back shortly before its time, and takes its slot then.
"""

from __future__ import annotations

from collections import deque

from aftership_tracking.runtime.limits.clock_offset import ClockOffset, Instant, narrow_offset
from aftership_tracking.runtime.limits.feedback import Observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.limits.wait_queue import HORIZON, WaitQueue

__all__ = ["LONGEST_HOLD", "Bucket"]

# Seconds. If the service wants a longer pause, it is tried again after this.
LONGEST_HOLD = 60.0
# Seconds. If the clock goes back by more than this, it was set, and all remembered times are worthless.
_SET_BACK = 1.0
# Seconds. A caller that came back sooner would only get the same result again.
_SHORTEST_WAIT = 0.001


class Bucket:
    """Mutable; its owner synchronizes threads and processes. All times are seconds of the owner's clock."""

    __slots__ = ("announced", "held", "offset", "queue", "reported_offset", "seen", "sent")

    def __init__(self) -> None:
        self.sent: deque[float] = deque()
        """The times at which the last requests count, in order."""
        self.queue = WaitQueue()
        self.held = float("-inf")
        """Nothing is sent before this."""
        self.announced: int | None = None
        """The limit that the service announced, if it differs from the one of the document."""
        self.offset: ClockOffset | None = None
        self.reported_offset: ClockOffset | None = None
        """The last offset that `observe` reported as news."""
        self.seen = float("-inf")
        """The latest time at which a slot was requested."""

    def assign_slot(self, slot_request: SlotRequest, now: float) -> Grant:
        """Reserve the next slot, or say when to come back."""
        self._reset_if_clock_was_set(now)
        requests, seconds = self.announced or slot_request.limit.requests, slot_request.limit.seconds
        sent = self.sent
        while sent and sent[0] + seconds <= now:
            sent.popleft()
        rank = self.queue.rank(slot_request, now) if self.queue.waiters else 0
        wait = self._slot_start(rank, requests, seconds, now) - now
        if slot_request.longest is not None and wait > slot_request.longest:
            self.queue.leave(slot_request)
            return Grant(wait=wait, reserved=False)
        if wait > HORIZON:
            # The caller of a long wait comes back half-way: others may have given up by then.
            wait = wait - HORIZON if wait < 2 * seconds else wait / 2
            wait = max(wait, _SHORTEST_WAIT)
            return Grant(wait=wait, reserved=False, ticket=self.queue.join(slot_request, now + wait))
        if slot_request.ticket is not None or self.queue.waiters:
            self.queue.serve(slot_request)
        elif self.queue.overtaken:
            self.queue.overtaken = 0
        start = self._slot_start(0, requests, seconds, now) if rank else now + wait
        counted = start if self.offset is None else self.offset.latest_count_time(start, seconds)
        # After a hold, a later slot can start before an earlier one: the record must stay in order.
        sent.append(max(counted, sent[-1]) if sent else counted)
        return Grant(wait=start - now, reserved=True)

    def _slot_start(self, rank: int, requests: int, seconds: float, now: float) -> float:
        """Return the start of the first free slot after `rank` earlier waiters."""
        start = max(now, self.held)
        rounds, rank = divmod(rank, requests)
        before = len(self.sent) - requests + rank
        if before >= 0:
            start = max(start, self.sent[before] + seconds)
        return start + rounds * seconds

    def _reset_if_clock_was_set(self, now: float) -> None:
        if now < self.seen - _SET_BACK:
            self.sent.clear()
            self.queue = WaitQueue()
            self.held = float("-inf")
            self.offset = None
            self.seen = now
        self.seen = max(now, self.seen)

    def observe(self, slot_request: SlotRequest, observation: Observation, arrival: Instant) -> bool:
        """Take note of a response that arrived at this instant.

        Return True if it is news: a change that processes which share the bucket should know.
        """
        seconds, is_news = slot_request.limit.seconds, False
        if observation.limit and observation.limit != (self.announced or slot_request.limit.requests):
            self.announced, is_news = observation.limit, True
        offset, known = narrow_offset(self.offset, observation, seconds, arrival), self.offset
        if offset is not None and offset is not known:
            self.offset = offset
            if offset.differs_from(self.reported_offset):
                self.reported_offset, is_news = offset, True
            if offset.differs_from(known):
                self.sent = deque(offset.latest_count_time(start, seconds) for start in self.sent)
        until = self._hold_end(observation, seconds, arrival)
        if until is not None and until > max(self.held, arrival.now):
            self.held, is_news = until, True
        return is_news

    def _hold_end(self, observation: Observation, seconds: float, arrival: Instant) -> float | None:
        """Return the time before which nothing may be sent; None if the response demands no pause."""
        now = arrival.now
        if observation.refused and observation.pause is not None:
            until = now + observation.pause
        elif observation.reset is not None and (observation.refused or observation.remaining == 0):
            until = (
                self.offset.reset_on_our_clock(observation.reset)
                if self.offset is not None
                else observation.reset - (arrival.wall - now)
            )
        elif observation.refused:
            until = now + seconds
        else:
            return None
        return min(until, now + LONGEST_HOLD)
