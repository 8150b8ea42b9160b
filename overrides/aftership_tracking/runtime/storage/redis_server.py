"""A Redis server in which something is remembered: its client, and what goes wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.errors import StorageError, UsageError

if TYPE_CHECKING:
    import redis

__all__ = ["connect", "describe_redis_error", "reported_redis_errors"]


class reported_redis_errors:  # noqa: N801 - used as a function in `with`, like `suppress`
    """A block in which errors of the package redis become a `StorageError` of a kind."""

    __slots__ = ("_kind",)

    def __init__(self, kind: type[StorageError] = StorageError) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and type(error).__module__.startswith("redis."):
            raise describe_redis_error(error, self._kind) from error


def describe_redis_error(error: BaseException, kind: type[StorageError] = StorageError) -> StorageError:
    """Return the error to raise for one of redis."""
    # Not its message: it may quote a command, and so what is stored.
    return kind(
        f"the Redis server failed: {type(error).__name__}.",
        hint="Check that it runs and has memory left.",
    )


def connect(server: str | redis.Redis, timeout: float, what: str) -> redis.Redis:
    """Return a client for a URL, or the client itself.

    Raises:
        UsageError: the package is missing, the client is an asyncio one, or the timeout is not positive.
    """
    if not isinstance(server, str):
        if type(server).__module__.startswith("redis.asyncio"):
            raise UsageError("Give a redis.Redis; the asyncio client is not used here.")
        return server
    try:
        import redis
    except ImportError:
        raise UsageError(
            f"{what} needs the package redis.",
            hint="Install it: python -m pip install 'aftership-tracking-client[redis]'.",
        ) from None
    if not 0 < timeout < float("inf"):
        raise UsageError("timeout is a positive number of seconds.")
    # A server that does not respond must not block a worker.
    return redis.Redis.from_url(server, socket_timeout=timeout, socket_connect_timeout=timeout)
