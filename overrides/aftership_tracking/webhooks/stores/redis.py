"""A store in Redis: for processes on several machines. It needs the extra `redis`."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.runtime.storage.redis_server import connect, reported_redis_errors
from aftership_tracking.webhooks.stores.protocol import COUNT_FOR, Claim, ClaimState, StoreError

if TYPE_CHECKING:
    import redis

__all__ = ["REPORTED", "RedisStore"]

LOGGER = logging.getLogger("aftership_tracking.webhooks")

# A key holds `busy:<token>` while it is claimed and `done:<token>` afterwards. Redis itself removes it when
# its time is over. A second key counts the claims. The scripts read and write in one step.
_CLAIM = """
local known = redis.call('GET', KEYS[1])
if known == 'busy:' .. ARGV[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if known then
    return {known, tonumber(redis.call('GET', KEYS[2])) or 1}
end
redis.call('SET', KEYS[1], 'busy:' .. ARGV[1], 'PX', ARGV[2])
local attempt = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return {'busy:' .. ARGV[1], attempt}
"""
_COMPLETE = """
local known = redis.call('GET', KEYS[1])
if known and string.sub(known, 6) ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], 'done:' .. ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) == 'busy:' .. ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
"""


_MOST_WITHOUT_RESPONSE = 10_000


class RedisStore:
    """Remembers keys in a Redis server. It uses the clock of the server.

    If the server forgets keys, their events are handled again. So it must not evict keys (`maxmemory-policy
    noeviction`; the first claim warns if it may), and it needs its append-only file to remember them in a
    restart.

    Args:
        server: a URL such as `redis://127.0.0.1:6379/0`, or a `redis.Redis` of your own (not the asyncio one:
            the receiver makes sure that its event loop does not wait).
        prefix: the beginning of the names of the keys.
        timeout: seconds to wait for the server, if `server` is a URL.

    Raises:
        UsageError: the package `redis` is missing, or the client is an asyncio one.
        StoreError: raised by the methods, if the server does not respond or responds with an error.
    """

    def __init__(
        self, server: str | redis.Redis, *, prefix: str = "aftership:event:", timeout: float = 5.0
    ) -> None:
        self._client = connect(server, timeout, "RedisStore")
        self._prefix = prefix
        self._is_checked = False
        # The tokens of claims that got no response. The server may have made them all the same, and then
        # every delivery of the event would wait for the lease, although nobody handles it.
        self._without_response: dict[str, str] = {}

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds."""
        if not self._is_checked:
            self._is_checked = True
            self._warn_if_it_evicts()
        # Removed here, so that of two threads one has it.
        token = self._without_response.pop(key, "") or secrets.token_hex(16)
        counted_for = _milliseconds(lease + COUNT_FOR)
        try:
            found, attempt = self._run(_CLAIM, key, token, _milliseconds(lease), counted_for)
        except StoreError:
            if len(self._without_response) < _MOST_WITHOUT_RESPONSE:
                self._without_response[key] = token
            raise
        state = _to_string(found)
        if state == f"busy:{token}":
            # Also if the first response was lost, and the command was sent again.
            return Claim(state=ClaimState.NEW, key=key, token=token, attempt=int(attempt))
        return Claim(state=ClaimState.DONE if state.startswith("done:") else ClaimState.BUSY, key=key)

    def complete(self, claim: Claim, *, keep: float) -> bool:
        """Remember for `keep` seconds that the key is done."""
        return bool(self._run(_COMPLETE, claim.key, claim.token, _milliseconds(keep)))

    def release(self, claim: Claim) -> bool:
        """Forget the claim."""
        return bool(self._run(_RELEASE, claim.key, claim.token))

    def close(self) -> None:
        """Close the connections of the client."""
        self._client.close()

    def _warn_if_it_evicts(self) -> None:
        memory: Any = {}
        # Not every server and every user may be questioned like this, and claims work without it.
        with suppress(Exception):
            memory = cast("Any", self._client).info("memory")
        policy = memory.get("maxmemory_policy", "noeviction")
        if memory.get("maxmemory") and policy != "noeviction":
            LOGGER.warning(
                "the Redis server forgets keys when its memory is full (maxmemory-policy %s): AfterShip "
                "delivers again for 68 hours, and a forgotten event is handled again. Set noeviction.",
                policy,
                extra=log_fields("store", policy=policy),
            )

    def _run(self, script: str, key: str, *values: str | int) -> Any:
        name = self._prefix + key
        # In a cluster both keys have to be on one node: what is in braces decides.
        counter = f"{name}:attempts" if "{" in name else f"{{{name}}}:attempts"
        with REPORTED:
            return cast("Any", self._client).eval(script, 2, name, counter, *values)


REPORTED = reported_redis_errors(StoreError)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _to_string(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else ""
