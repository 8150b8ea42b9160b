"""The effect of a handler, once for each event: in SQLite by one transaction with the store, in Redis by key.

Nothing in the tables prevents that an effect is written twice, so a fault of the store would show.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import redis

from aftership_tracking.webhooks import Event
from aftership_tracking.webhooks.stores import RedisStore, SqliteStore, Store
from patience import PATIENCE

HANDLED = "handled"
# The effect is an item of a list. The set of keys makes it harmless to repeat, in the same step.
EFFECT = """
if redis.call('SADD', KEYS[1] .. ':keys', ARGV[1]) == 1 then
    redis.call('RPUSH', KEYS[1], ARGV[1])
end
"""


class Effects(Protocol):
    """Where handlers write."""

    store: Store

    def write(self, event: Event, midway: Callable[[], None]) -> None:
        """Write the effect of an event. Call `midway` when it is written and not yet certain."""
        ...

    def read_all(self) -> list[str]:
        """Return the ids of all events that had their effect, as often as they had it."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class SqliteEffects:
    def __init__(self, path: str) -> None:
        self.store: SqliteStore = SqliteStore(path, timeout=PATIENCE)
        self._path = path
        with sqlite3.connect(path, timeout=PATIENCE) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS handled (event_id TEXT)")
        connection.close()

    def write(self, event: Event, midway: Callable[[], None]) -> None:
        with self.store.transaction(event.key()) as connection:
            connection.execute("INSERT INTO handled VALUES (?)", (event.event_id,))
            midway()

    def read_all(self) -> list[str]:
        connection = sqlite3.connect(self._path)
        try:
            return [one for (one,) in connection.execute("SELECT event_id FROM handled")]
        finally:
            connection.close()

    def close(self) -> None:
        self.store.close()


class RedisEffects:
    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, decode_responses=True)
        self.store: RedisStore = RedisStore(self._client)

    def write(self, event: Event, midway: Callable[[], None]) -> None:
        self._client.eval(EFFECT, 1, HANDLED, event.key())
        # The effect is certain already: a failure now repeats the handler, not its effect.
        midway()

    def read_all(self) -> list[str]:
        return cast("list[str]", self._client.lrange(HANDLED, 0, -1))

    def close(self) -> None:
        self._client.close()


class EffectsTarget(NamedTuple):
    """Where effects are written, in a form that fits a command line."""

    kind: str
    where: str

    def open(self) -> SqliteEffects | RedisEffects:
        return SqliteEffects(self.where) if self.kind == "sqlite" else RedisEffects(self.where)


def sqlite_target(folder: Path, name: str) -> EffectsTarget:
    return EffectsTarget("sqlite", str(folder / f"{name}.db"))
