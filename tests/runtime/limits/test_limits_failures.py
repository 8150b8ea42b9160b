"""Whatever is wrong with a store is a failure of the store, from the constructor on, and it stops nobody."""

from __future__ import annotations

import json
import logging
import socketserver
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning
from aftership_tracking.runtime.limits import RedisLimiter, SqliteLimiter
from limit_support import START, ManualClock, acquire_many, clocks_of, new_slot_request, running_redis

NO_DATABASE = b"this is not a database, and long enough to be recognized as something else" * 20


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 0.5)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "limits.db"


def break_text(path: Path) -> None:
    path.write_bytes(NO_DATABASE)


def break_pages(path: Path) -> None:
    """The header is that of a database, and the rest is not."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE buckets (name TEXT PRIMARY KEY, used REAL, state TEXT)")
        connection.executemany("INSERT INTO buckets VALUES (?, 1, 'x')", [(str(n) * 99,) for n in range(500)])
    connection.close()
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))


def break_schema(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE buckets (something TEXT)")
    connection.close()


@pytest.mark.parametrize("damage", [break_text, break_pages, break_schema])
def test_a_file_that_is_unusable_at_the_start_stops_nobody(damage: Callable[[Path], None], path, clock):
    damage(path)
    slot_request = new_slot_request(2)
    with pytest.warns(LimiterWarning, match="limits of its own"):
        limiter = SqliteLimiter(path, _clocks=clocks_of(clock))
    # It has warned, and does not warn again, although the second try fails too.
    assert acquire_many(limiter, slot_request, 3) == [True, True, False]
    clock.now += 6
    assert limiter.acquire(slot_request).reserved
    # The file is repaired, and used again after a while.
    for file in path.parent.iterdir():
        file.unlink()
    clock.now += 6
    other = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))
    assert acquire_many(limiter, slot_request, 2) == [True, True]
    assert acquire_many(other, slot_request, 1) == [False]
    for each in (limiter, other):
        each.close()


@pytest.mark.parametrize("damage", [break_text, break_pages, break_schema])
def test_a_file_that_is_unusable_at_the_start_is_a_limiter_error_if_so_configured(damage, path):
    damage(path)
    with pytest.raises(LimiterError, match=r"failed: .*Error") as failed:
        SqliteLimiter(path, on_failure="raise")
    assert failed.value.__cause__ is None


def test_a_file_that_is_locked_at_the_start_stops_nobody(path, clock, monkeypatch):
    monkeypatch.setattr("aftership_tracking.runtime.limits.sqlite_store._PATIENCE_AT_START", 0.05)
    monkeypatch.setattr("aftership_tracking.runtime.limits.sqlite_store._PATIENCE", 0.05)
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("PRAGMA locking_mode = EXCLUSIVE")
    blocker.execute("BEGIN EXCLUSIVE")
    blocker.execute("CREATE TABLE t (x)")
    slot_request = new_slot_request(1)
    with pytest.warns(LimiterWarning, match="database is locked"):
        limiter = SqliteLimiter(path, _clocks=clocks_of(clock))
    with pytest.raises(LimiterError, match="database is locked"):
        SqliteLimiter(path, on_failure="raise")
    assert acquire_many(limiter, slot_request, 2) == [True, False]
    blocker.execute("ROLLBACK")
    blocker.close()
    clock.now += 6
    assert acquire_many(limiter, slot_request, 2) == [True, False]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM buckets").fetchone() == (1,)
    connection.close()
    limiter.close()


def sound_row(**changes: object) -> str:
    row = {
        "sent": [START],
        "held": -1e9,
        "announced": None,
        "offset": None,
        "seen": START,
        "waiters": [],
        "next": 0,
        "overtaken": 0,
    }
    return json.dumps(list({**row, **changes}.values()))


ROWS = [
    "",
    "null",
    "5",
    "{}",
    "[]",
    "[1, 2]",
    "[1, 2, 3, 4, 5, 6, 7, 8]",
    "not JSON",
    "[" * 100_000,
    b"\xff\xfe",
    7,
    2.5,
    sound_row(sent=None),
    sound_row(sent=["a"]),
    sound_row(sent=[None]),
    sound_row(sent=[[]]),
    sound_row(sent=[float("nan")]),
    sound_row(sent=[START + 1e6]),
    sound_row(held="soon"),
    sound_row(held=None),
    sound_row(held=START + 1e6),
    sound_row(held=float("inf")),
    sound_row(announced="many"),
    sound_row(announced=0),
    sound_row(announced=-3),
    sound_row(announced=[]),
    sound_row(offset=[1, 2]),
    sound_row(offset=["a", "b", "c"]),
    sound_row(offset=[0, 0, float("inf")]),
    sound_row(seen="now"),
    sound_row(waiters=[[1]]),
    sound_row(waiters=[["a", "b", "c"]]),
    sound_row(waiters=[[[], 0, 0]]),
    sound_row(next="a"),
    sound_row(next=None),
    sound_row(overtaken=None),
    sound_row(overtaken=1000),
    # `float` cannot hold them.
    sound_row(sent=[10**400]),
    sound_row(held=10**400),
    sound_row(seen=-(10**400)),
    sound_row(offset=[0, 0, 10**400]),
    sound_row(waiters=[[1, 10**400, START]]),
    # A caller that comes back so late would take a slot from the others for ever.
    sound_row(waiters=[[1, 0, START + 1e9]]),
]


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
@pytest.mark.parametrize("on_failure", ["memory", "raise"])
def test_a_damaged_row_begins_anew_and_is_logged_once(row, on_failure, path, clock, caplog):
    limiter = SqliteLimiter(path, on_failure=on_failure, _clocks=clocks_of(clock))
    slot_request = new_slot_request(2)

    def damage() -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("INSERT OR REPLACE INTO buckets VALUES (?, 1, ?)", (slot_request.bucket, row))
        connection.close()

    damage()
    with caplog.at_level(logging.INFO, "aftership_tracking"):
        # Within the limit for the one, and then for the other of the two: both read the row.
        assert acquire_many(limiter, slot_request, 3) == [True, True, False]
        damage()
        limiter.learn(slot_request, 429, {"retry-after": "3"})
    assert len(caplog.records) == 1
    assert "begins anew" in caplog.text
    damage()
    assert [one.limit for one in limiter.usage()] == [2]
    limiter.close()


def test_a_sound_row_of_the_same_form_is_used(path, clock, caplog):
    """Otherwise the test above would prove nothing."""
    limiter = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))
    slot_request = new_slot_request(2)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO buckets VALUES (?, 1, ?)", (slot_request.bucket, sound_row()))
    connection.close()
    assert acquire_many(limiter, slot_request, 2) == [True, False]
    assert caplog.records == []
    limiter.close()


def test_any_error_of_a_store_is_a_failure_of_the_store(path, clock, monkeypatch):
    limiter = SqliteLimiter(path, _clocks=clocks_of(clock))
    strict = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))

    def fail(*_: object) -> None:
        raise IndexError("of the store")

    for name in ("_assign_slot", "_observe", "_read_usage"):
        monkeypatch.setattr(SqliteLimiter, name, fail)
    slot_request = new_slot_request(1)
    with pytest.warns(LimiterWarning, match="IndexError"):
        assert limiter.acquire(slot_request).reserved
    with pytest.raises(LimiterError, match="IndexError"):
        strict.acquire(slot_request)
    strict.learn(slot_request, 429, {})
    with pytest.raises(LimiterError, match="IndexError"):
        strict.usage()
    for each in (limiter, strict):
        each.close()


@contextmanager
def fake_redis(response: bytes) -> Iterator[str]:
    """A server that says the same to everything."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(65536):
                self.request.sendall(response)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"redis://127.0.0.1:{server.server_address[1]}/0?socket_timeout=0.3"
        finally:
            server.shutdown()
            thread.join()


