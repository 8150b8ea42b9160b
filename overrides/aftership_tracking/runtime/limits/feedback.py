"""What the headers of a response say about the rate limit.

The Tracking API documents `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix
seconds), on every response. `Retry-After` is not documented, but a proxy in front of the service may send it.
The `ratelimit-*` names of other AfterShip products are not read: they mean other things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.http_dates import parse_http_date

__all__ = ["Feedback", "Observation", "read_feedback", "read_observation", "requested_wait"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """What a response says about the limit. None where it says nothing."""

    limit: int | None
    """How many requests the service allows in a window."""
    remaining: int | None
    """How many of them are left."""
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
        parse_http_date(headers.get("date")) if skewed else None,
        _retry_after(headers, now) if refused else None,
    )


def requested_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a refusal or a failure (408, 425, 429, 500 to 599) asks the client to wait;
    None if it gives no time. More than a billion seconds are given as a billion.

    `retry-after` is read for all of them. The reset of the rate limit is read for 429 alone: it is on every
    response, and does not say when a failing service will recover. `now` is Unix time.
    """
    if status not in (408, 425, 429) and not 500 <= status <= 599:
        return None
    headers = _ignore_case(headers)
    wait = _retry_after(headers, now)
    if wait is not None:
        return wait
    return _reset_in(headers, now) if status == 429 else None


def _ignore_case(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers whose names are found in upper and lower case."""
    return headers if isinstance(headers, Headers) else Headers(headers.items())


# Seconds, some 30 years. A longer wait helps nobody, and might be too large a number to sleep for.
_LONGEST_WAIT = 1e9


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    # Whole seconds are the standard; some proxies send fractions.
    # A proxy may add a header of its own: the longer wait counts.
    numbers = [_read_number(one) for one in text.split(",")]
    if None not in numbers:
        return min(max(filter(None, numbers), default=0.0), _LONGEST_WAIT)
    at = parse_http_date(text)
    return None if at is None else _seconds_until(at, headers, now)


def _reset_in(headers: Mapping[str, str], now: float) -> float | None:
    reset = _read_reset(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return reset if reset < _LARGEST_RESET_IN else _seconds_until(_unix_seconds(reset), headers, now)


def _reset_at(text: str | None, now: float) -> float | None:
    reset = _read_reset(text)
    if reset is None:
        return None
    return now + reset if reset < _LARGEST_RESET_IN else _unix_seconds(reset)


# Unix seconds are documented. Milliseconds and seconds-to-wait are recognized by their size.
_LARGEST_RESET_IN = 1_000_000
_SMALLEST_MILLISECONDS = 100_000_000_000


def _unix_seconds(reset: float) -> float:
    return reset / 1000 if reset > _SMALLEST_MILLISECONDS else reset


_DAY = 86_400.0


def _seconds_until(at: float, headers: Mapping[str, str], now: float) -> float:
    """Return the seconds until a time of the service's clock, which the `date` header shows."""
    service_now = parse_http_date(headers.get("date"))
    if service_now is None or abs(at - service_now) > _DAY:
        # A clock that is a day away from a time that its own service announced does not run right.
        service_now = now
    return min(max(0.0, at - service_now), _LONGEST_WAIT)


_NUMBER = re.compile(r"\d+(?:\.\d*)?", re.ASCII)


def _read_number(text: str | None) -> float | None:
    """Return a number without sign and exponent, however long; None for all else."""
    text = "" if text is None else text.strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def _read_reset(text: str | None) -> float | None:
    # A number that is longer than any time says nothing.
    return _read_number(text) if text is not None and len(text) < 20 else None


def _read_integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 20 else None
