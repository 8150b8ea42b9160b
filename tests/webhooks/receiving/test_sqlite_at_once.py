"""What need not wait is written to the file by the event loop itself, and all that waits by a thread."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aftership_tracking.webhooks import Event, Receiver, Router
from aftership_tracking.webhooks.receiver import Handling
from aftership_tracking.webhooks.stores import ClaimState, SqliteStore, StoreError
from aftership_tracking.webhooks.stores.sqlite_file import SqliteFile
from patience import PATIENCE, wait_until
from receiver_support.events import VERIFIER, event_id, parsed
from receiver_support.stores import state

TURNS = 20
# NORMAL is 1.
WAITS = {"busy_timeout": 0, "wal_autocheckpoint": 0, "synchronous": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path, timeout=PATIENCE)) as store:
        yield store


@pytest.fixture
def in_thread(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The transactions of the thread, and whether each is durable."""
    opened: list[bool] = []
    transaction = SqliteFile.transaction

    def record(file: SqliteFile, is_durable: bool) -> object:
        opened.append(is_durable)
        return transaction(file, is_durable)

    monkeypatch.setattr(SqliteFile, "transaction", record)
    return opened


async def warm(store: SqliteStore) -> None:
    """The first write of a loop goes to the thread, which opens a connection for the next ones."""
    await store.claim_async("first", lease=60)
    wait_until(lambda: bool(store._file._prompt), "a connection is ready")


