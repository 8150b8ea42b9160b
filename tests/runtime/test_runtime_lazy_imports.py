"""The lock of lazy imports around a fork, and the property that imports."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest

from aftership_tracking.runtime import lazy_imports
from aftership_tracking.runtime.lazy_imports import ForkLock, lazy_property, load

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def fork_and_take(lock: ForkLock) -> int:
    """Fork, and take the lock in the child. Return 0 if it could."""
    process = os.fork()
    if process == 0:
        found = lock.acquire(timeout=30)
        os._exit(0 if found else 1)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@forks
def test_fork_waits_for_another_thread() -> None:
    lock, taken, may_go = ForkLock(), threading.Event(), threading.Event()
    order: list[str] = []

    def hold() -> None:
        with lock:
            taken.set()
            may_go.wait(60)
            order.append("released")

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(60)
    threading.Timer(0.3, may_go.set).start()
    assert fork_and_take(lock) == 0
    order.append("forked")
    holder.join()
    assert order == ["released", "forked"]
    with lock:
        pass


@forks
def test_fork_inside_of_an_import_of_the_same_thread() -> None:
    lock = ForkLock()
    with lock:
        assert fork_and_take(lock) == 0
    assert lock.acquire(blocking=False)
    lock.release()


@forks
def test_lock_that_is_held_too_long_does_not_stop_the_fork(monkeypatch: Any) -> None:
    monkeypatch.setattr(lazy_imports, "LONGEST_WAIT", 0.1)
    lock, taken, may_go = ForkLock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            may_go.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(60)
    assert fork_and_take(lock) == 0
    may_go.set()
    holder.join()


def test_lock_made_while_another_thread_forks_is_not_released() -> None:
    lock = ForkLock()
    with lock:
        # Only this half of the hooks is called then.
        lock._after_fork()
        assert not _free_for_others(lock)


def _free_for_others(lock: ForkLock) -> bool:
    found: list[bool] = []
    other = threading.Thread(target=lambda: found.append(lock.acquire(blocking=False)))
    other.start()
    other.join()
    return found[0]


def test_property_is_computed_once() -> None:
    class Owner:
        made = 0

        @lazy_property
        def part(self) -> object:
            """A part."""
            Owner.made += 1
            return object()

    owner = Owner()
    assert owner.part is owner.part
    assert Owner.made == 1
    assert Owner.part.__doc__ == "A part."


def test_module_that_is_missing_is_missing_again() -> None:
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            load("aftership_tracking.no_such_module")
