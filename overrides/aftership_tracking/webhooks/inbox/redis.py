"""An inbox in Redis: for processes on several machines. It needs the extra `redis`."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from aftership_tracking.runtime.storage.redis_server import connect
from aftership_tracking.webhooks.inbox.entry import EntryState, Headers, InboxEntry
from aftership_tracking.webhooks.stores.redis import REPORTED

if TYPE_CHECKING:
    import redis

__all__ = ["RedisInbox"]

# KEYS: the counter, the sorted set of numbers by the time when they are due, and the one of dead letters by
# the time of their arrival. An entry is a hash. All have the same braces: one node of a cluster holds them.
_NOW = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local function name(number) return KEYS[1] .. ':' .. number end
local function text(seconds) return string.format('%.6f', seconds) end
local function is_ours(number, attempts)
    return redis.call('ZSCORE', KEYS[2], number) and redis.call('HGET', name(number), 'attempts') == attempts
end
"""
_PUT = """
local number = redis.call('INCR', KEYS[1])
redis.call('HSET', name(number), 'number', number, 'body', ARGV[1], 'headers', ARGV[2],
    'received', text(now), 'state', 'waiting', 'due', text(now), 'attempts', 0, 'error', '')
redis.call('ZADD', KEYS[2], text(now), number)
return number
"""
_TAKE = """
local taken = {}
for _, number in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text(now), 'LIMIT', 0, ARGV[1])) do
    local due = text(now + tonumber(ARGV[2]))
    redis.call('ZADD', KEYS[2], due, number)
    redis.call('HSET', name(number), 'due', due)
    redis.call('HINCRBY', name(number), 'attempts', 1)
    table.insert(taken, redis.call('HGETALL', name(number)))
end
return taken
"""
_FINISH = """
if not is_ours(ARGV[1], ARGV[2]) then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', name(ARGV[1]))
"""
_POSTPONE = """
if not is_ours(ARGV[1], ARGV[2]) then return 0 end
local due = text(now + tonumber(ARGV[3]))
redis.call('HSET', name(ARGV[1]), 'due', due, 'error', ARGV[4])
redis.call('ZADD', KEYS[2], due, ARGV[1])
return 1
"""
_BURY = """
if not is_ours(ARGV[1], ARGV[2]) then return 0 end
redis.call('HSET', name(ARGV[1]), 'state', 'dead', 'due', text(now), 'error', ARGV[3])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], redis.call('HGET', name(ARGV[1]), 'received'), ARGV[1])
return 1
"""
_FIND = "return redis.call('HGETALL', name(ARGV[1]))"
_NUMBERS = """
local found = {}
for key = 2, 3 do
    for _, number in ipairs(redis.call('ZRANGE', KEYS[key], 0, -1)) do
        table.insert(found, tonumber(number))
    end
end
table.sort(found)
return found
"""
_RETRY = """
if redis.call('EXISTS', name(ARGV[1])) == 0 then return 0 end
redis.call('HSET', name(ARGV[1]), 'state', 'waiting', 'due', text(now), 'attempts', 0)
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[2], text(now), ARGV[1])
return 1
"""
_REMOVE = """
local received = redis.call('HGET', name(ARGV[1]), 'received')
local state = redis.call('HGET', name(ARGV[1]), 'state')
if not received or tonumber(received) >= now - tonumber(ARGV[2]) then return 0 end
if ARGV[3] ~= '' and state ~= ARGV[3] then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('DEL', name(ARGV[1]))
"""


class RedisInbox:
    """Stores deliveries in a Redis server. It uses the clock of the server.

    What the server forgets is lost, because AfterShip does not deliver it again. So it must not evict keys
    (`maxmemory-policy noeviction`), and it needs its append-only file; with `appendfsync everysec` a power
    failure loses up to one second, with `always` nothing.

    Args:
        server: a URL such as `redis://127.0.0.1:6379/0`, or a `redis.Redis` of your own (not the asyncio
            one: the endpoint makes sure that its event loop does not wait).
        prefix: the beginning of the names of the keys.
        timeout: seconds to wait for the server, if `server` is a URL.

    Raises:
        UsageError: the package `redis` is missing, or the client is an asyncio one.
        StoreError: raised by the methods, if the server does not respond or responds with an error.
    """

    def __init__(
        self, server: str | redis.Redis, *, prefix: str = "aftership:inbox", timeout: float = 5.0
    ) -> None:
        self._client = connect(server, timeout, "RedisInbox")
        tagged = prefix if "{" in prefix else f"{{{prefix}}}"
        self._keys = (tagged, f"{tagged}:due", f"{tagged}:dead")

    def put(self, body: bytes, headers: Headers) -> int:
        """Store a delivery. Return its number."""
        # As text, because a client of your own may decode what it reads.
        return int(self._run(_PUT, base64.b64encode(body).decode(), json.dumps(headers)))

    def take(self, *, most: int, lease: float) -> list[InboxEntry]:
        """Take up to `most` entries that are due, for `lease` seconds."""
        return [_entry(fields) for fields in self._run(_TAKE, most, lease)]

    def finish(self, entry: InboxEntry) -> bool:
        """Remove an entry that was handled."""
        return bool(self._run(_FINISH, entry.number, entry.attempts))

    def postpone(self, entry: InboxEntry, *, delay: float, error: str) -> bool:
        """Make an entry due again in `delay` seconds."""
        return bool(self._run(_POSTPONE, entry.number, entry.attempts, delay, error))

    def bury(self, entry: InboxEntry, *, error: str) -> bool:
        """Make an entry a dead letter."""
        return bool(self._run(_BURY, entry.number, entry.attempts, error))

    def entries(self, state: EntryState | None = None) -> Iterator[InboxEntry]:
        """Return the entries of a state, or all, in the order of their numbers."""
        for number in self._run(_NUMBERS):
            entry = self.find(number)
            if entry is not None and state in (None, entry.state):
                yield entry

    def find(self, number: int) -> InboxEntry | None:
        """Return the entry with this number; None if there is none."""
        fields = self._run(_FIND, number)
        return _entry(fields) if fields else None

    def retry(self, number: int) -> bool:
        """Make an entry due now, with all its attempts before it. Return False if there is none."""
        return bool(self._run(_RETRY, number))

    def purge(self, *, older_than: float, state: EntryState | None = EntryState.DEAD) -> int:
        """Remove entries that arrived more than `older_than` seconds ago. Return how many."""
        wanted = "" if state is None else state.value
        return sum(self._run(_REMOVE, number, older_than, wanted) for number in self._run(_NUMBERS))

    def close(self) -> None:
        """Close the connections of the client."""
        self._client.close()

    def _run(self, script: str, *values: str | float) -> Any:
        with REPORTED:
            return cast("Any", self._client).eval(_NOW + script, 3, *self._keys, *values)


def _entry(fields: list[Any]) -> InboxEntry:
    texts = [one.decode() if isinstance(one, bytes) else one for one in fields]
    found: dict[str, str] = dict(zip(texts[::2], texts[1::2], strict=True))
    return InboxEntry(
        number=int(found["number"]),
        body=base64.b64decode(found["body"]),
        headers=tuple((name, value) for name, value in json.loads(found["headers"])),
        received=float(found["received"]),
        state=EntryState(found["state"]),
        due=float(found["due"]),
        attempts=int(found["attempts"]),
        error=found["error"],
    )
