"""Which limiter a client was told to use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.limits.protocol import Limiter

if TYPE_CHECKING:
    from aftership_tracking.runtime.clocks import Clocks

__all__ = ["LimiterInput", "choose_limiter"]

LimiterInput: TypeAlias = "Limiter | str | os.PathLike[str] | None"

_REDIS = ("redis://", "rediss://", "unix://")
_SQLITE = "sqlite:///"
_FILES = (".db", ".sqlite", ".sqlite3")


def choose_limiter(given: LimiterInput, clocks: Clocks) -> Limiter | None:
    """Make the limiter that is meant, or take the one that is given.

    "memory" is a `MemoryLimiter`. A path, a text that ends in .db, .sqlite or .sqlite3, or "sqlite:///" and
    a path, is a `SqliteLimiter`. "redis://...", "rediss://..." and "unix://..." are a `RedisLimiter`. None
    stays None: no limits. Raises UsageError for anything else.
    """
    if given is None:
        return None
    if given == "memory":
        from aftership_tracking.runtime.limits.memory import MemoryLimiter

        return MemoryLimiter(clocks.monotonic, clocks.clock)
    if isinstance(given, os.PathLike):
        return _sqlite(given)
    if isinstance(given, str):
        if given.startswith(_REDIS):
            from aftership_tracking.runtime.limits.redis_store import RedisLimiter

            return RedisLimiter(given, now=clocks.monotonic)
        if given.startswith(_SQLITE):
            return _sqlite(given.removeprefix(_SQLITE))
        if "://" not in given and given.endswith(_FILES):
            return _sqlite(given)
    elif not isinstance(given, type) and hasattr(given, "acquire") and hasattr(given, "learn"):
        return given
    # What was given is not shown: a mistyped URL may hold a password.
    raise UsageError(
        "limiter must be 'memory', the path of an SQLite file (.db, .sqlite, .sqlite3, or 'sqlite:///' "
        "before it), the URL of a Redis (redis://, rediss://, unix://), None, or an object with `acquire` "
        "and `learn`"
    )


def _sqlite(path: str | os.PathLike[str]) -> Limiter:
    from aftership_tracking.runtime.limits.sqlite_store import SqliteLimiter

    return SqliteLimiter(path)
