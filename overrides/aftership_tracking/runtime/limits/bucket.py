"""Who may send when: the rules of one bucket. No clock, no lock and no store is in here.

A bucket remembers when its last requests were sent, so that no stretch of time as long as the limit's,
wherever it begins, holds more of them than allowed. A bucket that starts full and refills would let nearly
twice as many into one second.

Nobody reserves a place far ahead, or a call of higher priority could not be the next: whoever has to wait
gets a ticket, comes back shortly before its time, and takes the place then.
"""

from __future__ import annotations

from collections import deque

from aftership_tracking.runtime.limits.feedback import Heard
from aftership_tracking.runtime.limits.protocol import Ask, Grant
from aftership_tracking.runtime.limits.waiting import HORIZON, Line
from aftership_tracking.runtime.limits.windows import Moment, Windows, narrowed

__all__ = ["LONGEST_HOLD", "Bucket"]

# Seconds. A service that asks for more is asked again after this.
LONGEST_HOLD = 60.0
# A clock that goes back by more than this was set, and all that is remembered is worthless.
_SET_BACK = 1.0
# Seconds; who is back sooner would only be told the same again.
_SHORTEST_WAIT = 0.001


class Bucket:
    """Mutable; its owner keeps threads and processes apart. All times are seconds of the owner's clock."""

    __slots__ = ("announced", "held", "line", "seen", "sent", "told", "windows")

    def __init__(self) -> None:
        self.sent: deque[float] = deque()
        """When the last requests count, in order."""
        self.line = Line()
        self.held = float("-inf")
        """Nothing is sent before this."""
        self.announced: int | None = None
        """The limit that the service named, if it is not the one of the document."""
        self.windows: Windows | None = None
        self.told: Windows | None = None
        """What the last news said about the windows."""
        self.seen = float("-inf")
        """The latest time that it was asked at."""

    def place(self, ask: Ask, now: float) -> Grant:
        """Give the next place, or say when to come back."""
        self._look_at_the_clock(now)
        requests, seconds = self.announced or ask.limit.requests, ask.limit.seconds
        sent = self.sent
        while sent and sent[0] + seconds <= now:
            sent.popleft()
        rank = self.line.rank(ask, now) if self.line.waiters else 0
        wait = self._start(rank, requests, seconds, now) - now
        if ask.longest is not None and wait > ask.longest:
            self.line.leave(ask)
            return Grant(wait, reserved=False)
        if wait > HORIZON:
            # A long wait is looked at again half-way: others may have given up.
            wait = wait - HORIZON if wait < 2 * seconds else wait / 2
            wait = max(wait, _SHORTEST_WAIT)
            return Grant(wait, reserved=False, ticket=self.line.join(ask, now + wait))
        if ask.ticket is not None or self.line.waiters:
            self.line.go(ask)
        elif self.line.overtaken:
            self.line.overtaken = 0
        start = self._start(0, requests, seconds, now) if rank else now + wait
        counted = start if self.windows is None else self.windows.counted(start, seconds)
        # A hold that is over lets later places lie before earlier ones: the record stays in order.
        sent.append(max(counted, sent[-1]) if sent else counted)
        return Grant(start - now, reserved=True)

    def _start(self, rank: int, requests: int, seconds: float, now: float) -> float:
        """Return when the place is that `rank` others leave over."""
        start = max(now, self.held)
        rounds, rank = divmod(rank, requests)
        before = len(self.sent) - requests + rank
        if before >= 0:
            start = max(start, self.sent[before] + seconds)
        return start + rounds * seconds

    def _look_at_the_clock(self, now: float) -> None:
        if now < self.seen - _SET_BACK:
            self.sent.clear()
            self.line = Line()
            self.held = float("-inf")
            self.windows = None
            self.seen = now
        self.seen = max(now, self.seen)

    def hear(self, ask: Ask, heard: Heard, moment: Moment) -> bool:
        """Take note of a response. Returns whether it says anything that others do not know."""
        seconds, news = ask.limit.seconds, False
        if heard.limit and heard.limit != (self.announced or ask.limit.requests):
            self.announced, news = heard.limit, True
        windows, known = narrowed(self.windows, heard, seconds, moment), self.windows
        if windows is not None and windows is not known:
            self.windows = windows
            if windows.differs_from(self.told):
                self.told, news = windows, True
            if windows.differs_from(known):
                self.sent = deque(windows.counted(start, seconds) for start in self.sent)
        until = self._hold(heard, seconds, moment)
        if until is not None and until > max(self.held, moment.now):
            self.held, news = until, True
        return news

    def _hold(self, heard: Heard, seconds: float, moment: Moment) -> float | None:
        """Return until when nothing may be sent, if the response means that."""
        now = moment.now
        if heard.refused and heard.pause is not None:
            until = now + heard.pause
        elif heard.reset is not None and (heard.refused or heard.remaining == 0):
            ahead = moment.wall - now
            until = self.windows.reset(heard.reset) if self.windows is not None else heard.reset - ahead
        elif heard.refused:
            until = now + seconds
        else:
            return None
        return min(until, now + LONGEST_HOLD)
