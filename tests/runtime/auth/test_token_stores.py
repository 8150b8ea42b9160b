"""Token stores: the promises that all keep, and the file that others cannot read."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import StorageError, UsageError
from aftership_tracking.oauth import MemoryTokenStore, RedisTokenStore, SqliteTokenStore, Tokens, TokenStore
from limit_support import running_redis

M = "merchant-1"
SECRETS = ("access-secret-1", "refresh-secret-1")
OLD = Tokens(access_token=SECRETS[0], refresh_token=SECRETS[1], expires_at=1.5, scopes=("a", "b"))
NEW = Tokens(access_token="access-2", refresh_token="refresh-2", expires_at=None)


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "redis"])
def store(request: Any, tmp_path: Path) -> Iterator[TokenStore]:
    if request.param == "memory":
        yield MemoryTokenStore()
    elif request.param == "sqlite":
        yield SqliteTokenStore(tmp_path / "tokens.db")
    else:
        found = RedisTokenStore(request.getfixturevalue("redis_url"), prefix=f"{tmp_path}:")
        yield found
        found.close()


def test_put_get_delete(store: TokenStore) -> None:
    assert store.get(M) is None
    assert not store.delete(M)
    assert store.put(M, OLD)
    assert store.get(M) == OLD
    assert store.put(M, NEW)
    assert store.get(M) == NEW
    assert store.get("merchant-2") is None
    assert store.delete(M)
    assert not store.delete(M)
    assert store.get(M) is None


def test_one_lease_at_a_time(store: TokenStore) -> None:
    assert store.lease(M, 60) is None, "there is nothing to renew"
    store.put(M, OLD)
    lease = store.lease(M, 60)
    assert lease is not None
    assert lease.tokens == OLD
    assert store.lease(M, 60) is None
    store.put("merchant-2", OLD)
    assert store.lease("merchant-2", 60) is not None
    store.release(lease)
    assert store.lease(M, 60) is not None
    # It has ended: this does not end the next one.
    store.release(lease)
    assert store.lease(M, 60) is None


def test_lease_that_another_process_takes_in_between(tmp_path: Path) -> None:
    other = SqliteTokenStore(tmp_path / "tokens.db")
    other.put(M, OLD)
    taken: list[Any] = []

    def clock() -> float:
        # Called between the look at the row and its change.
        if not taken:
            taken.append(other.lease(M, 600))
        return time.time()

    assert SqliteTokenStore(tmp_path / "tokens.db", clock=clock).lease(M, 600) is None
    assert taken[0] is not None


def test_put_ends_the_lease(store: TokenStore) -> None:
    store.put(M, OLD)
    lease = store.lease(M, 60)
    assert lease is not None
    assert store.put(M, NEW, lease=lease)
    assert store.get(M) == NEW
    assert store.lease(M, 60) is not None


def test_lease_ends_by_itself(store: TokenStore) -> None:
    """A process that dies blocks the others for a while only. What it brings later is better than nothing."""
    store.put(M, OLD)
    slow = store.lease(M, 0.001)
    while (next_one := store.lease(M, 60)) is None:
        pass
    assert slow is not None
    assert store.put(M, NEW, lease=slow)
    # The one who came after it is the slow one now.
    assert not store.put(M, OLD, lease=next_one)
    assert store.get(M) == NEW


def test_slow_holder_does_not_overwrite_newer_tokens(store: TokenStore) -> None:
    store.put(M, OLD)
    slow = store.lease(M, 60)
    store.put(M, NEW)
    assert not store.put(M, OLD, lease=slow)
    assert store.get(M) == NEW


def test_slow_holder_does_not_bring_back_what_was_deleted(store: TokenStore) -> None:
    store.put(M, OLD)
    slow = store.lease(M, 60)
    store.delete(M)
    assert not store.put(M, NEW, lease=slow)
    assert store.get(M) is None
    store.put(M, OLD)
    assert not store.put(M, NEW, lease=slow)
    assert store.get(M) == OLD


@pytest.mark.parametrize("merchant", ["", " ", None, 5, "m\0x", "m\ud800"])
def test_merchants_are_named_by_strings(store: TokenStore, merchant: Any) -> None:
    methods: list[Callable[[], object]] = [
        lambda: store.get(merchant),
        lambda: store.put(merchant, OLD),
        lambda: store.delete(merchant),
        lambda: store.lease(merchant, 1),
    ]
    for method in methods:
        with pytest.raises(UsageError, match="merchant"):
            method()


def test_odd_names_of_merchants(store: TokenStore) -> None:
    names = ["a'b", "{x}", "a:b", "ä ö", "x" * 300]
    for number, name in enumerate(names):
        store.put(name, Tokens(access_token=f"t-{number}"))
    assert [getattr(store.get(name), "access_token", None) for name in names] == [
        f"t-{number}" for number in range(len(names))
    ]


def test_nothing_secret_is_shown_or_pickled(store: TokenStore) -> None:
    store.put(M, OLD)
    lease = store.lease(M, 60)
    shown = repr(store) + repr(lease) + repr(OLD) + str(vars(store))
    for secret in SECRETS:
        assert secret not in shown
    for each in (store, OLD, lease):
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(each)


def test_errors_show_no_token(tmp_path: Path) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.db", timeout=0.01)
    blocker = sqlite3.connect(tmp_path / "tokens.db", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match="in use by another process") as caught:
        store.put(M, OLD)
    blocker.close()
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    for secret in SECRETS:
        assert secret not in text.partition("in put")[2]
    (tmp_path / "damaged.db").touch(mode=0o600)
    with sqlite3.connect(tmp_path / "damaged.db") as damaged:
        SqliteTokenStore(tmp_path / "damaged.db")
        damaged.execute("INSERT INTO aftership_tokens VALUES (?, ?, 1, '', 0)", (M, f"[{SECRETS[0]}]"))
    damaged.close()
    with pytest.raises(StorageError, match="something else than tokens") as caught:
        SqliteTokenStore(tmp_path / "damaged.db").get(M)
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert SECRETS[0] not in text.partition("in _read")[2]


def test_redis_that_does_not_respond_or_holds_something_else(redis_url: str, tmp_path: Path) -> None:
    import redis

    store = RedisTokenStore("redis://:password-1@127.0.0.1:1/0", timeout=0.5)
    with pytest.raises(StorageError, match="Redis server failed") as caught:
        store.put(M, OLD)
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "password-1" not in repr(store) + str(caught.value)
    assert SECRETS[0] not in text.partition("in put")[2]
    own = RedisTokenStore(redis_url, prefix=f"{tmp_path}:")
    with redis.Redis.from_url(redis_url) as client:
        client.hset(f"{tmp_path}:{{{M}}}", "tokens", "[]")
    with pytest.raises(StorageError, match="something else than tokens"):
        own.get(M)
    own.close()


def test_new_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.db"
    before = os.umask(0)
    try:
        store = SqliteTokenStore(path)
        store.put(M, OLD)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "tokens.db"
    store = SqliteTokenStore(path)
    store.put(M, OLD)
    path.chmod(mode)
    for use in (lambda: SqliteTokenStore(path), lambda: store.get(M)):
        with pytest.raises(StorageError, match=f"mode {mode:o}.*chmod 600"):
            use()
    path.chmod(0o600)
    assert store.get(M) == OLD


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_side_file_that_others_can_read_is_refused(tmp_path: Path, end: str) -> None:
    """An application of the same file wrote a log before `chmod 600`: tokens go there."""
    path, side = tmp_path / "tokens.db", tmp_path / f"tokens.db{end}"
    store = SqliteTokenStore(path)
    with sqlite3.connect(path) as application:
        if end == "-wal":
            application.execute("PRAGMA journal_mode=WAL")
            application.execute("CREATE TABLE x (y)")
        else:
            side.touch()
        side.chmod(0o644)
        with pytest.raises(StorageError, match=rf"tokens\.db{end} can be used by others \(mode 644\)"):
            store.put(M, OLD)
        assert SECRETS[0].encode() not in side.read_bytes()
        side.chmod(0o600)
        assert store.put(M, OLD)
    application.close()


def test_link_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link, path = tmp_path / "tokens.db", tmp_path / "folder" / "real ?#%.db"
    link.symlink_to(path)
    before = os.umask(0o022)
    try:
        store = SqliteTokenStore(link)
        store.put(M, OLD)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert store.get(M) == OLD


def test_lease_of_before_the_clock_was_set_back(tmp_path: Path) -> None:
    """Its process may be dead: others must not wait until the clock is there again."""
    now = [1e9]
    store = SqliteTokenStore(tmp_path / "tokens.db", clock=lambda: now[0])
    store.put(M, OLD)
    assert store.lease(M, 20) is not None
    now[0] -= 15
    assert store.lease(M, 20) is None, "it may still run"
    now[0] -= 3600
    assert store.lease(M, 20) is not None
    assert store.lease(M, 20) is None


def test_files_that_can_never_be_right(tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "missing" / "tokens.db", ":memory:"):
        with pytest.raises(UsageError):
            SqliteTokenStore(wrong)
    with pytest.raises(UsageError, match="timeout"):
        SqliteTokenStore(tmp_path / "tokens.db", timeout=-1)


def test_store_in_a_forked_child(tmp_path: Path) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.db")
    store.put(M, OLD)
    child = os.fork()
    if child == 0:
        os._exit(0 if store.get(M) == OLD and store.put(M, NEW) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.get(M) == NEW
