"""Parent and child use the store in a file after a fork, whichever of them closes it first."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from aftership_tracking.webhooks.stores import KEEP, ClaimState, SqliteStore
from receiver_support.stores import state

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def in_a_child(work: Callable[[], object]) -> int:
    """Fork, do this in the child, and return its number. It ends with 0 if nothing was raised."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def exit_code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_a_child_remembers_is_not_lost_when_the_parent_closes(tmp_path: Path) -> None:
    """The parent took itself for the last one, and removed the log that the child went on to write."""
    store = SqliteStore(tmp_path / "events.db")
    store.complete(store.claim("parent", lease=60), keep=KEEP)
    (child_end, go_on), (parent_end, report) = os.pipe(), os.pipe()

    def work() -> None:
        store.complete(store.claim("before", lease=60), keep=KEEP)
        os.write(report, b".")
        os.read(child_end, 1)
        store.complete(store.claim("after", lease=60), keep=KEEP)
        os.write(report, b".")
        # The child still has the file open when another process looks.
        os.read(child_end, 1)

    child = in_a_child(work)
    os.read(parent_end, 1)
    store.close()
    os.write(go_on, b".")
    os.read(parent_end, 1)
    other = SqliteStore(tmp_path / "events.db")
    states = {key: state(other, key) for key in ("parent", "before", "after")}
    os.write(go_on, b".")
    assert exit_code(child) == 0
    other.close()
    for pipe in (child_end, go_on, parent_end, report):
        os.close(pipe)
    assert set(states.values()) == {ClaimState.DONE}, states


def test_a_fork_waits_for_the_transaction_of_another_thread(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    store.claim("a", lease=60)
    inside, may_end = threading.Event(), threading.Event()
    order: list[str] = []

    def handle() -> None:
        with store.transaction("a"):
            inside.set()
            may_end.wait(60)
            # This thread needs another connection before it can end.
            order.append(store.claim("a", lease=60).state.name)

    handler = threading.Thread(target=handle)
    handler.start()
    inside.wait(60)
    threading.Timer(0.3, may_end.set).start()
    child = in_a_child(lambda: store.complete(store.claim("b", lease=60), keep=KEEP))
    order.append("forked")
    handler.join()
    assert exit_code(child) == 0
    assert order == ["BUSY", "forked"]
    assert state(store, "a") is ClaimState.DONE
    assert state(store, "b") is ClaimState.DONE
    store.close()


def test_a_fork_in_a_transaction_does_not_wait_for_itself(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    store.claim("a", lease=60)
    with store.transaction("a"):
        child = in_a_child(lambda: None)
    assert exit_code(child) == 0
    assert state(store, "a") is ClaimState.DONE
    store.close()


def test_threads_claim_while_others_fork(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db", synchronous="NORMAL")
    ended = threading.Event()
    handled: list[int] = []

    def claim(thread: int) -> None:
        count = 0
        while not ended.is_set():
            store.complete(store.claim(f"{thread} {count}", lease=60), keep=KEEP)
            count += 1
        handled.append(count)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()

    def work(number: int) -> None:
        store.complete(store.claim(f"child {number}", lease=60), keep=KEEP)
        store.close()

    try:
        codes = [exit_code(in_a_child(lambda number=number: work(number))) for number in range(10)]  # type: ignore[misc]
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert codes == [0] * 10
    assert {state(store, f"child {number}") for number in range(10)} == {ClaimState.DONE}
    assert all(
        state(store, f"{thread} {number}") is ClaimState.DONE
        for thread, count in enumerate(handled)
        for number in range(min(handled))
    )
    store.close()
