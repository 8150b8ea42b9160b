"""Counts requests per key and bucket in fixed windows."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import datetime

from aftership_tracking.mock.api import RateLimit

# Old windows are dropped once there are this many, so that a stream of invented keys cannot fill the memory.
_MOST_WINDOWS = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the rate-limit headers of one answer say. `reset` is in Unix seconds."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool


class Limits:
    """The counters of one mock; safe to share between threads."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def count(self, api_key: str, limit: RateLimit, moment: datetime) -> Allowance:
        """Count one request and say what is left."""
        window = math.floor(moment.timestamp() / limit.seconds) * limit.seconds
        name = (api_key, limit.bucket)
        with self._lock:
            if len(self._windows) >= _MOST_WINDOWS:
                self._windows = {key: entry for key, entry in self._windows.items() if entry[0] >= window}
            begun, used = self._windows.get(name, (window, 0))
            used = used + 1 if begun == window else 1
            self._windows[name] = (window, used)
        return Allowance(
            limit=limit.requests,
            remaining=max(0, limit.requests - used),
            reset=math.ceil(window + limit.seconds),
            exceeded=used > limit.requests,
        )

    def untouched(self, limit: RateLimit, moment: datetime) -> Allowance:
        """What is said to a caller whose request counts for nobody."""
        return Allowance(limit.requests, limit.requests, math.ceil(moment.timestamp() + limit.seconds), False)

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()
