"""Ctrl-C between any two steps of a limiter leaves neither a lock nor a transaction behind."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from aftership_tracking.limits import MemoryLimiter, SqliteLimiter
from aftership_tracking.runtime import lazy_imports
from aftership_tracking.runtime.lazy_imports import ForkLock
from aftership_tracking.webhooks.stores import SqliteStore
from aftership_tracking.webhooks.stores.sqlite import _EffectTransaction
from aftership_tracking.webhooks.stores.sqlite_file import SqliteFile
from limit_support import new_slot_request
from limit_support.interrupts import interrupt_everywhere

# A connection that was just opened and has no owner yet is closed by Python, and so is a coroutine that was
# just called.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]
# Nothing can be protected before the first step of what ends a transaction. There it ends with the traceback.
UNPROTECTED = {
    f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"
    for function in (_EffectTransaction.__exit__, SqliteFile.discard)
}
FILES = ("/runtime/limits/", "/contextlib.py", "/runtime/storage/", "/webhooks/stores/")


@pytest.fixture(autouse=True)
def collect(small_heap: None) -> Iterator[None]:
    yield
    gc.collect()


def run_elsewhere(use: Callable[[], object]) -> object:
    """Run in another thread, and give up if that waits for ever."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(use()), daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "something is still locked"
    return found[0]


def test_the_limiter_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    count = 0
    with closing(SqliteLimiter(path, on_failure="raise")) as limiter:
        request = new_slot_request(10**6, 60.0)
        for where, interrupt in interrupt_everywhere(lambda: limiter.acquire(request), *FILES):
            assert run_elsewhere(
                lambda: limiter._lock.acquire(timeout=0.0) and not limiter._lock.release()
            ), where
            with closing(sqlite3.connect(path, timeout=0.0, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
            count += interrupt is not None
    assert count > 50


def test_the_limiter_in_memory() -> None:
    limiter = MemoryLimiter()
    request = new_slot_request(10**6, 60.0)
    for where, _interrupt in interrupt_everywhere(lambda: limiter.acquire(request), *FILES):
        assert run_elsewhere(lambda: limiter.acquire(request)), where


@pytest.mark.parametrize("use", ["transaction", "claim", "loop"])
def test_the_store_of_events(tmp_path: Path, use: str) -> None:
    path = tmp_path / "events.db"
    count = 0
    with closing(SqliteStore(path, timeout=5.0)) as store:
        numbers = iter(range(10**6))

        def transact() -> None:
            with store.transaction("key") as connection:
                connection.execute("SELECT 1")
                raise LookupError

        def once() -> None:
            if use == "claim":
                store.claim(str(next(numbers)), lease=1e6)
                return
            if use == "loop":
                # A claim that waits for nothing ends in its first step.
                with (
                    closing(store.claim_async(str(next(numbers)), lease=1e6)) as steps,
                    suppress(StopIteration),
                ):
                    steps.send(None)
                    pytest.fail("it waits")
                return
            with suppress(LookupError):
                transact()

        store.claim("key", lease=1e6)
        if use == "loop":
            store._file.prepare_prompt()
        for where, interrupt in interrupt_everywhere(once, *FILES):
            if where in UNPROTECTED and interrupt is not None:
                interrupt.__traceback__ = interrupt.__context__ = None
                gc.collect()
            with closing(sqlite3.connect(path, timeout=0.0, isolation_level=None)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    pytest.fail(f"interrupted at {where}: {interrupt!r}")
            # As the thread does.
            if use == "loop":
                run_elsewhere(store._file.prepare_prompt)
            count += interrupt is not None
    assert count > 20


def test_the_lock_of_imports() -> None:
    lock = ForkLock()

    def use() -> None:
        for _ in range(3):
            with lock:
                len("")

    for where, _interrupt in interrupt_everywhere(use, lazy_imports.__file__, __file__):
        assert run_elsewhere(lambda: lock.acquire(timeout=0.0) and not lock.release()), where
