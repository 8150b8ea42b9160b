"""When the store in a file flushes done keys to the disk: soon after them, on close, at the end of a program.

A power failure cannot be had in a test. What can be seen is each flush, and what is committed when it begins.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aftership_tracking.webhooks.stores import KEEP, ClaimState, SqliteStore, log_flush
from patience import PATIENCE, wait_until
from receiver_support.stores import state

NEVER = 10 * PATIENCE


def complete(store: SqliteStore, key: str) -> None:
    assert store.complete(store.claim(key, lease=60), keep=KEEP)


def complete_in_a_loop(store: SqliteStore, key: str) -> None:
    async def run() -> None:
        assert await store.complete_async(await store.claim_async(key, lease=60), keep=KEEP)

    asyncio.run(run())


class Flushes:
    """Stands for the flush of the system, and notes what is done in the file when it begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: list[set[str]] = []
        self.threads: list[int] = []
        self.files: list[int] = []
        self.ended = 0
        self.may_end = threading.Event()
        self.may_end.set()
        self._running = threading.Lock()

    def __call__(self, descriptor: int) -> None:
        assert self._running.acquire(blocking=False), "two flushes at a time"
        self.threads.append(threading.get_ident())
        self.files.append(os.fstat(descriptor).st_ino)
        with closing(sqlite3.connect(self.path)) as other:
            self.done.append({key for (key,) in other.execute("SELECT key FROM aftership_events WHERE done")})
        assert self.may_end.wait(PATIENCE)
        self.ended += 1
        self._running.release()


@pytest.fixture
def flushes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flushes:
    flushes = Flushes(tmp_path / "events.db")
    monkeypatch.setattr(log_flush, "_flush_file", flushes)
    return flushes


@pytest.fixture
def store(tmp_path: Path, flushes: Flushes) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "events.db")) as store:
        yield store


@pytest.mark.parametrize("use", [complete, complete_in_a_loop])
def test_a_flush_follows_a_done_key_in_another_thread(
    store: SqliteStore, flushes: Flushes, use: Callable[[SqliteStore, str], None]
) -> None:
    for count, key in enumerate(("a", "b"), start=1):
        use(store, key)
        wait_until(lambda count=count: len(flushes.done) == count, "the flush begins")  # type: ignore[misc]
    assert flushes.done == [{"a"}, {"a", "b"}]
    assert threading.get_ident() not in flushes.threads
    assert flushes.files == [flushes.path.with_name("events.db-wal").stat().st_ino] * 2


def test_what_is_done_during_a_flush_shares_the_next_one(store: SqliteStore, flushes: Flushes) -> None:
    flushes.may_end.clear()
    complete(store, "a")
    wait_until(lambda: bool(flushes.done), "the first flush begins")
    keys = {str(number) for number in range(100)}
    for key in keys:
        complete(store, key)
    flushes.may_end.set()
    wait_until(lambda: len(flushes.done) == 2, "the second flush begins")
    store.close()
    assert flushes.done == [{"a"}, {"a", *keys}]


@pytest.mark.parametrize("use", [complete, complete_in_a_loop])
def test_close_does_not_leave_the_last_flush_out(
    store: SqliteStore,
    flushes: Flushes,
    monkeypatch: pytest.MonkeyPatch,
    use: Callable[[SqliteStore, str], None],
) -> None:
    monkeypatch.setattr(log_flush, "PAUSE", NEVER)
    use(store, "a")
    assert flushes.done == []
    for _ in range(2):
        store.close()
        assert flushes.done == [{"a"}]


def test_close_waits_for_a_flush_that_has_begun(store: SqliteStore, flushes: Flushes) -> None:
    flushes.may_end.clear()
    complete(store, "a")
    wait_until(lambda: bool(flushes.done), "the flush begins")
    threading.Timer(0.3, flushes.may_end.set).start()
    store.close()
    assert flushes.ended == 1


