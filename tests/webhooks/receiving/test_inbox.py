"""The inbox: what is stored, who may take it, and what the worker does with it."""

from __future__ import annotations

import asyncio
import gc
import logging
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.inbox import (
    EntryState,
    InboxEndpoint,
    InboxEntry,
    InboxWorker,
    RedisInbox,
    SqliteInbox,
)
from aftership_tracking.webhooks.stores import SqliteStore, StoreError
from receiver_support.events import SECRET, VERIFIER, delivery, event_body, event_id, signed_headers
from receiver_support.redis_server import running_redis


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


class Kind(NamedTuple):
    """An inbox, and how to let its leases and delays run out."""

    inbox: Any
    elapse: Callable[[float], None]


@pytest.fixture(params=["sqlite", "redis"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    if request.param == "sqlite":
        now = [1_000_000.0]

        def advance(seconds: float) -> None:
            now[0] += seconds

        inbox: Any = SqliteInbox(tmp_path / "inbox.db", clock=lambda: now[0])
        yield Kind(inbox, advance)
        inbox.close()
        return
    import redis

    url = request.getfixturevalue("redis_url")
    with redis.Redis.from_url(url, decode_responses=True) as client:
        client.flushdb()
        redis_inbox = RedisInbox(client)

        def make_due(_seconds: float) -> None:
            # The clock of a server cannot be moved, so what waits for it is moved.
            for number in client.zrange("{aftership:inbox}:due", 0, -1):
                client.zadd("{aftership:inbox}:due", {number: 1})
            for name in client.scan_iter("{aftership:inbox}:[0-9]*"):
                client.hset(name, "received", 1)

        yield Kind(redis_inbox, make_due)


class Seen:
    """A receiver that notes its events, and fails as often as it should."""

    def __init__(self, failures: int = 0, **more: Any) -> None:
        self.events: list[str] = []
        self.errors: list[str] = []
        self.failures = failures
        self.receiver = Receiver(
            more.pop("verifier", VERIFIER),
            Router(fallback=self.handle_async if more.pop("is_async", False) else self.handle),
            on_error=lambda error, event: self.errors.append(type(error).__name__),
            **more,
        )

    def handle(self, event: Event, known: bool) -> None:
        self.events.append(event.event_id)
        if self.failures:
            self.failures -= 1
            raise ValueError("planned")

    async def handle_async(self, event: Event, known: bool) -> None:
        await asyncio.sleep(0)
        self.handle(event, known)


def put(inbox: Any, number: int = 1) -> int:
    body = event_body(number)
    stored: int = inbox.put(body, tuple(signed_headers(body).items()))
    return stored


def states(inbox: Any) -> list[tuple[int, str, int]]:
    return [(entry.number, entry.state.value, entry.attempts) for entry in inbox.entries()]


def test_an_entry_comes_out_as_it_went_in(kind: Kind) -> None:
    body = b"\xff\x00{}"
    number = kind.inbox.put(body, (("as-webhook-version", "2026-07"), ("x", "\xe9")))
    (entry,) = kind.inbox.take(most=5, lease=60)
    assert (entry.number, entry.body, entry.attempts, entry.state) == (number, body, 1, EntryState.WAITING)
    assert entry.headers == (("as-webhook-version", "2026-07"), ("x", "\xe9"))
    assert entry == kind.inbox.find(number)
    assert "2026-07" not in repr(entry)
    assert kind.inbox.find(number + 1) is None


def test_who_took_an_entry_has_it_until_the_lease_runs_out(kind: Kind) -> None:
    put(kind.inbox)
    (first,) = kind.inbox.take(most=1, lease=60)
    assert kind.inbox.take(most=1, lease=60) == []
    kind.elapse(61)
    (second,) = kind.inbox.take(most=1, lease=60)
    assert second.attempts == 2
    # The first one comes back from its long handler: the entry is not its own any more.
    assert not kind.inbox.finish(first)
    assert not kind.inbox.postpone(first, delay=1, error="late")
    assert not kind.inbox.bury(first, error="late")
    assert kind.inbox.finish(second)
    assert states(kind.inbox) == []


def test_dead_letters_wait_for_somebody(kind: Kind) -> None:
    number = put(kind.inbox)
    (entry,) = kind.inbox.take(most=1, lease=60)
    assert kind.inbox.bury(entry, error="ValueError: planned")
    kind.elapse(1000)
    assert kind.inbox.take(most=1, lease=60) == []
    (dead,) = kind.inbox.entries(EntryState.DEAD)
    assert (dead.number, dead.error) == (number, "ValueError: planned")
    assert list(kind.inbox.entries(EntryState.WAITING)) == []
    assert kind.inbox.retry(number)
    (again,) = kind.inbox.take(most=1, lease=60)
    assert again.attempts == 1
    assert not kind.inbox.retry(number + 1)


def test_purge_removes_what_is_old_and_of_that_state(kind: Kind) -> None:
    numbers = [put(kind.inbox, each) for each in (1, 2)]
    (entry,) = kind.inbox.take(most=1, lease=60)
    kind.inbox.bury(entry, error="")
    assert kind.inbox.purge(older_than=100) == 0
    kind.elapse(101)
    assert kind.inbox.purge(older_than=100) == 1
    assert [entry.number for entry in kind.inbox.entries()] == numbers[1:]
    assert kind.inbox.purge(older_than=100, state=None) == 1
    # Numbers are never given again.
    assert put(kind.inbox) == 3


def test_several_take_different_entries(kind: Kind) -> None:
    for number in range(40):
        put(kind.inbox, number)
    taken: list[InboxEntry] = []

    def take_all() -> None:
        while found := kind.inbox.take(most=3, lease=600):
            taken.extend(found)

    threads = [threading.Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entry.number for entry in taken) == list(range(1, 41))


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    put(inbox)
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    inbox.close()


@pytest.mark.parametrize("is_async", [False, True])
def test_the_endpoint_stores_what_is_genuine_and_nothing_else(kind: Kind, is_async: bool) -> None:
    seen = Seen()
    endpoint = InboxEndpoint(seen.receiver, kind.inbox)
    unreadable = b"[]"
    deliveries = [
        delivery(),
        delivery(headers=signed_headers(event_body(), "another secret")),
        delivery(unreadable, headers=signed_headers(unreadable)),
    ]
    if is_async:

        async def accept_all() -> list[int]:
            return [(await endpoint.accept_async(one)).status for one in deliveries]

        statuses = asyncio.run(accept_all())
    else:
        statuses = [endpoint.accept(one).status for one in deliveries]
    assert statuses == [200, 401, 200]
    assert seen.events == []
    first, second = kind.inbox.entries()
    assert (first.body, second.body) == (event_body(), unreadable)
    # Nothing that could be a credential is stored.
    assert {name for name, _ in first.headers} == {
        "content-type",
        "aftership-hmac-sha256",
        "as-webhook-version",
    }
    assert endpoint.admit(delivery(method="GET")).status == 405  # type: ignore[union-attr]


def test_what_is_too_old_is_refused_and_what_has_no_age_is_stored(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    seen = Seen(verifier=Verifier(SECRET, max_age=300_000))
    endpoint = InboxEndpoint(seen.receiver, inbox)
    assert endpoint.accept(delivery(event_body(ts=1))).status == 401
    assert endpoint.accept(delivery(b"{}", headers=signed_headers(b"{}"))).status == 200
    assert [entry.body for entry in inbox.entries()] == [b"{}"]
    inbox.close()


def test_an_inbox_that_fails_lets_the_delivery_come_again() -> None:
    class Broken:
        def put(self, body: bytes, headers: object) -> int:
            raise StoreError("planned")

    seen = Seen()
    endpoint = InboxEndpoint(seen.receiver, Broken())  # type: ignore[arg-type]
    assert endpoint.accept(delivery()).status == 503
    assert asyncio.run(endpoint.accept_async(delivery())).status == 503
    assert seen.errors == ["StoreError"] * 2


def run_once(worker: InboxWorker, *, is_async: bool) -> int:
    return asyncio.run(worker.run_once_async()) if is_async else worker.run_once()


@pytest.mark.parametrize("is_async", [False, True])
def test_a_handler_that_fails_gets_its_event_again_later(kind: Kind, is_async: bool) -> None:
    seen = Seen(failures=2, is_async=is_async)
    worker = InboxWorker(seen.receiver, kind.inbox, first_delay=30)
    put(kind.inbox)
    assert run_once(worker, is_async=is_async) == 1
    (entry,) = kind.inbox.entries()
    assert entry.error == "ValueError: planned"
    assert run_once(worker, is_async=is_async) == 0
    for attempt in (2, 3):
        kind.elapse(30 * 2**attempt)
        assert run_once(worker, is_async=is_async) == 1
    assert seen.events == [event_id(1)] * 3
    assert states(kind.inbox) == []
    assert seen.errors == ["ValueError"] * 2


def test_delays_double_up_to_a_limit(tmp_path: Path) -> None:
    now = [0.0]
    inbox = SqliteInbox(tmp_path / "inbox.db", clock=lambda: now[0])
    worker = InboxWorker(Seen(failures=9).receiver, inbox, first_delay=10, longest_delay=50, most_attempts=5)
    put(inbox)
    delays = []
    while worker.run_once():
        (entry,) = inbox.entries()
        delays.append(entry.due - now[0])
        now[0] = entry.due
    assert delays == [10, 20, 40, 50, 0]
    assert states(inbox) == [(1, "dead", 5)]
    inbox.close()


@pytest.mark.parametrize("is_async", [False, True])
def test_what_cannot_be_read_is_a_dead_letter_at_once(kind: Kind, is_async: bool) -> None:
    seen = Seen()
    kind.inbox.put(b"[]", ())
    assert run_once(InboxWorker(seen.receiver, kind.inbox), is_async=is_async) == 1
    (dead,) = kind.inbox.entries()
    assert (dead.state, dead.attempts) == (EntryState.DEAD, 1)
    assert dead.error.startswith("InvalidEnvelopeError")
    assert seen.errors == ["InvalidEnvelopeError"]


def test_an_event_that_kills_its_worker_is_a_dead_letter_in_the_end(kind: Kind) -> None:
    seen = Seen()
    put(kind.inbox)
    worker = InboxWorker(seen.receiver, kind.inbox, most_attempts=2)
    for _ in range(2):
        # Taken by workers that never come back.
        assert len(kind.inbox.take(most=1, lease=60)) == 1
        kind.elapse(61)
    assert worker.run_once() == 1
    assert [one[1:] for one in states(kind.inbox)] == [("dead", 3)]
    assert seen.events == []


def test_duplicates_are_handled_once(kind: Kind, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    seen = Seen(store=store)
    for _ in range(3):
        put(kind.inbox)
    worker = InboxWorker(seen.receiver, kind.inbox)
    while worker.run_once():
        pass
    assert seen.events == [event_id(1)]
    assert states(kind.inbox) == []
    store.close()


def test_an_event_that_another_process_has_waits(kind: Kind, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    seen = Seen(store=store)
    store.claim(VERIFIER.parse_trusted(event_body()).key(), lease=600)
    put(kind.inbox)
    assert InboxWorker(seen.receiver, kind.inbox).run_once() == 1
    (entry,) = kind.inbox.entries()
    assert (seen.events, entry.state) == ([], EntryState.WAITING)
    assert "another process" in entry.error
    store.close()


def test_a_cancelled_worker_gives_its_entries_back(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    started = asyncio.Event()

    async def handle(event: Event, known: bool) -> None:
        started.set()
        await asyncio.Event().wait()

    receiver = Receiver(VERIFIER, Router(fallback=handle))
    put(inbox)

    async def run() -> None:
        task = asyncio.create_task(InboxWorker(receiver, inbox).run_async())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert len(inbox.take(most=1, lease=60)) == 1
    inbox.close()


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.usefixtures("small_heap")
def test_a_handler_that_ends_its_process_gives_its_entry_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_async: bool
) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")

    def leave(event: Event, known: bool) -> None:
        raise SystemExit(3)

    async def leave_async(event: Event, known: bool) -> None:
        raise SystemExit(3)

    worker = InboxWorker(Receiver(VERIFIER, Router(fallback=leave_async if is_async else leave)), inbox)
    put(inbox)
    # asyncio complains of the task when it is collected, which must not happen in the middle of another test.
    with caplog.at_level(logging.CRITICAL + 1, "asyncio"):
        with pytest.raises(SystemExit):
            run_once(worker, is_async=is_async)
        gc.collect()
    assert len(inbox.take(most=1, lease=60)) == 1
    inbox.close()


def test_workers_stop_when_they_should(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    stop = threading.Event()

    def handle(event: Event, known: bool) -> None:
        stop.set()

    worker = InboxWorker(Receiver(VERIFIER, Router(fallback=handle)), inbox, pause=0.01)
    put(inbox)
    worker.run(stop)

    async def run() -> None:
        stop_async = asyncio.Event()
        task = asyncio.create_task(worker.run_async(stop_async))
        await asyncio.sleep(0.05)
        stop_async.set()
        await task

    asyncio.run(run())
    assert states(inbox) == []
    inbox.close()


def test_a_worker_goes_on_when_its_inbox_fails(tmp_path: Path) -> None:
    stop = threading.Event()

    class Failing(SqliteInbox):
        takes = 0

        def take(self, *, most: int, lease: float) -> list[InboxEntry]:
            self.takes += 1
            if self.takes == 1:
                raise StoreError("planned")
            stop.set()
            return super().take(most=most, lease=lease)

    inbox = Failing(tmp_path / "inbox.db")
    put(inbox)
    seen = Seen()
    InboxWorker(seen.receiver, inbox, pause=0.01).run(stop)
    assert (seen.events, seen.errors) == ([event_id(1)], ["StoreError"])
    inbox.close()


def test_the_worker_removes_old_dead_letters(tmp_path: Path) -> None:
    now = [0.0]
    inbox = SqliteInbox(tmp_path / "inbox.db", clock=lambda: now[0])
    inbox.put(b"[]", ())
    InboxWorker(Seen().receiver, inbox).run_once()
    now[0] = 101.0
    InboxWorker(Seen().receiver, inbox, retention=None).run_once()
    assert len(states(inbox)) == 1
    InboxWorker(Seen().receiver, inbox, retention=100).run_once()
    assert states(inbox) == []
    inbox.close()


def test_what_cannot_work_is_refused(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    for wrong in ({"most_attempts": 0}, {"lease": float("nan")}, {"pause": -1}, {"retention": -1.0}):
        with pytest.raises(UsageError):
            InboxWorker(Seen().receiver, inbox, **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="async"):
        InboxWorker(Seen(is_async=True).receiver, inbox).run()
    with pytest.raises(UsageError, match="the inbox"):
        SqliteInbox(tmp_path)
    inbox.close()
