"""Rate limits: sending no faster than the service allows, in one process or in a fleet.

`protocol` is the interface of a limiter, and `feedback` reads what a response says about the limit. `bucket`
and `wait_queue` decide who may send when; `clock_offset` estimates when the service starts counting again.
`memory`, `sqlite_store` and `redis_store` store buckets in different locations, `shared` says what happens
when a store fails, `usage` what is left, and `choose` makes the limiter that a client was configured with.
What only some clients need is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.limits.feedback import Feedback, read_feedback, requested_wait
from aftership_tracking.runtime.limits.protocol import Grant, Limiter, SlotRequest

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.choose import choose_limiter as choose_limiter
    from aftership_tracking.runtime.limits.memory import MemoryLimiter as MemoryLimiter
    from aftership_tracking.runtime.limits.redis_store import RedisLimiter as RedisLimiter
    from aftership_tracking.runtime.limits.sqlite_store import SqliteLimiter as SqliteLimiter
    from aftership_tracking.runtime.limits.usage import BucketUsage as BucketUsage

__all__ = [
    "BucketUsage",
    "Feedback",
    "Grant",
    "Limiter",
    "MemoryLimiter",
    "RedisLimiter",
    "SlotRequest",
    "SqliteLimiter",
    "choose_limiter",
    "read_feedback",
    "requested_wait",
]

_MODULES_OF_LAZY_NAMES = {
    "BucketUsage": "usage",
    "LimiterInput": "choose",
    "MemoryLimiter": "memory",
    "OnFailure": "shared",
    "RedisLimiter": "redis_store",
    "SqliteLimiter": "sqlite_store",
    "choose_limiter": "choose",
}


def __getattr__(name: str) -> object:
    module = _MODULES_OF_LAZY_NAMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.runtime.lazy_imports import load

    value: object = getattr(load(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
