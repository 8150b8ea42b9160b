"""What the headers of a response say about the rate limit.

Documented for the Tracking API are `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix
seconds), on every response. `Retry-After` is not, but what stands in front of a service may send it. The
`ratelimit-*` names of other AfterShip products are not read: they mean other things.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from aftership_tracking.runtime.wire.headers import Headers

__all__ = ["Feedback", "Heard", "asked_wait", "hear", "read_feedback"]


class Feedback(NamedTuple):
    """What a response says about the limit. None where it says nothing."""

    limit: int | None
    remaining: int | None
    reset_in: float | None
    """Seconds until the service counts anew."""


class Heard(NamedTuple):
    """The same for a limiter, which has its own idea of the time. None where nothing is said."""

    refused: bool
    """True: the request was one too many."""
    limit: int | None
    remaining: int | None
    reset: float | None
    """When the service counts anew: Unix time of its clock."""
    date: float | None
    """Unix time that the service has at least, read only if its clock and ours seem to differ."""
    pause: float | None
    """Seconds that a refusal asks to wait, other than until the reset."""


def read_feedback(headers: Mapping[str, str], now: float) -> Feedback:
    """Read the rate-limit headers of a response. `now` is Unix time, used if the response has no date of its
    own.
    """
    headers = _folded(headers)
    return Feedback(
        limit=_whole(headers.get("x-ratelimit-limit")),
        remaining=_whole(headers.get("x-ratelimit-remaining")),
        reset_in=_reset_in(headers, now),
    )


def hear(status: int, headers: Mapping[str, str], now: float, seconds: float) -> Heard:
    """Read what a limiter needs of a response. `now` is Unix time, `seconds` how long the service counts.

    This runs for every response: dates are read only where they are needed.
    """
    headers = _folded(headers)
    refused = status == 429
    reset = _reset_at(headers.get("x-ratelimit-reset"), now)
    skewed = reset is not None and reset - now > seconds
    return Heard(
        refused,
        _whole(headers.get("x-ratelimit-limit")),
        _whole(headers.get("x-ratelimit-remaining")),
        reset,
        _http_seconds(headers.get("date", "")) if skewed else None,
        _retry_after(headers, now) if refused else None,
    )


def asked_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a refusal (429 or 503) asks to wait; None if it names none.

    `retry-after` counts for both. The reset of the rate limit counts for 429 alone: it is on every response,
    and says nothing about when a service that fails will be well again. `now` is Unix time.
    """
    if status not in (429, 503):
        return None
    headers = _folded(headers)
    asked = _retry_after(headers, now)
    if asked is not None:
        return asked
    return _reset_in(headers, now) if status == 429 else None


def _folded(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Make the names findable in any case."""
    return headers if isinstance(headers, Headers) else Headers(headers.items())


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isdecimal():
        return float(text) if len(text) < 10 else None
    at = _http_seconds(text)
    return None if at is None else max(0.0, at - _server_now(headers, now))


def _reset_in(headers: Mapping[str, str], now: float) -> float | None:
    reset = _whole(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return float(reset) if reset < _WAITS else max(0.0, _unix(reset) - _server_now(headers, now))


def _reset_at(text: str | None, now: float) -> float | None:
    reset = _whole(text)
    if reset is None:
        return None
    return now + reset if reset < _WAITS else _unix(reset)


# Documented are Unix seconds. Milliseconds and plain seconds-to-wait are told apart by their size.
_WAITS = 1_000_000
_MILLISECONDS = 100_000_000_000


def _unix(reset: int) -> float:
    return reset / 1000 if reset > _MILLISECONDS else float(reset)


def _server_now(headers: Mapping[str, str], now: float) -> float:
    # The clock of the service is the one that counts, if it tells the time.
    at = _http_seconds(headers.get("date", ""))
    return now if at is None else at


# A date is good for a second, and a busy client gets it many times.
@lru_cache(maxsize=8)
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
