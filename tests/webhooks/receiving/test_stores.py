"""Every store behaves the same; the files and servers behind them differ."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis
import redis.asyncio

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.stores import (
    KEEP,
    Claim,
    ClaimState,
    MemoryStore,
    RedisStore,
    SqliteStore,
    Store,
    StoreError,
)
from receiver_support.redis_server import running_redis
from receiver_support.stores import LAST_ATTEMPT, Clock, state


class Kind(NamedTuple):
    store: Store
    elapse: Callable[[float], None]


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "redis"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    clock = Clock()
    if request.param == "memory":
        yield Kind(MemoryStore(clock=clock), clock.advance)
    elif request.param == "sqlite":
        store = SqliteStore(tmp_path / "events.db", clock=clock)
        yield Kind(store, clock.advance)
        store.close()
    else:
        with redis.Redis.from_url(request.getfixturevalue("redis_url")) as client:
            client.flushdb()
            yield Kind(RedisStore(client), lambda seconds: age(client, seconds))


def age(client: redis.Redis, seconds: float) -> None:
    """Let time pass for every key, because the clock of the server cannot be set."""
    for name in client.scan_iter():
        client.pexpire(name, max(0, client.pttl(name) - round(seconds * 1000)))


def test_a_claimed_key_is_busy_for_others(kind: Kind) -> None:
    claim = kind.store.claim("a", lease=60)
    assert (claim.state, claim.key) == (ClaimState.NEW, "a")
    assert kind.store.claim("a", lease=60) == Claim(state=ClaimState.BUSY, key="a")
    assert state(kind.store, "b") is ClaimState.NEW


def test_a_completed_key_is_done_until_its_time_is_over(kind: Kind) -> None:
    claim = kind.store.claim("a", lease=60)
    assert kind.store.complete(claim, keep=1000)
    assert kind.store.claim("a", lease=60) == Claim(state=ClaimState.DONE, key="a")
    kind.elapse(999)
    assert state(kind.store, "a") is ClaimState.DONE
    kind.elapse(2)
    assert state(kind.store, "a") is ClaimState.NEW


def test_a_released_key_is_new_again(kind: Kind) -> None:
    assert kind.store.release(kind.store.claim("a", lease=60))
    assert state(kind.store, "a") is ClaimState.NEW


def test_a_claim_runs_out_with_its_lease(kind: Kind) -> None:
    kind.store.claim("a", lease=60)
    kind.elapse(59)
    assert state(kind.store, "a") is ClaimState.BUSY
    kind.elapse(2)
    assert state(kind.store, "a") is ClaimState.NEW


def test_a_late_caller_does_not_touch_the_claim_of_another(kind: Kind) -> None:
    late = kind.store.claim("a", lease=60)
    kind.elapse(61)
    other = kind.store.claim("a", lease=60)
    assert not kind.store.release(late)
    assert not kind.store.complete(late, keep=KEEP)
    assert state(kind.store, "a") is ClaimState.BUSY
    assert kind.store.complete(other, keep=KEEP)
    assert not kind.store.complete(late, keep=1)
    assert not kind.store.release(late)
    assert state(kind.store, "a") is ClaimState.DONE


def test_a_late_caller_without_a_rival_still_completes(kind: Kind) -> None:
    late = kind.store.claim("a", lease=60)
    kind.elapse(61)
    assert kind.store.complete(late, keep=KEEP)
    assert state(kind.store, "a") is ClaimState.DONE


def test_a_done_key_is_not_released(kind: Kind) -> None:
    claim = kind.store.claim("a", lease=60)
    kind.store.complete(claim, keep=KEEP)
    assert not kind.store.release(claim)
    assert kind.store.complete(claim, keep=KEEP)
    assert state(kind.store, "a") is ClaimState.DONE


def test_of_many_threads_one_gets_the_key(kind: Kind) -> None:
    start = threading.Barrier(8)

    def claim(_: int) -> ClaimState:
        start.wait()
        return kind.store.claim("a", lease=60).state

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(claim, range(8)))
    assert sorted(one.name for one in states) == ["BUSY"] * 7 + ["NEW"]


def test_handled_events_are_remembered_beyond_the_last_attempt() -> None:
    assert KEEP > LAST_ATTEMPT


def test_memory_is_bounded() -> None:
    clock = Clock()
    store = MemoryStore(max_keys=3, clock=clock)
    for name in "abcde":
        store.complete(store.claim(name, lease=1), keep=KEEP)
    assert len(store) == 3
    assert [state(store, name) for name in "abc"] == [ClaimState.NEW, ClaimState.NEW, ClaimState.DONE]
    # Claims that nobody ended are removed when there are too many of them.
    for name in "pqrst":
        store.claim(name, lease=1)
        clock.advance(2)
    assert len(store) < 8
    with pytest.raises(UsageError):
        MemoryStore(max_keys=0)


def test_a_lost_response_of_redis_does_not_lose_the_claim() -> None:
    class Forgetful:
        """A client that repeats a command after a lost response, so it finds its own write."""

        def eval(self, script: str, count: int, *values: str) -> list[object]:
            return [f"busy:{values[2]}".encode(), 1]

    assert RedisStore(Forgetful()).claim("a", lease=60).state is ClaimState.NEW  # type: ignore[arg-type]


def test_a_claim_whose_response_never_came_belongs_to_who_made_it(redis_url: str) -> None:
    """A server that was stopped for a while made the claim later, and the event was refused for 300 s."""
    client, times = redis.Redis.from_url(redis_url), [0]

    class Slow:
        def eval(self, *words: Any) -> Any:
            times[0] += 1
            found = client.eval(*words)
            if times[0] == 1:
                raise redis.TimeoutError
            return found

    client.flushdb()
    slow, other = RedisStore(Slow()), RedisStore(redis_url)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        slow.claim("a", lease=60)
    assert other.claim("a", lease=60).state is ClaimState.BUSY
    age(client, 50)
    claim = slow.claim("a", lease=60)
    assert (claim.state, claim.attempt) == (ClaimState.NEW, 1)
    # Once, and with a whole lease.
    assert slow.claim("a", lease=60).state is ClaimState.BUSY
    age(client, 50)
    assert other.claim("a", lease=60).state is ClaimState.BUSY
    assert slow.complete(claim, keep=KEEP)
    client.close()
    other.close()


def test_redis_clients_that_cannot_work_are_refused(redis_url: str) -> None:
    with pytest.raises(UsageError, match="asyncio"):
        RedisStore(redis.asyncio.Redis())  # type: ignore[arg-type]
    store = RedisStore(redis_url, prefix="other:")
    assert state(store, "a") is ClaimState.NEW
    store.close()


def test_claims_are_counted_until_the_key_is_done(kind: Kind) -> None:
    store, elapse = kind
    first = store.claim("a", lease=10)
    assert first.attempt == 1
    assert store.claim("a", lease=10).state is ClaimState.BUSY
    store.release(first)
    second = store.claim("a", lease=10)
    assert second.attempt == 2
    # A process that was killed made an attempt, too. The next one comes much later.
    elapse(11 + 122_880)
    third = store.claim("a", lease=10)
    assert (third.state, third.attempt) == (ClaimState.NEW, 3)
    assert not store.release(second)
    assert store.claim("b", lease=10).attempt == 1
    store.complete(third, keep=5)
    elapse(6)
    assert store.claim("a", lease=10).attempt == 1


def test_a_memory_store_that_forgets_early_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore(max_keys=2)
    for number in range(2):
        store.complete(store.claim(str(number), lease=10), keep=100)
    assert caplog.messages == []
    for number in range(2, 6):
        store.complete(store.claim(str(number), lease=10), keep=100)
    assert len(caplog.messages) == 1
    assert "max_keys" in caplog.messages[0]


@pytest.mark.parametrize(("policy", "warnings"), [("allkeys-lru", 1), ("noeviction", 0)])
def test_a_redis_that_forgets_is_named_once(
    redis_url: str, caplog: pytest.LogCaptureFixture, policy: str, warnings: int
) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", policy)
        store = RedisStore(client)
        for key in ("a", "b"):
            store.claim(key, lease=1)
        client.config_set("maxmemory", "0")
        client.config_set("maxmemory-policy", "noeviction")
    assert len(caplog.messages) == warnings
    assert ("allkeys-lru" in caplog.text) == bool(warnings)


def test_keys_whose_time_is_over_are_forgotten_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    store = MemoryStore(max_keys=2, clock=clock)
    for number in range(6):
        store.complete(store.claim(str(number), lease=10), keep=100)
        clock.advance(101)
    assert caplog.messages == []


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; from aftership_tracking.webhooks import Receiver, Router, Verifier;"
        "import aftership_tracking.webhooks.wsgi, aftership_tracking.webhooks.asgi;"
        "Receiver(Verifier('s'), Router(fallback=print));"
        "print(*({'asyncio', 'anyio', 'httpx', 'sqlite3', 'redis', 'msgspec', 'attr'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
