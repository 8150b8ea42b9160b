"""The limiter of processes on several machines: buckets in Redis."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from aftership_tracking.errors import (
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    UsageError,
)
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits.feedback import Observation
from aftership_tracking.runtime.limits.protocol import Grant, SlotRequest
from aftership_tracking.runtime.limits.redis_script import ASSIGN_SLOT, OBSERVE, SHOW_USAGE
from aftership_tracking.runtime.limits.shared import OnFailure, SharedLimiter
from aftership_tracking.runtime.operation import RateLimit
from aftership_tracking.runtime.wire.deadline import run_within

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.usage import BucketUsage

__all__ = ["RedisLimiter"]

T = TypeVar("T")

# Seconds. A limiter that responds later than this does not help.
_TIMEOUT = 1.0
# Seconds, for a client of the caller that would wait for ever.
_PATIENCE = 2.0
# Threads that may wait for a Redis after their calls have given up.
_MOST_GIVEN_UP = 8
# Seconds. No slot that is reserved begins later, and no caller is sent away for longer.
_LONGEST_RESERVED, _LONGEST_AWAY = 1.0, 1e6
_KEY_PREFIX = "aftership-tracking-client:limit:"


class RedisLimiter(SharedLimiter):
    """Enforces the limits of all processes that use the same Redis, version 5 or newer.

    `redis`: a URL ("redis://", "rediss://" or "unix://"; a password in it is never shown) or a client of the
    package `redis`, which is the extra `redis` of this one. A URL may set options of `redis.Redis.from_url`,
    such as `?socket_timeout=2` (seconds; 1 by default).
    `on_failure`: what to do while the Redis cannot be used: "memory" warns once (`LimiterWarning`) and
    continues with limits of this process, "raise" raises `LimiterError` from each call. A Redis that
    responds with anything unexpected has failed too.

    Nothing is sent before the first request. Each operation and account is one key, whose name does not
    contain the API key. Redis deletes it after two minutes without use. Times are those of the Redis server.
    Threads may share the limiter, and it may be used after a fork.

    Raises UsageError for a URL that cannot be used, and if the package `redis` is missing.
    """

    def __init__(
        self,
        redis: str | Any,
        *,
        on_failure: OnFailure = "memory",
        _clocks: Clocks | None = None,
        _redis_time: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(on_failure, _clocks or Clocks())
        self._redis_time = _redis_time
        self._given_up: set[threading.Thread] = set()
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
        if not hasattr(self._client, "register_script"):
            raise UsageError(
                f"a limiter needs a URL or a client of the package redis; this is a "
                f"{type(self._client).__name__}"
            )
        self._patience = None if _has_timeout(self._client) else _PATIENCE
        self._run_assign_slot = self._client.register_script(ASSIGN_SLOT)
        self._run_observe = self._client.register_script(OBSERVE)
        self._run_show_usage = self._client.register_script(SHOW_USAGE)

    def __repr__(self) -> str:
        return f"RedisLimiter({self._address})"

    def close(self) -> None:
        """Close the connections, if the limiter was made from a URL. They open again if it is still used."""
        if self._owns_client:
            self._client.close()

    def _assign_slot(self, slot_request: SlotRequest, seconds: float | None) -> Grant:
        further = (slot_request.longest, slot_request.priority, slot_request.ticket)
        arguments = [*self._common_arguments(slot_request.limit), *map(_encode, further)]
        result = self._run(self._run_assign_slot, slot_request.bucket, arguments, seconds)
        wait, reserved, ticket, damaged = _check_list(result, 4)
        if damaged:
            self._note_damage()
        return _check_grant(float(wait), bool(reserved), int(ticket) if ticket else None)

    def _observe(
        self, slot_request: SlotRequest, observation: Observation, wall: float, seconds: float | None
    ) -> None:
        # Redis takes note of the response some time after it was read: the call to Redis takes that long.
        took = slot_request.took + (0.0 if self._redis_time else _DELAY)
        further = (self._redis_time and wall, took, int(observation.refused), *observation[1:])
        arguments = [*self._common_arguments(slot_request.limit), *map(_encode, further)]
        self._run(self._run_observe, slot_request.bucket, arguments, seconds)

    def _read_usage(self, limits: Mapping[str, RateLimit], seconds: float) -> tuple[BucketUsage, ...]:
        from aftership_tracking.runtime.limits.usage import make_usage

        def read() -> tuple[BucketUsage, ...]:
            usages = []
            for name, limit in limits.items():
                result = self._run(self._run_show_usage, name, self._common_arguments(limit), None)
                requests, used, is_held, free_in = _check_list(result, 4)
                usages.append(
                    make_usage(
                        name,
                        int(requests),
                        limit.seconds,
                        used=int(used),
                        is_held=bool(is_held),
                        free_in=float(free_in) if free_in else None,
                        wall=self._redis_time() if self._redis_time else self._clock(),
                    )
                )
            return tuple(usages)

        return self._run_within(seconds, read)

    def _run(
        self, script: Callable[..., object], bucket: str, arguments: list[str], seconds: float | None
    ) -> object:
        def call() -> object:
            return script(keys=[_KEY_PREFIX + bucket], args=arguments)

        return call() if seconds is None else self._run_within(seconds, call)

    def _run_within(self, seconds: float, work: Callable[[], T]) -> T:
        """Run the work in a thread, since timeouts of a socket limit each silence only, and names are
        resolved without any. Raises TimeoutError.
        """
        self._given_up = {thread for thread in self._given_up if thread.is_alive()}
        if len(self._given_up) >= _MOST_GIVEN_UP:
            raise TimeoutError("earlier calls still wait for the Redis")
        workers: list[threading.Thread] = []

        def run() -> T:
            workers.append(threading.current_thread())
            return work()

        try:
            return run_within(seconds, run)
        except TimeoutError:
            self._given_up.update(workers)
            raise

    def _common_arguments(self, limit: RateLimit) -> list[str]:
        time = self._redis_time() if self._redis_time else None
        return [_encode(time), _encode(limit.requests), _encode(float(limit.seconds))]

    def _describe_failure(self, error: Exception) -> str:
        # Only the class: messages may contain what was sent.
        return type(error).__name__


def _has_timeout(client: Any) -> bool:
    """Return whether the client gives up by itself when the Redis is silent."""
    pool = getattr(client, "connection_pool", None)
    settings = getattr(pool, "connection_kwargs", None)
    return isinstance(settings, Mapping) and settings.get("socket_timeout") is not None


def _check_list(result: object, length: int) -> list[Any]:
    """Return the result of a script. Raises ValueError for anything that no script of ours returns."""
    if not isinstance(result, list) or len(result) != length:
        raise ValueError("not a result of the script")
    return result


def _check_grant(wait: float, reserved: bool, ticket: int | None) -> Grant:
    longest = _LONGEST_RESERVED if reserved else _LONGEST_AWAY
    if not math.isfinite(wait) or wait > longest or (ticket is not None and ticket < 0):
        raise ValueError("not a grant of the script")
    return Grant(wait=max(wait, 0.0), reserved=reserved, ticket=ticket)


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
