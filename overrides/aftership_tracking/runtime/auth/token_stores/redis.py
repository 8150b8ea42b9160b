"""A token store in Redis: for processes on several machines. It needs the extra `redis`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, cast

from aftership_tracking.errors import StorageError
from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease, check_merchant
from aftership_tracking.runtime.auth.tokens import Tokens, dump_tokens, load_tokens
from aftership_tracking.runtime.storage.redis_server import connect, describe_redis_error

if TYPE_CHECKING:
    import redis

__all__ = ["RedisTokenStore"]

# A hash for each merchant: `tokens`, `version`, and `holder`, whose lease is a second key that Redis itself
# removes when its time is over. A deleted merchant keeps its version. The scripts read and write in one step.
_PUT = """
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if ARGV[2] ~= '' and (version ~= ARGV[2] or redis.call('HEXISTS', KEYS[1], 'tokens') == 0) then
    return 0
end
redis.call('HSET', KEYS[1], 'tokens', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('DEL', KEYS[2])
return 1
"""
_DELETE = """
if redis.call('HDEL', KEYS[1], 'tokens') == 0 then
    return 0
end
redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('DEL', KEYS[2])
return 1
"""
_LEASE = """
local found = redis.call('HMGET', KEYS[1], 'tokens', 'version')
if not found[1] or not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
    return false
end
return found
"""
_RELEASE = """
if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
end
return 1
"""


class RedisTokenStore:
    """Stores tokens in a Redis server, as plain text. Leases end by the clock of the server.

    A server that evicts keys (`maxmemory-policy` other than `noeviction`), or restarts without its
    append-only file, loses tokens, and their merchants have to connect again.

    `server`: a URL such as `rediss://:password@host:6379/0`, which is never shown, or a `redis.Redis` of your
    own (not the asyncio one: async clients use it in a thread).
    `prefix`: the beginning of the names of the keys.
    `timeout`: seconds to wait for the server, 5 by default, if `server` is a URL.

    Threads may share it, and it may be used after a fork. Raises UsageError if the package `redis` is missing
    or the client is an asyncio one; its methods raise StorageError if the server does not respond or responds
    with an error.
    """

    blocking = True

    def __init__(
        self, server: str | redis.Redis, *, prefix: str = "aftership:token:", timeout: float = 5.0
    ) -> None:
        self._client = connect(server, timeout, "RedisTokenStore")
        self._prefix = prefix
        # Error reports show the variables of functions, and a URL may contain a password.
        del server

    def __repr__(self) -> str:
        return f"RedisTokenStore(prefix={self._prefix!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token store cannot be pickled; make one in each process")

    def get(self, merchant: str) -> Tokens | None:
        """Return the tokens of a merchant; None if there are none."""
        key = self._keys(merchant)[0]
        return _decode(_run(lambda: cast("Any", self._client).hget(key, "tokens")), merchant)

    def put(self, merchant: str, tokens: Tokens, *, lease: TokenLease | None = None) -> bool:
        """Store tokens; see `TokenStore`."""
        return bool(self._run(_PUT, merchant, dump_tokens(tokens), "" if lease is None else lease.version))

    def delete(self, merchant: str) -> bool:
        """Delete the tokens; see `TokenStore`."""
        return bool(self._run(_DELETE, merchant))

    def lease(self, merchant: str, seconds: float) -> TokenLease | None:
        """Begin a lease; see `TokenStore`."""
        holder = secrets.token_hex(8)
        found = self._run(_LEASE, merchant, holder, max(1, round(seconds * 1000)))
        if not found:
            return None
        tokens, version = _decode(found[0], merchant), int(found[1])
        if tokens is None:
            return None
        return TokenLease(merchant=merchant, tokens=tokens, holder=holder, version=version)

    def release(self, lease: TokenLease) -> None:
        """End a lease; see `TokenStore`."""
        self._run(_RELEASE, lease.merchant, lease.holder)

    def close(self) -> None:
        """Close the connections. They open again if the store is still used."""
        self._client.close()

    def _keys(self, merchant: str) -> tuple[str, str]:
        # In a cluster both keys have to be on one node: what is in braces decides.
        key = f"{self._prefix}{{{check_merchant(merchant)}}}"
        return key, f"{key}:lease"

    def _run(self, script: str, merchant: str, *values: str | int) -> Any:
        keys = self._keys(merchant)
        try:
            return _run(lambda: cast("Any", self._client).eval(script, 2, *keys, *values))
        finally:
            # Error reports show the variables of functions.
            values = ()


def _run(command: Callable[[], Any]) -> Any:
    """Run a command. Raises StorageError, without the error of redis: its frames hold what was sent."""
    try:
        return command()
    except Exception as error:
        if not type(error).__module__.startswith("redis."):
            raise
        failure = describe_redis_error(error)
    finally:
        del command
    raise failure


def _decode(text: str | bytes | None, merchant: str) -> Tokens | None:
    if text is None:
        return None
    tokens = load_tokens(text)
    del text
    if tokens is None:
        raise StorageError(
            f"the Redis server holds something else than tokens for merchant {merchant!r}.",
            hint="Let the merchant connect the app again.",
        )
    return tokens
