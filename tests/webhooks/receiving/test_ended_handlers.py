"""Handlers that are cancelled or end their process: the claim is released, and the retry is handled."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from aftership_tracking.webhooks import Event, Receiver, Router
from aftership_tracking.webhooks.receiver import Handling
from aftership_tracking.webhooks.stores import (
    Claim,
    ClaimState,
    MemoryStore,
    RedisStore,
    SqliteStore,
    Store,
    StoreError,
)
from patience import PATIENCE, wait_until
from receiver_support.events import VERIFIER, event_body, event_id, parsed, signed_headers
from receiver_support.loopback import post
from receiver_support.redis_server import running_redis
from receiver_support.servers import serve


@pytest.fixture(params=["memory", "sqlite", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        sqlite_store = SqliteStore(tmp_path / "events.db")
        yield sqlite_store
        sqlite_store.close()
    else:
        with running_redis(tmp_path) as url:
            redis_store = RedisStore(url)
            yield redis_store
            redis_store.close()


class Slow:
    """A receiver whose first event waits to be cancelled."""

    def __init__(self, store: Store) -> None:
        self.seen: list[str] = []
        self.has_begun = asyncio.Event()
        self.receiver = Receiver(VERIFIER, Router(fallback=self.handle), store=store)

    async def handle(self, event: Event, known: bool) -> None:
        self.seen.append(event.event_id)
        if len(self.seen) == 1:
            self.has_begun.set()
            await asyncio.Event().wait()


def test_a_cancelled_task_releases_its_claim(store: Store) -> None:
    async def run() -> None:
        slow = Slow(store)
        task = asyncio.create_task(slow.receiver.process_async(parsed()))
        await slow.has_begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await slow.receiver.process_async(parsed()) is Handling.HANDLED

    asyncio.run(run())


def test_a_task_that_is_cancelled_twice_releases_its_claim(store: Store) -> None:
    async def run() -> None:
        slow = Slow(store)
        # No thread is free, so the release has to wait, and is cancelled as well.
        limiter = anyio.to_thread.current_default_thread_limiter()
        task = asyncio.create_task(slow.receiver.process_async(parsed()))
        await slow.has_begun.wait()
        limiter.total_tokens = 1
        await limiter.acquire_on_behalf_of("another")
        task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        limiter.release_on_behalf_of("another")
        assert await slow.receiver.process_async(parsed()) is Handling.HANDLED

    asyncio.run(run())


def test_a_timeout_of_anyio_releases_the_claim(store: Store) -> None:
    async def run() -> None:
        slow = Slow(store)
        async with anyio.create_task_group() as group:
            group.start_soon(slow.receiver.process_async, parsed())
            await slow.has_begun.wait()
            group.cancel_scope.cancel()
        assert await slow.receiver.process_async(parsed()) is Handling.HANDLED

    asyncio.run(run())


def test_a_task_whose_event_loop_is_gone_releases_its_claim() -> None:
    async def handle(event: Event, known: bool) -> None:
        await asyncio.Event().wait()

    store = MemoryStore()
    receiver = Receiver(VERIFIER, Router(fallback=handle), store=store)
    task = receiver.process_async(parsed())
    loop = asyncio.new_event_loop()
    pending = loop.create_task(task)
    # That it never ends is meant, and asyncio need not say so.
    loop.set_exception_handler(lambda *_: None)
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    task.close()
    del pending
    assert store.claim(event_id(1), lease=1).state is ClaimState.NEW


def test_what_waits_together_is_committed_together(tmp_path: Path) -> None:
    """And each task goes on only when its own write can be read by other connections."""
    path = tmp_path / "events.db"
    store = SqliteStore(path, synchronous="FULL")
    commits: list[bool] = []
    transaction = store._file.transaction

    @contextmanager
    def counted(is_durable: bool) -> Iterator[sqlite3.Connection]:
        with transaction(is_durable) as connection:
            yield connection
            # The transaction is still open here.
            commits.append(connection.execute("PRAGMA synchronous").fetchone()[0] == 2)
            assert is_durable == commits[-1]

    store._file.transaction = counted  # type: ignore[method-assign]
    other = sqlite3.connect(path)

    async def handle(event: Event, known: bool) -> None:
        return None

    receiver = Receiver(VERIFIER, Router(fallback=handle), store=store)

    async def run_one(number: int) -> None:
        assert await receiver.process_async(parsed(number)) is Handling.HANDLED
        found = other.execute(
            "SELECT done FROM aftership_events WHERE key = ?", (event_id(number),)
        ).fetchone()
        assert found == (1,)

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(200):
                group.create_task(run_one(number))
        assert await receiver.process_async(parsed(1)) is Handling.DUPLICATE

    asyncio.run(run())
    other.close()
    store.close()
    assert True in commits
    # Each event has two writes.
    assert len(commits) < 200


def test_one_write_that_fails_does_not_fail_the_others(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")

    async def run() -> list[object]:
        keys = ["a", "\ud800", "b"]
        return await asyncio.gather(
            *[store.claim_async(key, lease=60) for key in keys], return_exceptions=True
        )

    first, second, third = asyncio.run(run())
    store.close()
    assert isinstance(first, Claim)
    assert isinstance(third, Claim)
    assert (first.state, third.state) == (ClaimState.NEW, ClaimState.NEW)
    assert isinstance(second, UnicodeEncodeError)


def test_a_locked_file_is_a_failure_of_the_store_in_an_event_loop(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    store = SqliteStore(path, timeout=0.05)
    slow_receiver = Receiver(VERIFIER, Router(fallback=_never), store=store)
    blocking = sqlite3.connect(path, isolation_level=None)
    blocking.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError):
        asyncio.run(slow_receiver.process_async(parsed()))
    blocking.execute("ROLLBACK")
    blocking.close()
    store.close()


async def _never(event: Event, known: bool) -> None:
    raise AssertionError("it must not start")


class SlowStore:
    """A store whose claim waits until it may go on."""

    def __init__(self) -> None:
        self.inner = MemoryStore()
        self.has_begun = threading.Event()
        self.may_go_on = threading.Event()
        self.complete = self.inner.complete
        self.release = self.inner.release

    def claim(self, key: str, *, lease: float) -> Claim:
        self.has_begun.set()
        self.may_go_on.wait(PATIENCE)
        return self.inner.claim(key, lease=lease)


def test_a_claim_that_is_made_after_the_cancellation_is_released() -> None:
    store = SlowStore()

    async def run() -> None:
        slow = Slow(store)
        task = asyncio.create_task(slow.receiver.process_async(parsed()))
        await asyncio.to_thread(store.has_begun.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        store.may_go_on.set()

    asyncio.run(run())
    wait_until(lambda: store.inner.claim(event_id(1), lease=0.001).state is ClaimState.NEW, "it is released")


def test_a_plain_handler_ends_in_its_thread_after_a_cancellation(store: Store) -> None:
    """A thread cannot be cancelled. The retry meanwhile must not start the handler beside it."""
    has_begun, may_go_on, ended = threading.Event(), threading.Event(), threading.Event()
    running: list[int] = []

    def handle(event: Event, known: bool) -> None:
        running.append(1)
        has_begun.set()
        assert may_go_on.wait(PATIENCE)
        ended.set()

    receiver = Receiver(VERIFIER, Router(fallback=handle), store=store)

    async def run() -> None:
        task = asyncio.create_task(receiver.process_async(parsed()))
        await asyncio.to_thread(has_begun.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await receiver.process_async(parsed()) is Handling.BUSY
        may_go_on.set()

    asyncio.run(run())
    wait_until(lambda: receiver.process(parsed()) is Handling.DUPLICATE, "the thread has completed the event")
    assert running == [1]


@pytest.mark.parametrize(
    ("server", "trouble"),
    [("uvicorn", "cancel"), ("hypercorn", "cancel"), ("gunicorn-sync", "exit"), ("gunicorn-uvicorn", "exit")],
)
def test_under_a_real_server_the_retry_is_handled(server: str, trouble: str, tmp_path: Path) -> None:
    with serve(server, tmp_path, trouble=trouble) as served:
        body = event_body()
        statuses: list[int] = []

        def deliver() -> bool:
            try:
                statuses.append(post(served.port, "/", body, signed_headers(body)).status)
            except OSError:
                # Its worker has ended, and another one starts.
                time.sleep(0.1)
                return False
            return statuses[-1] == 200

        wait_until(deliver, "the retry is handled")
        assert 503 not in statuses
        assert served.seen() == [event_id(1)] * 2
