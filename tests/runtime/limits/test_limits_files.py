"""The limiter in an SQLite file: the file itself, and the processes that use it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits import SqliteLimiter
from limit_support import START, Hand, new_ask


@pytest.fixture
def hand() -> Hand:
    return Hand(START + 0.5)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "limits.db"


@pytest.fixture
def on_file(path, hand):
    made = SqliteLimiter(path, on_failure="raise", now=hand, clock=hand)
    yield made
    made.close()


def grants(limiter, ask, count):
    return [limiter.acquire(ask).reserved for _ in range(count)]


def test_fork_while_a_thread_asks(on_file):
    """No child inherits a lock that nobody will release, or a transaction that nobody will end."""
    ask = new_ask(1_000_000)
    stop = threading.Event()

    def ask_on():
        while not stop.is_set():
            on_file.acquire(ask)

    thread = threading.Thread(target=ask_on)
    thread.start()
    try:
        for _ in range(10):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if on_file.acquire(ask).reserved else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()


def test_fork_that_python_does_not_see(on_file, monkeypatch):
    ask = new_ask(3)
    on_file.acquire(ask)
    connection = on_file._connection
    real = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: real + 1)
    assert on_file.acquire(ask).reserved
    assert on_file._connection is not connection
    # The connection of the parent was not closed.
    assert connection.execute("SELECT 1").fetchone() == (1,)
    monkeypatch.undo()
    connection.close()


def test_file_is_for_its_owner_alone(path, on_file):
    on_file.acquire(new_ask())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_file_stays_small(path, on_file, hand):
    ask = new_ask(50)
    for _ in range(3000):
        hand.now += 0.01
        on_file.acquire(ask)
    on_file.close()
    assert sum(file.stat().st_size for file in path.parent.iterdir()) < 100_000
    hand.now += 4000
    on_file.acquire(new_ask())
    on_file.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM buckets").fetchone() == (1,)
    connection.close()


def test_damaged_state_is_forgotten(path, on_file):
    ask = new_ask(2)
    on_file.acquire(ask)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE buckets SET state = '[1, 2]'")
    connection.close()
    assert grants(on_file, ask, 3) == [True, True, False]


def test_a_transaction_that_was_left_open_is_met_once(on_file):
    """As an interrupt leaves it that comes between two lines."""
    ask = new_ask(2)
    on_file._connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(LimiterError):
        on_file.acquire(ask)
    assert on_file.acquire(ask).reserved


def test_a_store_that_comes_back_empty_learns_again(path, hand, monkeypatch):
    ask, headers = new_ask(10), {"x-ratelimit-limit": "3"}
    limiter = SqliteLimiter(path, now=hand, clock=hand)
    limiter.learn(ask, 200, headers)

    def fail(_ask):
        raise sqlite3.OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(limiter, "_place", fail)
        with pytest.warns(LimiterWarning):
            limiter.acquire(ask)
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM buckets")
    connection.close()
    hand.now += 10
    assert limiter.acquire(ask).reserved
    limiter.learn(ask, 200, headers)
    assert grants(limiter, ask, 3) == [True, True, False]
    limiter.close()


def test_file_that_cannot_be_used(tmp_path):
    text = tmp_path / "text.db"
    text.write_text("this is not a database, and it is long enough to be seen as none" * 20)
    for wrong in (tmp_path / "nowhere" / "limits.db", tmp_path, text):
        with pytest.raises(UsageError, match="cannot use the file"):
            SqliteLimiter(wrong)


def test_many_processes_open_a_new_file_at_once(path):
    code = f"""if True:
        import warnings; warnings.simplefilter("error")
        from aftership_tracking.runtime.limits import Ask, SqliteLimiter
        from aftership_tracking.runtime.operation import RateLimit
        limiter = SqliteLimiter({str(path)!r}, on_failure="raise")
        ask = Ask("b", RateLimit(100, 600.0, False), longest=0.0)
        print(sum(limiter.acquire(ask).reserved for _ in range(40)))
        limiter.close()
    """
    workers = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 100
