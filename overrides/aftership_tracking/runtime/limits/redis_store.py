"""The limiter of processes on several machines: buckets in Redis."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.limits.feedback import Observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.limits.redis_script import ASSIGN_SLOT, OBSERVE
from aftership_tracking.runtime.limits.shared import OnFailure, SharedLimiter

__all__ = ["RedisLimiter"]

# Seconds. A limiter that responds later than this does not help.
_TIMEOUT = 1.0
_KEY_PREFIX = "aftership-tracking-client:limit:"


class RedisLimiter(SharedLimiter):
    """Enforces the limits of all processes that use the same Redis, version 5 or newer.

    `redis` is a URL ("redis://", "rediss://" or "unix://"; a password in it is never shown) or a client of
    the package `redis`, which is the extra `redis` of this one. A URL may set options of
    `redis.Redis.from_url`, such as `?socket_timeout=2`. Nothing is sent before the first request. Each
    operation and account is one key, whose name does not contain the API key. Redis deletes it after two
    minutes without use. Times are those of the Redis server. Threads may share the limiter, and it may be
    used after a fork. `on_failure` is explained at `SharedLimiter`; the clocks are for tests.

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
        self._test_clock = clock
        self._owns_client = isinstance(redis, str)
        self._address = _describe_url(redis) if isinstance(redis, str) else "a client of the caller"
        self._client: Any = _connect(redis) if isinstance(redis, str) else redis
        # Not needed below, and error reports may include the variables of this function.
        del redis
        if self._client is None:
            raise UsageError(
                "the URL of the limiter's Redis cannot be used.",
                hint="Write it as redis://user:password@host:6379/0, rediss://... or unix:///path/of/socket.",
            )
        if type(self._client).__module__.startswith("redis.asyncio"):
            raise UsageError("a limiter needs a sync client of redis, for async use as well")
        self._run_assign_slot = self._client.register_script(ASSIGN_SLOT)
        self._run_observe = self._client.register_script(OBSERVE)

    def __repr__(self) -> str:
        return f"RedisLimiter({self._address})"

    def close(self) -> None:
        """Close the connections, if the limiter was made from a URL. They open again if it is still used."""
        if self._owns_client:
            self._client.close()

    def _assign_slot(self, slot_request: SlotRequest) -> Grant:
        further = (slot_request.longest, slot_request.priority, slot_request.ticket)
        wait, reserved, ticket = self._run_assign_slot(
            keys=[_KEY_PREFIX + slot_request.bucket],
            args=[*self._common_arguments(slot_request), *map(_encode, further)],
        )
        return Grant(float(wait), bool(reserved), int(ticket) if ticket else None)

    def _observe(self, slot_request: SlotRequest, observation: Observation, wall: float) -> None:
        # Redis takes note of the response some time after it was read: the call to Redis takes that long.
        took = slot_request.took + (0.0 if self._test_clock else _DELAY)
        further = (self._test_clock and wall, took, int(observation.refused), *observation[1:])
        self._run_observe(
            keys=[_KEY_PREFIX + slot_request.bucket],
            args=[*self._common_arguments(slot_request), *map(_encode, further)],
        )

    def _common_arguments(self, slot_request: SlotRequest) -> list[str]:
        time = self._test_clock() if self._test_clock else None
        limit = slot_request.limit
        return [_encode(time), _encode(limit.requests), _encode(float(limit.seconds))]

    def _describe_failure(self, error: Exception) -> str | None:
        from redis.exceptions import RedisError

        # Only the class: messages may contain what was sent.
        return type(error).__name__ if isinstance(error, RedisError | OSError) else None


# Seconds that a call to Redis usually takes.
_DELAY = 0.02


def _encode(value: object) -> str:
    """Write a number so that Lua reads the same one; an empty string for None."""
    return "" if value is None else repr(value)


def _describe_url(url: str) -> str:
    """Return the address of a Redis, without user, password and options."""
    try:
        parts = urlsplit(url)
        if parts.scheme != "unix" and "@" in parts.path + parts.query + parts.fragment:
            # The password contains a slash that is not written as %2F: the "port" may be part of the
            # password.
            return "a URL that cannot be read"
        where = (
            parts.path if parts.scheme == "unix" else f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
        )
    except ValueError:
        return "a URL that cannot be read"
    return f"{parts.scheme}://{where}"


def _connect(url: str) -> Any:
    """Make a client, which connects when it is used. None if the URL is not valid."""
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
        # One more try: a connection that was idle for long may have been closed by the other side.
        return Redis.from_url(
            url,
            socket_connect_timeout=_TIMEOUT,
            socket_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 1),
        )
    except (ValueError, TypeError):
        # The error is not passed on: it contains the URL, and so perhaps a password.
        return None
