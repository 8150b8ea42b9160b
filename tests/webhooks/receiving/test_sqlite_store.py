"""The store in a file: its rows, its connections, and the processes that share it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import sqlite3
import stat
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.inbox import SqliteInbox
from aftership_tracking.webhooks.stores import KEEP, ClaimState, SqliteStore, StoreError, sqlite_file
from receiver_support.stores import LAST_ATTEMPT, Clock, state


def test_a_new_file_is_for_its_owner(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    store.claim("a", lease=60)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"events.db", "events.db-wal"} <= set(modes)
    store.close()


@pytest.mark.usefixtures("small_heap")
@pytest.mark.parametrize("kind", [SqliteStore, SqliteInbox])
def test_what_nobody_closed_closes_its_connections(
    kind: type[SqliteStore] | type[SqliteInbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise Python 3.13 warns: `ResourceWarning: unclosed database`."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def recording(*args: Any, **settings: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **settings))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", recording)
    store = kind(tmp_path / "events.db")
    assert opened
    del store
    gc.collect()
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            connection.execute("SELECT 1")


def test_the_file_outlives_the_store_and_forgets_old_keys(tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "events.db"
    first = SqliteStore(path, clock=clock)
    for number in range(30):
        first.complete(first.claim(f"old {number}", lease=1), keep=10)
    first.complete(first.claim("young", lease=1), keep=KEEP)
    first.close()
    # For as long as AfterShip may deliver again, the number of attempts is remembered.
    clock.advance(20 + LAST_ATTEMPT)
    second = SqliteStore(path, clock=clock, synchronous="NORMAL")
    assert state(second, "young") is ClaimState.DONE
    for number in range(4):
        second.claim(f"new {number}", lease=60)
    second.close()
    connection = sqlite3.connect(path)
    keys = {key for (key,) in connection.execute("SELECT key FROM aftership_events")}
    connection.close()
    assert keys == {"young", "new 0", "new 1", "new 2", "new 3"}


def test_a_file_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE aftership_events (key TEXT PRIMARY KEY, token TEXT NOT NULL, done INTEGER NOT NULL,"
        " until REAL NOT NULL) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX aftership_events_until ON aftership_events (until)")
    connection.execute("INSERT INTO aftership_events VALUES ('a', 't', 1, 9e9)")
    connection.commit()
    connection.close()
    for number in (1, 2):
        store = SqliteStore(path)
        assert store.claim("a", lease=10).state is ClaimState.DONE
        claim = store.claim("b", lease=10)
        assert claim.attempt == number
        store.release(claim)
        store.close()


def test_a_claim_that_was_swept_is_named(tmp_path: Path) -> None:
    clock = Clock()
    store = SqliteStore(tmp_path / "events.db", clock=clock)
    store.claim("a", lease=10)
    clock.advance(11 + LAST_ATTEMPT)
    store.claim("b", lease=10)
    with pytest.raises(UsageError, match="lease ran out"), store.transaction("a"):
        pass
    store.close()


def test_sqlite_refuses_options_that_cannot_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="MemoryStore"):
        SqliteStore(":memory:")
    with pytest.raises(UsageError, match="synchronous"):
        SqliteStore(tmp_path / "events.db", synchronous="OFF")


def in_a_child(path: Path, key: str, pipe: Connection) -> None:
    """Claim in a process that was not forked."""
    store = SqliteStore(path)
    pipe.send(store.claim(key, lease=60).state)
    store.close()


def test_processes_share_a_file(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    path = tmp_path / "events.db"
    here, there = spawn.Pipe()
    # Several at once, on a file that does not exist yet.
    children = [spawn.Process(target=in_a_child, args=(path, "a", there)) for _ in range(3)]
    for child in children:
        child.start()
    states = [here.recv() for _ in children]
    for child in children:
        child.join()
    assert sorted(one.name for one in states) == ["BUSY", "BUSY", "NEW"]


def test_a_fork_does_not_share_connections(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    claim = store.claim("a", lease=60)
    child = os.fork()
    if child == 0:
        # Whatever happens here, the child ends here.
        code = 1
        try:
            code = 0 if store.claim("a", lease=60).state is ClaimState.BUSY else 2
            store.complete(store.claim("b", lease=60), keep=KEEP)
            store.close()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.complete(claim, keep=KEEP)
    assert state(store, "b") is ClaimState.DONE
    store.close()


def test_close_in_a_child_leaves_the_connections_of_the_parent_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "events.db")
    store.claim("event", lease=300)
    (connection,) = store._file._idle
    real = os.getpid()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: real + 1)
        store.close()
    # It is neither closed nor dropped: Python closes a connection that nothing refers to.
    assert connection.execute("SELECT 1").fetchone() == (1,)
    assert connection in sqlite_file._INHERITED
    sqlite_file._INHERITED.remove(connection)
    connection.close()


@pytest.mark.parametrize("grows", [True, False])
def test_a_file_does_not_grow_with_what_is_over(tmp_path: Path, *, grows: bool) -> None:
    """Whether ids are random or in the order of time: claims of other keys remove what is over."""
    clock, names = Clock(), random.Random(1)
    path = tmp_path / "events.db"
    store = SqliteStore(path, clock=clock, synchronous="NORMAL")
    live = 100
    for number in range(10 * live):
        clock.advance(LAST_ATTEMPT / live)
        name = f"{number:08}" if grows else f"{names.randrange(10**8):08}"
        store.complete(store.claim(name, lease=1), keep=1)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        ((rows,),) = connection.execute("SELECT count(*) FROM aftership_events")
        indexes = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
    assert live <= rows < 1.5 * live
    # An index of the times costs as much as the rows.
    assert indexes == []


def test_a_file_that_is_removed_while_it_is_in_use_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The store went on with the removed file, which no other process sees, and said nothing."""
    path = tmp_path / "events.db"
    store = SqliteStore(path)
    store.complete(store.claim("a", lease=60), keep=KEEP)
    for file in tmp_path.iterdir():
        file.unlink()
    store.complete(store.claim("b", lease=60), keep=KEEP)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    other = SqliteStore(path)
    assert (state(other, "a"), state(other, "b")) == (ClaimState.NEW, ClaimState.DONE)
    assert [message for message in caplog.messages if "removed or replaced" in message] == caplog.messages
    assert len(caplog.messages) == 1
    store.close()
    other.close()


def test_a_damaged_file_can_be_moved_away_while_the_store_is_in_use(tmp_path: Path) -> None:
    """The error says so, and then the table was missing until the program was started again."""
    path = tmp_path / "events.db"
    store = SqliteStore(path)
    store.close()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        store.claim("a", lease=60)
    path.rename(tmp_path / "damaged.db")
    assert store.claim("a", lease=60).state is ClaimState.NEW
    store.close()


def test_a_relative_path_stays_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    store = SqliteStore("events.db")
    store.claim("a", lease=60)
    monkeypatch.chdir(tmp_path / "other")
    store.close()
    assert state(store, "a") is ClaimState.BUSY
    store.close()
    assert list((tmp_path / "other").iterdir()) == []
