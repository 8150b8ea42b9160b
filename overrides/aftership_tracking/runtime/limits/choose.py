"""Makes the limiter that a client was configured with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.limits.protocol import Limiter

if TYPE_CHECKING:
    from aftership_tracking.runtime.clocks import Clocks

__all__ = ["LimiterInput", "choose_limiter"]

LimiterInput: TypeAlias = "Limiter | str | os.PathLike[str] | None"
"""What `limiter=` takes: "memory", the path of an SQLite file, the URL of a Redis, a limiter, or None for no
limits.
"""

_REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
_SQLITE_PREFIX = "sqlite:///"
_FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")


def choose_limiter(given: LimiterInput, clocks: Clocks) -> Limiter | None:
    """Return the limiter that was given, or make the one that a name, a path or a URL describes.

    "memory" makes a `MemoryLimiter`. A path, a string that ends in .db, .sqlite or .sqlite3, or "sqlite:///"
    and a path, makes a `SqliteLimiter`. "redis://...", "rediss://..." and "unix://..." make a `RedisLimiter`.
    None stays None: no limits. Raises UsageError for anything else.
    """
    if given is None:
        return None
    if given == "memory":
        from aftership_tracking.runtime.limits.memory import MemoryLimiter

        return MemoryLimiter(_clocks=clocks)
    if isinstance(given, os.PathLike):
        return _sqlite_limiter(given)
    if isinstance(given, str):
        if given.startswith(_REDIS_SCHEMES):
            from aftership_tracking.runtime.limits.redis_store import RedisLimiter

            return RedisLimiter(given, _clocks=clocks)
        if given.startswith(_SQLITE_PREFIX):
            return _sqlite_limiter(given.removeprefix(_SQLITE_PREFIX))
        if "://" not in given and given.endswith(_FILE_ENDINGS):
            return _sqlite_limiter(given)
    elif not isinstance(given, type) and hasattr(given, "acquire") and hasattr(given, "learn"):
        return given
    # The message does not show the value: a mistyped URL may contain a password.
    raise UsageError(
        "limiter must be 'memory', the path of an SQLite file (.db, .sqlite, .sqlite3, or 'sqlite:///' "
        "before it), the URL of a Redis (redis://, rediss://, unix://), None, or an object with `acquire` "
        "and `learn`"
    )


def _sqlite_limiter(path: str | os.PathLike[str]) -> Limiter:
    from aftership_tracking.runtime.limits.sqlite_store import SqliteLimiter

    return SqliteLimiter(path)