def lock(path: Path) -> sqlite3.Connection:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_delivery_changes_no_thread(store: SqliteStore, path: Path, in_thread: list[bool]) -> None:
    """And others see the claim before the handler begins, and the note before the response."""
    seen: list[object] = []
    other = sqlite3.connect(path)

    def look(number: int) -> None:
        found = other.execute("SELECT done FROM aftership_events WHERE key = ?", (event_id(number),))
        seen.extend(found.fetchone())

    async def handle(event: Event, known: bool) -> None:
        look(len(seen) // 2)

    async def run() -> None:
        receiver = Receiver(VERIFIER, Router(fallback=handle), store=store)
        await warm(store)
        in_thread.clear()
        for number in range(TURNS):
            assert await receiver.process_async(parsed(number)) is Handling.HANDLED
            look(number)
        assert await receiver.process_async(parsed(1)) is Handling.DUPLICATE

    with closing(other):
        asyncio.run(run())
    assert seen == [0, 1] * TURNS
    assert in_thread == []


def test_a_note_that_waits_for_the_disk_does_so_in_the_thread(path: Path, in_thread: list[bool]) -> None:
    async def run(store: SqliteStore) -> None:
        await warm(store)
        in_thread.clear()
        assert await store.complete_async(await store.claim_async("a", lease=60))
        assert in_thread == [True]

    with closing(SqliteStore(path, synchronous="FULL")) as store:
        asyncio.run(run(store))


@pytest.mark.parametrize("step", ["claim", "complete"])
def test_a_locked_file_does_not_block_the_loop(store: SqliteStore, path: Path, step: str) -> None:
    """The loop itself unlocks it here, so a loop that waits for that waits in vain."""

    async def run() -> None:
        await warm(store)
        claim = await store.claim_async("a", lease=60)
        with closing(lock(path)) as other:
            task: asyncio.Task[object]
            if step == "claim":
                task = asyncio.create_task(store.claim_async("b", lease=60))
            else:
                task = asyncio.create_task(store.complete_async(claim))
            for _ in range(TURNS):
                await asyncio.sleep(0)
            assert not task.done()
            other.execute("ROLLBACK")
        await task
        assert state(store, "a") is (ClaimState.BUSY if step == "claim" else ClaimState.DONE)
        assert state(store, "b") is (ClaimState.BUSY if step == "claim" else ClaimState.NEW)

    asyncio.run(run())


def test_what_waits_in_the_thread_is_not_overtaken(store: SqliteStore, path: Path) -> None:
    async def run() -> None:
        await warm(store)
        with closing(lock(path)) as other:
            first = asyncio.create_task(store.claim_async("a", lease=60))
            for _ in range(TURNS):
                await asyncio.sleep(0)
            other.execute("ROLLBACK")
        second = await store.claim_async("a", lease=60)
        assert ((await first).state, second.state) == (ClaimState.NEW, ClaimState.BUSY)

    asyncio.run(run())


def test_a_file_that_stays_locked_is_a_failure_of_the_store(path: Path) -> None:
    async def run(store: SqliteStore) -> None:
        await warm(store)
        with closing(lock(path)), pytest.raises(StoreError, match="in use"):
            await store.claim_async("a", lease=60)
        assert (await store.claim_async("a", lease=60)).state is ClaimState.NEW

    with closing(SqliteStore(path, timeout=0.05)) as store:
        asyncio.run(run(store))


def test_the_connection_of_a_loop_waits_for_nobody(store: SqliteStore) -> None:
    """Neither for another writer, nor for the disk to move the log, which SQLite does in a commit."""
    asyncio.run(warm(store))
    (connection,) = store._file._prompt
    found = {name: connection.execute(f"PRAGMA {name}").fetchone() for name in WAITS}
    assert found == {name: (value,) for name, value in WAITS.items()}


def test_what_fails_in_the_loop_is_done_in_the_thread(store: SqliteStore, in_thread: list[bool]) -> None:
    async def run() -> None:
        await warm(store)
        (connection,) = store._file._prompt
        connection.execute("PRAGMA query_only=1")
        in_thread.clear()
        assert (await store.claim_async("a", lease=60)).state is ClaimState.NEW
        assert in_thread == [False]

    asyncio.run(run())


def test_what_fails_in_the_middle_leaves_no_transaction(store: SqliteStore, in_thread: list[bool]) -> None:
    async def run() -> None:
        await warm(store)
        (connection,) = store._file._prompt
        with pytest.raises(UnicodeEncodeError):
            await store.claim_async("\ud800", lease=60)
        assert not connection.in_transaction
        in_thread.clear()
        assert (await store.claim_async("a", lease=60)).state is ClaimState.NEW
        assert in_thread == []

    asyncio.run(run())


def test_a_file_that_is_removed_is_made_again(
    store: SqliteStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        await warm(store)
        for file in path.parent.iterdir():
            file.unlink()
        assert await store.complete_async(await store.claim_async("a", lease=60))

    asyncio.run(run())
    with closing(SqliteStore(path)) as other:
        assert state(other, "a") is ClaimState.DONE
    assert ["removed or replaced" in message for message in caplog.messages] == [True]


def log_header(path: Path) -> bytes:
    """What SQLite writes anew in the header of the log when it begins the log: a number, and salt."""
    return path.with_name(f"{path.name}-wal").read_bytes()[12:24]


def test_the_thread_moves_the_log_so_that_the_loop_need_not(
    store: SqliteStore, path: Path, in_thread: list[bool]
) -> None:
    """SQLite waits for the disk to move it, and again in the first write to a log that begins anew."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version=7")

    async def run() -> None:
        await warm(store)
        before = log_header(path)
        store._file.move_log()
        moved = log_header(path)
        assert await store.complete_async(await store.claim_async("a", lease=60))
        assert before != moved == log_header(path)
        in_thread.clear()
        for number in range(1200):
            assert await store.complete_async(await store.claim_async(str(number), lease=60))
        wait_until(lambda: log_header(path) != moved, "the log is moved again")

    asyncio.run(run())
    # Of 2400 writes.
    assert len(in_thread) < 100
    # A frame is a page and 24 bytes. SQLite itself would move a log of a thousand.
    assert path.with_name(f"{path.name}-wal").stat().st_size < 1200 * (4096 + 24)
    with closing(sqlite3.connect(path)) as other:
        # It belongs to the application.
        assert other.execute("PRAGMA user_version").fetchone() == (7,)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_loop_goes_on_after_a_fork(store: SqliteStore) -> None:
    async def run() -> None:
        await warm(store)
        claim = await store.claim_async("a", lease=60)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                assert store._file._prompt == []
                assert store.complete(store.claim("child", lease=60))
                store.close()
                code = 0
            finally:
                os._exit(code)
        assert await store.complete_async(claim)
        assert (await asyncio.to_thread(os.waitpid, child, 0))[1] == 0

    asyncio.run(run())
    assert [state(store, key) for key in ("a", "child")] == [ClaimState.DONE] * 2
