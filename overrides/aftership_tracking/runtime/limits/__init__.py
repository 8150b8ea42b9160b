"""Sending no faster than the service allows, in one process or in a fleet.

`asking` says what a limiter is asked and answers, `feedback` reads what a response says about the limit,
`bucket` and `waiting` decide who may send when, `windows` knows when the service counts anew. `memory`,
`sqlite_store` and `redis_store` keep buckets in different places, and `choose` finds the one that a client
was told to use. Whatever is not needed by every client loads when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.limits.feedback import Feedback, asked_wait, read_feedback
from aftership_tracking.runtime.limits.protocol import Ask, Grant, Limiter

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.choose import choose_limiter as choose_limiter
    from aftership_tracking.runtime.limits.memory import MemoryLimiter as MemoryLimiter
    from aftership_tracking.runtime.limits.redis_store import RedisLimiter as RedisLimiter
    from aftership_tracking.runtime.limits.sqlite_store import SqliteLimiter as SqliteLimiter

__all__ = [
    "Ask",
    "Feedback",
    "Grant",
    "Limiter",
    "MemoryLimiter",
    "RedisLimiter",
    "SqliteLimiter",
    "asked_wait",
    "choose_limiter",
    "read_feedback",
]

_HOMES = {
    "MemoryLimiter": "memory",
    "RedisLimiter": "redis_store",
    "SqliteLimiter": "sqlite_store",
    "choose_limiter": "choose",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found
