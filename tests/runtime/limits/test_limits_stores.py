"""Limiters whose buckets are stored outside of the process: what is shared, and what happens on failure."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits import RedisLimiter, SqliteLimiter
from limit_support import START, ManualClock, acquire_many, clocks_of, new_slot_request, running_redis

PASSWORD = "hunter2-and-more"
NOBODY = f"redis://user:{PASSWORD}@127.0.0.1:1/0?password={PASSWORD}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 0.5)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "limits.db"


@pytest.fixture(scope="module")
def redis_url():
    with running_redis("--requirepass", PASSWORD) as url:
        yield url.replace("redis://", f"redis://:{PASSWORD}@")


@pytest.fixture(params=["sqlite", "redis"])
def two_limiters(request, clock, path):
    """Two limiters with the same store, as in two processes."""
    if request.param == "sqlite":
        made = [SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock)) for _ in range(2)]
    else:
        url = request.getfixturevalue("redis_url")
        made = [
            RedisLimiter(url, on_failure="raise", _clocks=clocks_of(clock), _redis_time=clock)
            for _ in range(2)
        ]
    yield made
    for each in made:
        each.close()


def test_two_limiters_share_one_limit(two_limiters):
    one, other = two_limiters
    slot_request = new_slot_request(3)
    assert acquire_many(one, slot_request, 2) == [True, True]
    assert acquire_many(other, slot_request, 2) == [True, False]


def test_what_one_learns_the_other_obeys(two_limiters, clock):
    one, other = two_limiters
    slot_request = new_slot_request(3)
    one.learn(slot_request, 200, {"x-ratelimit-limit": "1"})
    assert acquire_many(other, slot_request, 2) == [True, False]
    clock.now += 5
    other.learn(slot_request, 429, {"retry-after": "7"})
    assert one.acquire(replace(slot_request, longest=0)).wait == pytest.approx(7)


def test_ordinary_response_is_not_written_to_the_store(two_limiters, clock, monkeypatch):
    one, _ = two_limiters
    slot_request = new_slot_request(3)
    written = []
    monkeypatch.setattr(type(one), "_observe", lambda *arguments: written.append(arguments))
    headers = {"x-ratelimit-limit": "3", "x-ratelimit-remaining": "2", "x-ratelimit-reset": "1700000001"}
    for _ in range(5):
        one.learn(slot_request, 200, headers)
    # The first response shows when the windows of the service begin.
    assert len(written) == 1
    one.learn(slot_request, 429, headers)
    assert len(written) == 2
    # Responses narrow the offset of the clocks; only notable changes are written.
    clock.now += 60
    for _ in range(30):
        clock.now += 1.001
        later = {**headers, "x-ratelimit-reset": str(int(clock.now) - 1)}
        one.learn(replace(slot_request, took=0.001), 200, later)
    assert 3 <= len(written) - 2 <= 10


def test_priority_counts_across_processes(two_limiters, clock):
    one, other = two_limiters
    slot_request = new_slot_request(1)
    one.acquire(slot_request)
    low = one.acquire(slot_request)
    high = other.acquire(replace(slot_request, priority=1))
    clock.now += 0.95
    assert not one.acquire(replace(slot_request, ticket=low.ticket)).reserved
    assert other.acquire(replace(slot_request, priority=1, ticket=high.ticket)).reserved


def test_threads_share_a_limiter(two_limiters):
    one, other = two_limiters
    slot_request = new_slot_request(20)
    found: Counter[bool] = Counter()

    def work(limiter):
        mine = [limiter.acquire(replace(slot_request, longest=0.0)).reserved for _ in range(10)]
        found.update(mine)

    threads = [threading.Thread(target=work, args=(limiter,)) for limiter in (one, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {True: 20, False: 40}


def test_limiter_may_be_used_after_a_fork(two_limiters):
    """Parent and children count together, and the store survives their end."""
    one, _ = two_limiters
    slot_request = new_slot_request(10)
    assert one.acquire(slot_request).reserved
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if acquire_many(one, slot_request, 3) == [True] * 3 else 2
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert acquire_many(one, slot_request, 1) == [False]


def test_store_that_fails_is_replaced_by_memory_and_comes_back(path, clock, monkeypatch):
    limiter = SqliteLimiter(path, _clocks=clocks_of(clock))
    slot_request = new_slot_request(2)
    attempts = []

    def fail(*arguments):
        attempts.append(arguments)
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(SqliteLimiter, "_assign_slot", fail)
        broken.setattr(SqliteLimiter, "_observe", fail)
        with pytest.warns(LimiterWarning, match=r"disk I/O error.*process"):
            assert limiter.acquire(slot_request).reserved
        # It warns once, enforces limits of this process, and does not use the store for a while.
        assert acquire_many(limiter, slot_request, 2) == [True, False]
        limiter.learn(slot_request, 429, {"retry-after": "4"})
        assert len(attempts) == 1
        clock.now += 5.1
        assert acquire_many(limiter, slot_request, 3) == [True, True, False]
        limiter.learn(slot_request, 429, {"retry-after": "4"})
        assert len(attempts) == 2
    clock.now += 4.9
    other = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))
    assert acquire_many(other, slot_request, 2) == [True, True]
    assert limiter.acquire(slot_request).reserved
    clock.now += 0.2
    assert not limiter.acquire(slot_request).reserved
    for each in (limiter, other):
        each.close()


def test_failure_can_be_an_error(clock):
    limiter = RedisLimiter(NOBODY, on_failure="raise", _clocks=clocks_of(clock))
    with pytest.raises(LimiterError, match=r"RedisLimiter\(redis://127.0.0.1:1\) failed: ConnectionError"):
        limiter.acquire(new_slot_request())
    # The response that arrived is not lost.
    limiter.learn(new_slot_request(), 429, {})
    with pytest.raises(UsageError, match="on_failure"):
        RedisLimiter(NOBODY, on_failure="ignore")