NONSENSE = {
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "bytes": b"\xff\x00\xff\r\n",
    "OK": b"+OK\r\n",
    "three letters": b"+OK!\r\n",
    "a number": b":5\r\n",
    "nothing": b"$-1\r\n",
    "an empty list": b"*0\r\n",
    "a list that is too short": b"*2\r\n:1\r\n:1\r\n",
    "words": b"*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n:0\r\n",
    "no number": b"*4\r\n$3\r\nnan\r\n:1\r\n$0\r\n\r\n:0\r\n",
    "for ever": b"*4\r\n$3\r\ninf\r\n:0\r\n$1\r\n1\r\n:0\r\n",
    "a slot in a year": b"*4\r\n$3\r\n3e7\r\n:1\r\n$0\r\n\r\n:0\r\n",
    "a wrong ticket": b"*4\r\n$1\r\n0\r\n:0\r\n$2\r\n-5\r\n:0\r\n",
    "an error": b"-ERR unknown command\r\n",
    "lists in lists": b"*4\r\n*1\r\n:1\r\n*0\r\n*0\r\n:0\r\n",
}


@pytest.mark.parametrize("response", NONSENSE.values(), ids=NONSENSE)
def test_a_redis_that_responds_with_nonsense_has_failed(response, clock):
    with fake_redis(response) as url:
        limiter = RedisLimiter(url, _clocks=clocks_of(clock))
        slot_request = new_slot_request(2)
        with pytest.warns(LimiterWarning, match="limits of its own"):
            assert acquire_many(limiter, slot_request, 3) == [True, True, False]
        limiter.learn(slot_request, 429, {"retry-after": "3"})
        assert limiter.usage()[0].remaining == 0
        strict = RedisLimiter(url, on_failure="raise", _clocks=clocks_of(clock))
        with pytest.raises(LimiterError):
            strict.acquire(slot_request)
        strict.learn(slot_request, 429, {})
        for each in (limiter, strict):
            each.close()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.mark.parametrize(
    "damage",
    [
        "return redis.call('SET', KEYS[1], 'nonsense')",
        "return redis.call('SET', KEYS[1], cmsgpack.pack(5))",
        "return redis.call('SET', KEYS[1], cmsgpack.pack({}))",
        "return redis.call('SET', KEYS[1], cmsgpack.pack({sent = {'a'}, held = 0, seen = 0, line = {}, "
        "next = 0, overtaken = 0}))",
        "return redis.call('SET', KEYS[1], cmsgpack.pack({sent = {}, held = 1e15, seen = 0, line = {}, "
        "next = 0, overtaken = 0}))",
        "return redis.call('SET', KEYS[1], cmsgpack.pack({sent = {}, held = 0, seen = 0, line = {{1}}, "
        "next = 0, overtaken = 0}))",
        # A ticket that no number can show, and a caller that would stay in front for ever.
        "return redis.call('SET', KEYS[1], cmsgpack.pack({sent = {}, held = 0, seen = 0, line = {}, "
        "next = 1e300, overtaken = 0}))",
        "return redis.call('SET', KEYS[1], cmsgpack.pack({sent = {}, held = 0, seen = 0, "
        "line = {{1, 0, 1e300}}, next = 2, overtaken = 0}))",
    ],
)
def test_a_damaged_key_begins_anew_and_is_logged(redis_url, damage, clock, caplog):
    import redis

    limiter = RedisLimiter(redis_url, on_failure="raise", _clocks=clocks_of(clock), _redis_time=clock)
    slot_request = new_slot_request(2)
    key = f"aftership-tracking-client:limit:{slot_request.bucket}"
    with redis.Redis.from_url(redis_url) as server:
        server.eval(damage, 1, key)
        assert acquire_many(limiter, slot_request, 3) == [True, True, False]
        assert "begins anew" in caplog.text
        server.eval(damage, 1, key)
        limiter.learn(slot_request, 429, {"retry-after": "3"})
        assert limiter.usage()[0].remaining == 0
        # A key of another type is a failure, and no row to heal.
        server.delete(key)
        server.lpush(key, "a")
        with pytest.raises(LimiterError, match="ResponseError"):
            limiter.acquire(slot_request)
    limiter.close()