PROGRAM = """
import asyncio, os, signal, sys
from aftership_tracking.webhooks.stores import SqliteStore, log_flush

log_flush.PAUSE = 3600
log_flush._flush_file = lambda descriptor: print("flushed")
store = SqliteStore(sys.argv[1])

async def handle():
    for key in "ab":
        await store.complete_async(await store.claim_async(key, lease=60))

asyncio.run(handle())
if sys.argv[2] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("end", ["kill", "exit"])
def test_a_program_that_ends_without_close_remembers_what_is_done(tmp_path: Path, end: str) -> None:
    path = tmp_path / "events.db"
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), end], capture_output=True, text=True, check=False
    )
    assert ended.stderr == ""
    assert ended.returncode == (-signal.SIGKILL if end == "kill" else 0)
    # A killed program cannot flush. The system has what it committed.
    assert ended.stdout.split() == ([] if end == "kill" else ["flushed"])
    with closing(SqliteStore(path)) as store:
        assert [state(store, key) for key in "abc"] == [ClaimState.DONE, ClaimState.DONE, ClaimState.NEW]


@pytest.mark.parametrize("use", [complete, complete_in_a_loop])
def test_full_flushes_in_the_commit_and_not_later(
    tmp_path: Path, flushes: Flushes, use: Callable[[SqliteStore, str], None]
) -> None:
    with closing(SqliteStore(flushes.path, synchronous="FULL")) as store:
        use(store, "a")
    assert flushes.done == []


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_the_effect_of_a_handler_waits_for_the_disk(tmp_path: Path, synchronous: str) -> None:
    """The response follows it, and AfterShip does not deliver again after that."""
    with closing(SqliteStore(tmp_path / "events.db", synchronous=synchronous)) as store:
        store.claim("a", lease=60)
        with store.transaction("a") as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_flush_that_fails_is_logged_and_the_store_goes_on(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(log_flush, "_flush_file", fail)
    for key in "ab":
        complete(store, key)
        store.close()
    assert [state(store, key) for key in "ab"] == [ClaimState.DONE] * 2
    assert [message for message in caplog.messages if "could not be flushed" in message] == caplog.messages
    assert len(caplog.messages) == 2


def test_a_file_behind_a_link_is_flushed(tmp_path: Path, flushes: Flushes) -> None:
    """SQLite puts the log beside the file, not beside the link."""
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.db"
    link.symlink_to(flushes.path)
    with closing(SqliteStore(link)) as store:
        complete(store, "a")
        wait_until(lambda: bool(flushes.done), "the flush begins")
        assert flushes.files == [flushes.path.with_name("events.db-wal").stat().st_ino]


def test_a_log_that_is_gone_needs_no_flush(
    store: SqliteStore, flushes: Flushes, caplog: pytest.LogCaptureFixture
) -> None:
    """The last connection that closes moves it into the file, and flushes that."""
    complete(store, "a")
    store.close()
    store._file.flush_soon()
    store.close()
    assert flushes.done == [{"a"}]
    assert caplog.messages == []


def test_a_store_that_nobody_closed_may_be_removed_by_the_thread_that_flushes_it(
    flushes: Flushes, monkeypatch: pytest.MonkeyPatch, small_heap: None
) -> None:
    """The garbage collector runs in any thread. One that waits for itself would never collect again."""
    ended = threading.Event()

    def flush(descriptor: int) -> None:
        flushes(descriptor)
        gc.collect()
        ended.set()

    monkeypatch.setattr(log_flush, "_flush_file", flush)
    flushes.may_end.clear()
    store = SqliteStore(flushes.path)
    complete(store, "a")
    wait_until(lambda: bool(flushes.done), "the flush begins")
    removed = weakref.ref(store._file)
    del store
    flushes.may_end.set()
    assert ended.wait(PATIENCE)
    assert removed() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_that_is_forked_during_a_flush_flushes_its_own(store: SqliteStore, flushes: Flushes) -> None:
    flushes.may_end.clear()
    complete(store, "parent")
    wait_until(lambda: bool(flushes.done), "the flush begins")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            log_flush._flush_file = lambda descriptor: os._exit(0)
            complete(store, "child")
            store.close()
        finally:
            os._exit(code)
    flushes.may_end.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert state(store, "child") is ClaimState.DONE
