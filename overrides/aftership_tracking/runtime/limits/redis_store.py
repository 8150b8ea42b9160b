"""The limiter of processes on several machines: buckets in Redis."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.limits.feedback import Heard
from aftership_tracking.runtime.limits.protocol import Ask, Grant
from aftership_tracking.runtime.limits.redis_script import HEAR, PLACE
from aftership_tracking.runtime.limits.shared import OnFailure, SharedLimiter

__all__ = ["RedisLimiter"]

# Seconds. A limiter that answers later than this is no help.
_PATIENCE = 1.0
_KEY = "aftership-tracking-client:limit:"


class RedisLimiter(SharedLimiter):
    """Keeps the limits of all processes that use the same Redis, version 5 or newer.

    `redis` is a URL ("redis://", "rediss://" or "unix://"; a password in it is never shown) or a client of
    the package `redis`, which is the extra `redis` of this one. A URL may set what `redis.Redis.from_url`
    knows, such as `?socket_timeout=2`. Nothing is sent before the first request. Each operation and account
    is one key, without the API key in its name, which Redis forgets after two minutes without use. Time is
    that of the Redis server. Threads may share the limiter, and it may be used after a fork. `on_failure` is
    explained at `SharedLimiter`; the clocks are for tests.

    Raises UsageError for a URL that cannot be used, and if the package `redis` is missing.
    """

    def __init__(
        self,
        redis: str | Any,
        *,
        on_failure: OnFailure = "memory",
        now: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(on_failure, now, clock or time.time)
        self._own_time = clock
        self._closes = isinstance(redis, str)
        self._where = _described(redis) if isinstance(redis, str) else "a client of the caller"
        self._client: Any = _connect(redis) if isinstance(redis, str) else redis
        # Nothing below needs it, and errors may be reported together with the variables of this function.
        del redis
        if self._client is None:
            raise UsageError(
                "the URL of the limiter's Redis cannot be used.",
                hint="Write it as redis://user:password@host:6379/0, rediss://... or unix:///path/of/socket.",
            )
        if type(self._client).__module__.startswith("redis.asyncio"):
            raise UsageError("a limiter takes a blocking client of redis, for asynchronous use as well")
        self._run_place = self._client.register_script(PLACE)
        self._run_hear = self._client.register_script(HEAR)

    def __repr__(self) -> str:
        return f"RedisLimiter({self._where})"

    def close(self) -> None:
        """Close the connections, if the limiter was made from a URL. They open again if it is still used."""
        if self._closes:
            self._client.close()

    def _place(self, ask: Ask) -> Grant:
        asked = (ask.longest, ask.priority, ask.ticket)
        wait, reserved, ticket = self._run_place(
            keys=[_KEY + ask.bucket], args=[*self._common(ask), *map(_text, asked)]
        )
        return Grant(float(wait), bool(reserved), int(ticket) if ticket else None)

    def _tell(self, ask: Ask, heard: Heard, wall: float) -> None:
        # The way to Redis passes between reading the response and noting it.
        took = ask.took + (0.0 if self._own_time else _ON_THE_WAY)
        said = (self._own_time and wall, took, int(heard.refused), *heard[1:])
        self._run_hear(keys=[_KEY + ask.bucket], args=[*self._common(ask), *map(_text, said)])

    def _common(self, ask: Ask) -> list[str]:
        time = self._own_time() if self._own_time else None
        return [_text(time), _text(ask.limit.requests), _text(float(ask.limit.seconds))]

    def _failure(self, error: Exception) -> str | None:
        from redis.exceptions import RedisError

        # The kind is enough: texts may hold what was sent.
        return type(error).__name__ if isinstance(error, RedisError | OSError) else None


_ON_THE_WAY = 0.02


def _text(value: object) -> str:
    """Write a number so that it comes back as it was; nothing for None."""
    return "" if value is None else repr(value)


def _described(url: str) -> str:
    """Say where a Redis is, without user, password and options."""
    try:
        parts = urlsplit(url)
        if parts.scheme != "unix" and "@" in parts.path + parts.query + parts.fragment:
            # A slash in the password, not written as %2F: what looks like the port may be part of it.
            return "a URL that cannot be read"
        where = (
            parts.path if parts.scheme == "unix" else f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
        )
    except ValueError:
        return "a URL that cannot be read"
    return f"{parts.scheme}://{where}"


def _connect(url: str) -> Any:
    """Make a client, which connects when it is used. None if the URL makes no sense."""
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise UsageError(
            "a limiter in Redis needs another package.",
            hint="Run python -m pip install 'aftership-tracking-client[redis]'.",
        ) from None
    try:
        # One more try: a connection that was not used for long may be gone without anybody noticing.
        return Redis.from_url(
            url,
            socket_connect_timeout=_PATIENCE,
            socket_timeout=_PATIENCE,
            retry=Retry(NoBackoff(), 1),
        )
    except (ValueError, TypeError):
        # The error is not passed on: it has the URL, and so perhaps a password.
        return None
