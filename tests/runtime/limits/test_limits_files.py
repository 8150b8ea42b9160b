"""The limiter in an SQLite file: the file, and the processes that share it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits import SqliteLimiter
from aftership_tracking.runtime.limits.sqlite_store import _PARENTS_CONNECTIONS
from limit_support import START, ManualClock, acquire_many, clocks_of, new_slot_request
from patience import PATIENCE, wait_until


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 0.5)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "limits.db"


@pytest.fixture
def on_file(path, clock):
    made = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))
    yield made
    made.close()


def test_fork_while_a_thread_acquires_slots(on_file, clock):
    """The child inherits no held lock and no open transaction.

    The thread leaves the file alone half of the time, and the moving clock keeps its row short: SQLite serves
    nobody in turn, so a child could wait in vain for a file that is never free. On a slow machine it may, and
    then it tries again: a lock that it had inherited would never end.
    """
    slot_request = new_slot_request(1_000_000)
    stop = threading.Event()

    def acquire_on():
        while not stop.is_set():
            # The moving clock keeps the row short.
            clock.now += 1
            on_file.acquire(slot_request)

    thread = threading.Thread(target=acquire_on)
    thread.start()
    try:
        for _ in range(10):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if _acquire_at_last(on_file, slot_request) else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()


def test_a_process_that_writes_all_the_time_leaves_others_their_turn(path, clock, monkeypatch):
    """SQLite serves nobody in turn; its own way to wait sleeps for a tenth of a second between two tries."""
    code = f"""if True:
        import sqlite3
        connection = sqlite3.connect({str(path)!r}, isolation_level=None, timeout=60)
        connection.execute("CREATE TABLE IF NOT EXISTS other (x)")
        print("ready", flush=True)
        while True:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM other")
            for number in range(3000):
                connection.execute("INSERT INTO other VALUES (?)", (number,))
            connection.execute("COMMIT")
    """
    monkeypatch.setattr(SqliteLimiter, "_patience", 60.0)
    limiter, slot_request = (
        SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock)),
        new_slot_request(),
    )
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for _ in range(5):
            # Long enough for the writer to have the file again.
            time.sleep(0.2)
            assert limiter.acquire(slot_request).reserved
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()
        limiter.close()


def _acquire_at_last(limiter, slot_request):
    """Acquire a slot, again while the file is busy."""
    found = []

    def attempt():
        with contextlib.suppress(LimiterError):
            found.append(limiter.acquire(slot_request).reserved)
        return found

    wait_until(attempt, "the file is free")
    return found[0]


def test_fork_without_the_fork_hooks(on_file, monkeypatch):
    slot_request = new_slot_request(3)
    on_file.acquire(slot_request)
    connection = on_file._connection
    real = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: real + 1)
    assert on_file.acquire(slot_request).reserved
    assert on_file._connection is not connection
    # The connection of the parent was not closed.
    assert connection.execute("SELECT 1").fetchone() == (1,)
    on_file.close()
    monkeypatch.undo()
    connection.close()


def test_close_in_a_child_leaves_the_connection_of_the_parent_alone(path, monkeypatch):
    limiter = SqliteLimiter(path)
    limiter.acquire(new_slot_request())
    connection = limiter._connection
    real = os.getpid()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: real + 1)
        limiter.close()
    # It is neither closed nor dropped: Python closes a connection that nothing refers to.
    assert connection.execute("SELECT 1").fetchone() == (1,)
    assert _PARENTS_CONNECTIONS.pop() is connection
    connection.close()


def test_file_is_readable_for_its_owner_alone(path, on_file):
    on_file.acquire(new_slot_request())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_file_stays_small(path, on_file, clock):
    slot_request = new_slot_request(50)
    for _ in range(3000):
        clock.now += 0.01
        on_file.acquire(slot_request)
    on_file.close()
    assert sum(file.stat().st_size for file in path.parent.iterdir()) < 100_000
    clock.now += 4000
    on_file.acquire(new_slot_request())
    on_file.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM buckets").fetchone() == (1,)
    connection.close()


def test_damaged_state_is_discarded(path, on_file):
    slot_request = new_slot_request(2)
    on_file.acquire(slot_request)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE buckets SET state = '[1, 2]'")
    connection.close()
    assert acquire_many(on_file, slot_request, 3) == [True, True, False]


def test_a_transaction_that_was_left_open_fails_one_call_only(on_file):
    """An interrupt between two lines can leave it open."""
    slot_request = new_slot_request(2)
    on_file._connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(LimiterError):
        on_file.acquire(slot_request)
    assert on_file.acquire(slot_request).reserved


def test_a_store_that_comes_back_empty_learns_again(path, clock, monkeypatch):
    slot_request, headers = new_slot_request(10), {"x-ratelimit-limit": "3"}
    limiter = SqliteLimiter(path, _clocks=clocks_of(clock))
    limiter.learn(slot_request, 200, headers)

    def fail(_slot_request):
        raise sqlite3.OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(limiter, "_assign_slot", fail)
        with pytest.warns(LimiterWarning):
            limiter.acquire(slot_request)
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM buckets")
    connection.close()
    clock.now += 10
    assert limiter.acquire(slot_request).reserved
    limiter.learn(slot_request, 200, headers)
    assert acquire_many(limiter, slot_request, 3) == [True, True, False]
    limiter.close()


def test_a_path_that_can_never_be_right_is_a_usage_error(tmp_path):
    """Whatever `on_failure` says: it is a mistake of the program, not a trouble of the machine."""
    for wrong in (tmp_path / "missing" / "limits.db", tmp_path, str(tmp_path / "a\0b.db"), b"limits.db", 5):
        for on_failure in ("memory", "raise"):
            with pytest.raises(UsageError, match=r"cannot be in the file|must be a string"):
                SqliteLimiter(wrong, on_failure=on_failure)


def test_many_processes_open_a_new_file_at_once(path):
    code = f"""if True:
        import warnings; warnings.simplefilter("error")
        from aftership_tracking.runtime.limits import SlotRequest, SqliteLimiter
        from aftership_tracking.runtime.operation import RateLimit
        limiter = SqliteLimiter({str(path)!r}, on_failure="raise")
        limit = RateLimit(requests=100, seconds=600.0, shared=False)
        slot_request = SlotRequest(bucket="b", limit=limit, longest=0.0)
        print(sum(limiter.acquire(slot_request).reserved for _ in range(40)))
        limiter.close()
    """
    workers = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert sum(int(worker.communicate(timeout=PATIENCE)[0]) for worker in workers) == 100
