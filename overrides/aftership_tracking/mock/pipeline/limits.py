"""Limits of a request: can it be read, how long are head and body, the rate limit of its operation."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from datetime import datetime

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.documents.operation import RateLimit
from aftership_tracking.mock.error_codes import (
    HEAD_TOO_LARGE,
    INVALID_REQUEST,
    REQUEST_TIMEOUT,
    TOO_MANY_REQUESTS,
)
from aftership_tracking.mock.exchange import Allowance, Exchange
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.wire.message import MAX_BODY_BYTES, MAX_HEAD_BYTES, MockRequest

# Old windows are dropped once there are this many, so that a stream of invented keys cannot fill the memory.
_MOST_WINDOWS = 10_000


class RequestCounts:
    """Counts requests per key and bucket in fixed windows. Several threads may share it."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}
        self._most = _MOST_WINDOWS
        self._lock = threading.Lock()

    def count(self, api_key: str, limit: RateLimit, now: datetime) -> Allowance:
        """Count one request and return what is left."""
        seconds = limit.seconds
        window = math.floor(now.timestamp() / seconds) * seconds
        name = (api_key, limit.bucket)
        with self._lock:
            if len(self._windows) >= self._most:
                self._windows = {key: entry for key, entry in self._windows.items() if entry[0] >= window}
                # Where all are of this window, looking at them again with each request would take long.
                self._most = max(_MOST_WINDOWS, 2 * len(self._windows))
            begun, used = self._windows.get(name, (window, 0))
            used = used + 1 if begun == window else 1
            self._windows[name] = (window, used)
        most = limit.requests
        left = most - used
        return Allowance(most, left if left > 0 else 0, math.ceil(window + seconds), used > most)

    def full(self, limit: RateLimit, now: datetime) -> Allowance:
        """Return the whole limit, for a request that is not counted."""
        return Allowance(limit.requests, limit.requests, math.ceil(now.timestamp() + limit.seconds), False)

    def clear(self, api_key: str | None = None) -> None:
        """Forget the counts of a key, or all."""
        with self._lock:
            self._windows = {
                name: entry for name, entry in self._windows.items() if api_key not in (None, name[0])
            }

    @property
    def windows(self) -> list[tuple[str, str, float, int]]:
        """Key, bucket, begin and count of each window."""
        with self._lock:
            return [(*name, *entry) for name, entry in self._windows.items()]

    @windows.setter
    def windows(self, windows: Iterable[tuple[str, str, float, int]]) -> None:
        with self._lock:
            self._windows = {(key, bucket): (begun, used) for key, bucket, begun, used in windows}


class Readable:
    """Refuses what the server could not read to its end, and headers that are too large."""

    def __call__(self, exchange: Exchange) -> None:
        request = exchange.request
        reason = request.unreadable
        if not reason and _head_size(request) <= MAX_HEAD_BYTES:
            return
        if reason == "slow":
            hint = "request: it did not arrive within the time limit, which is the mock's own"
            raise Refusal((REQUEST_TIMEOUT,), hint, status=REQUEST_TIMEOUT)
        if reason == "malformed":
            raise Refusal((INVALID_REQUEST,), "request: not HTTP/1.1 that can be read")
        hint = f"headers: more than {MAX_HEAD_BYTES} bytes with the path, which is the mock's own limit"
        raise Refusal((HEAD_TOO_LARGE,), hint, status=HEAD_TOO_LARGE)


def _head_size(request: MockRequest) -> int:
    """Roughly what the head of a request took on its way, with four bytes around each name and value."""
    headers = request.headers
    texts = sum(map(len, headers)) + sum(map(len, headers.values())) + 4 * len(headers)
    return texts + len(request.path) + len(request.query)


class BodyLimit:
    """Refuses bodies that are too long. A server in front of the mock should stop reading there as well."""

    def __call__(self, exchange: Exchange) -> None:
        if len(exchange.request.body) > MAX_BODY_BYTES:
            raise Refusal(
                (INVALID_REQUEST,), f"body: more than {MAX_BODY_BYTES} bytes, which is the mock's own limit"
            )


class RequestLimit:
    """Always counts; refuses only when `enforce` is set."""

    def __init__(self, counts: RequestCounts, clock: Clock, *, enforce: bool) -> None:
        self._counts = counts
        self._clock = clock
        self._enforce = enforce

    def __call__(self, exchange: Exchange) -> None:
        limit = exchange.routed_operation.limit
        exchange.wall = self._clock.wall()
        exchange.allowance = self._counts.count(exchange.api_key or "", limit, exchange.wall)
        if self._enforce and exchange.allowance.exceeded:
            raise Refusal(
                (TOO_MANY_REQUESTS,),
                f"limit: {limit.requests} requests in {limit.seconds:g} s per {limit.bucket} are used up",
            )
