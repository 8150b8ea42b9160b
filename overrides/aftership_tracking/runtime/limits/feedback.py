"""What the headers of a response say about the rate limit.

The Tracking API documents `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix
seconds), on every response. `Retry-After` is not documented, but a proxy in front of the service may send it.
The `ratelimit-*` names of other AfterShip products are not read: they mean other things.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from aftership_tracking.runtime.wire.headers import Headers

__all__ = ["Feedback", "Observation", "read_feedback", "read_observation", "requested_wait"]


class Feedback(NamedTuple):
    """What a response says about the limit. None where it says nothing."""

    limit: int | None
    remaining: int | None
    reset_in: float | None
    """Seconds until the service starts counting again."""


class Observation(NamedTuple):
    """What a limiter needs from a response: times as the service sent them, for a limiter compares clocks
    itself. None where the response says nothing.
    """

    refused: bool
    """True: the request was one too many."""
    limit: int | None
    remaining: int | None
    reset: float | None
    """When the service starts counting again: Unix time of its clock."""
    date: float | None
    """The service's own Unix time, rounded down; read only if its clock and ours seem to differ."""
    pause: float | None
    """Seconds to wait that a refusal requests with `Retry-After`."""


def read_feedback(headers: Mapping[str, str], now: float) -> Feedback:
    """Read the rate-limit headers of a response. `now` is Unix time, used if the response has no `date`."""
    headers = _ignore_case(headers)
    return Feedback(
        limit=_read_integer(headers.get("x-ratelimit-limit")),
        remaining=_read_integer(headers.get("x-ratelimit-remaining")),
        reset_in=_reset_in(headers, now),
    )


def read_observation(status: int, headers: Mapping[str, str], now: float, seconds: float) -> Observation:
    """Read what a limiter needs from a response. `now` is Unix time, `seconds` the length of the limit.

    This runs for every response: dates are read only where they are needed.
    """
    headers = _ignore_case(headers)
    refused = status == 429
    reset = _reset_at(headers.get("x-ratelimit-reset"), now)
    skewed = reset is not None and reset - now > seconds
    return Observation(
        refused,
        _read_integer(headers.get("x-ratelimit-limit")),
        _read_integer(headers.get("x-ratelimit-remaining")),
        reset,
        _http_seconds(headers.get("date", "")) if skewed else None,
        _retry_after(headers, now) if refused else None,
    )


def requested_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a refusal (429 or 503) asks the client to wait; None if it gives no time.

    `retry-after` is read for both. The reset of the rate limit is read for 429 alone: it is on every
    response, and does not say when a failing service will recover. `now` is Unix time.
    """
    if status not in (429, 503):
        return None
    headers = _ignore_case(headers)
    wait = _retry_after(headers, now)
    if wait is not None:
        return wait
    return _reset_in(headers, now) if status == 429 else None


def _ignore_case(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers whose names are found in upper and lower case."""
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
    reset = _read_integer(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return (
        float(reset) if reset < _LARGEST_WAIT else max(0.0, _unix_seconds(reset) - _server_now(headers, now))
    )


def _reset_at(text: str | None, now: float) -> float | None:
    reset = _read_integer(text)
    if reset is None:
        return None
    return now + reset if reset < _LARGEST_WAIT else _unix_seconds(reset)


# Unix seconds are documented. Milliseconds and seconds-to-wait are recognized by their size.
_LARGEST_WAIT = 1_000_000
_SMALLEST_MILLISECONDS = 100_000_000_000


def _unix_seconds(reset: int) -> float:
    return reset / 1000 if reset > _SMALLEST_MILLISECONDS else float(reset)


def _server_now(headers: Mapping[str, str], now: float) -> float:
    # The reset is a time of the service's clock, which the `date` header shows.
    at = _http_seconds(headers.get("date", ""))
    return now if at is None else at


# Cached, because a busy client receives the same date many times within its second.
@lru_cache(maxsize=8)
def _http_seconds(text: str) -> float | None:
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(text) if text else None
        if at is None:
            return None
        # A date without a zone is UTC, not the local time of this machine.
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _read_integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 20 else None
