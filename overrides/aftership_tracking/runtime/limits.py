"""Sending no faster than the service allows: the seam for limiters, and one for a single process."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from aftership_tracking.runtime.operation import RateLimit

__all__ = ["Ask", "Feedback", "Grant", "Limiter", "MemoryLimiter", "read_feedback"]


class Ask(NamedTuple):
    """A wish to send one request."""

    bucket: str
    """What shares the limit. It holds a fingerprint of the account, never a key."""
    limit: RateLimit
    longest: float | None = None
    """Seconds that the caller can wait; None for any time."""
    priority: int = 0
    """Higher goes first, for limiters that know priorities."""


class Grant(NamedTuple):
    """The answer to an `Ask`."""

    wait: float
    """Seconds to wait."""
    reserved: bool
    """True: send after waiting. False: nothing is reserved, so ask again after waiting, or give up."""


class Feedback(NamedTuple):
    """What a response says about the limit. None where it says nothing."""

    limit: int | None
    remaining: int | None
    reset_in: float | None
    """Seconds until the service counts anew."""


class Limiter(Protocol):
    """Anything that spreads requests over time. It may be shared by clients and by threads."""

    def acquire(self, ask: Ask) -> Grant:
        """Reserve a place for one request, or say when to ask again. It returns at once and never sleeps."""
        ...

    def learn(self, ask: Ask, status: int, headers: Mapping[str, str]) -> None:
        """Take note of the response to a granted request; `read_feedback` reads its headers."""
        ...


class MemoryLimiter:
    """Keeps the limits within one process.

    It remembers when the last requests of a bucket were sent, so that no window of time, wherever it begins,
    holds more of them than allowed. A bucket that starts full and refills would let nearly twice as many into
    one second.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, clock: Callable[[], float] = time.time
    ) -> None:
        self._now = now
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._paused: dict[str, float] = {}
        self._locks = {os.getpid(): threading.Lock()}

    def acquire(self, ask: Ask) -> Grant:
        """Reserve the next free place, in the order of asking."""
        with self._guard():
            now = self._now()
            sent = self._sent.setdefault(ask.bucket, deque())
            start = max(now, self._paused.get(ask.bucket, now))
            while len(sent) > ask.limit.requests:
                sent.popleft()
            if len(sent) == ask.limit.requests:
                start = max(start, sent[0] + ask.limit.seconds)
            wait = start - now
            if ask.longest is not None and wait > ask.longest:
                return Grant(wait, reserved=False)
            # A pause that is over lets later places lie before earlier ones: the record stays in order.
            sent.append(max(start, sent[-1]) if sent else start)
            return Grant(wait, reserved=True)

    def learn(self, ask: Ask, status: int, headers: Mapping[str, str]) -> None:
        """After a 429, hold the bucket until the service counts anew."""
        if status == 429:
            asked = asked_wait(status, headers, self._clock())
            pause = ask.limit.seconds if asked is None else asked
            with self._guard():
                until = self._now() + min(pause, _LONGEST_PAUSE)
                self._paused[ask.bucket] = max(until, self._paused.get(ask.bucket, until))

    def _guard(self) -> threading.Lock:
        # A lock that another thread held at a fork stays locked in the child for ever, so each process has
        # its own. `setdefault` gives two threads of a new process the same one.
        process = os.getpid()
        known = self._locks.get(process)
        return self._locks.setdefault(process, threading.Lock()) if known is None else known


_LONGEST_PAUSE = 60.0


def read_feedback(headers: Mapping[str, str], now: float) -> Feedback:
    """Read the rate-limit headers of a response. `now` is Unix time, used if the response has no date of its
    own.
    """
    return Feedback(
        limit=_whole(headers.get("x-ratelimit-limit")),
        remaining=_whole(headers.get("x-ratelimit-remaining")),
        reset_in=_reset_in(headers, now),
    )


def asked_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a refusal (429 or 503) asks to wait; None if it names none.

    `retry-after` counts for both. The reset of the rate limit counts for 429 alone: it is on every response,
    and says nothing about when a service that fails will be well again. `now` is Unix time.
    """
    if status not in (429, 503):
        return None
    text = headers.get("retry-after", "").strip()
    if text:
        if text.isdecimal() and len(text) < 10:
            return float(text)
        at = _http_seconds(text)
        if at is not None:
            return max(0.0, at - _server_now(headers, now))
    return _reset_in(headers, now) if status == 429 else None


def _reset_in(headers: Mapping[str, str], now: float) -> float | None:
    reset = _whole(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    # Documented as Unix seconds. Milliseconds and plain seconds-to-wait are told apart by their size.
    if reset < 1_000_000:
        return float(reset)
    at = reset / 1000 if reset > 100_000_000_000 else float(reset)
    return max(0.0, at - _server_now(headers, now))


def _server_now(headers: Mapping[str, str], now: float) -> float:
    # The clock of the service is the one that counts, if it tells the time.
    at = _http_seconds(headers.get("date", ""))
    return now if at is None else at


def _http_seconds(text: str) -> float | None:
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(text) if text else None
        if at is None:
            return None
        # A date without a zone is one of Greenwich, not of this machine.
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 20 else None
