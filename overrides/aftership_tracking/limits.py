"""Limiters: what makes a client, or a fleet of them, send no faster than the service allows.

`MemoryLimiter`, `SqliteLimiter` and `RedisLimiter` are objects for `AfterShip(limiter=...)`. The rest is for
a limiter of your own: `Limiter` is what it must do, `SlotRequest` and `Grant` are what it receives and
returns, and `read_feedback` reads the headers of a response. `BucketUsage` is what `client.limits` shows.
`LimiterInput` is what `limiter=` takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.limits import Feedback, Grant, Limiter, SlotRequest, read_feedback
from aftership_tracking.runtime.operation import RateLimit

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.choose import LimiterInput as LimiterInput
    from aftership_tracking.runtime.limits.memory import MemoryLimiter as MemoryLimiter
    from aftership_tracking.runtime.limits.redis_store import RedisLimiter as RedisLimiter
    from aftership_tracking.runtime.limits.shared import OnFailure as OnFailure
    from aftership_tracking.runtime.limits.sqlite_store import SqliteLimiter as SqliteLimiter
    from aftership_tracking.runtime.limits.usage import BucketUsage as BucketUsage

__all__ = [
    "BucketUsage",
    "Feedback",
    "Grant",
    "Limiter",
    "LimiterInput",
    "MemoryLimiter",
    "OnFailure",
    "RateLimit",
    "RedisLimiter",
    "SlotRequest",
    "SqliteLimiter",
    "read_feedback",
]


def __getattr__(name: str) -> object:
    # Imported lazily: most clients need none of them.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.runtime import limits

    value: object = getattr(limits, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
