"""Limiters whose buckets are outside of the process: what is shared, and what happens when it fails."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.limits import RedisLimiter, SqliteLimiter
from limit_support import START, Hand, new_ask, running_redis

PASSWORD = "hunter2-and-more"
NOBODY = f"redis://user:{PASSWORD}@127.0.0.1:1/0?password={PASSWORD}"


@pytest.fixture
def hand() -> Hand:
    return Hand(START + 0.5)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "limits.db"


@pytest.fixture(scope="module")
def redis_url():
    with running_redis("--requirepass", PASSWORD) as url:
        yield url.replace("redis://", f"redis://:{PASSWORD}@")


@pytest.fixture(params=["sqlite", "redis"])
def twins(request, hand, path):
    """Two limiters with one store, as two processes have them."""
    if request.param == "sqlite":
        made = [SqliteLimiter(path, on_failure="raise", now=hand, clock=hand) for _ in range(2)]
    else:
        url = request.getfixturevalue("redis_url")
        made = [RedisLimiter(url, on_failure="raise", now=hand, clock=hand) for _ in range(2)]
    yield made
    for each in made:
        each.close()


def grants(limiter, ask, count):
    return [limiter.acquire(ask).reserved for _ in range(count)]


def test_two_share_one_limit(twins):
    one, other = twins
    ask = new_ask(3)
    assert grants(one, ask, 2) == [True, True]
    assert grants(other, ask, 2) == [True, False]


def test_what_one_learns_the_other_keeps(twins, hand):
    one, other = twins
    ask = new_ask(3)
    one.learn(ask, 200, {"x-ratelimit-limit": "1"})
    assert grants(other, ask, 2) == [True, False]
    hand.now += 5
    other.learn(ask, 429, {"retry-after": "7"})
    assert one.acquire(ask._replace(longest=0)).wait == pytest.approx(7)


def test_ordinary_answer_costs_no_visit(twins, hand, monkeypatch):
    one, _ = twins
    ask = new_ask(3)
    told = []
    monkeypatch.setattr(type(one), "_tell", lambda *said: told.append(said))
    headers = {"x-ratelimit-limit": "3", "x-ratelimit-remaining": "2", "x-ratelimit-reset": "1700000001"}
    for _ in range(5):
        one.learn(ask, 200, headers)
    # The first answer says where the windows of the service lie.
    assert len(told) == 1
    one.learn(ask, 429, headers)
    assert len(told) == 2
    # Clocks that differ are told bit by bit, but not for every bit.
    hand.now += 60
    for _ in range(30):
        hand.now += 1.001
        ended = {**headers, "x-ratelimit-reset": str(int(hand.now) - 1)}
        one.learn(ask._replace(took=0.001), 200, ended)
    assert 3 <= len(told) - 2 <= 10


def test_priority_counts_across_processes(twins, hand):
    one, other = twins
    ask = new_ask(1)
    one.acquire(ask)
    low = one.acquire(ask)
    high = other.acquire(ask._replace(priority=1))
    hand.now += 0.95
    assert not one.acquire(ask._replace(ticket=low.ticket)).reserved
    assert other.acquire(ask._replace(priority=1, ticket=high.ticket)).reserved


def test_threads_share_a_limiter(twins):
    one, other = twins
    ask = new_ask(20)
    found: Counter[bool] = Counter()

    def work(limiter):
        mine = [limiter.acquire(ask._replace(longest=0.0)).reserved for _ in range(10)]
        found.update(mine)

    threads = [threading.Thread(target=work, args=(limiter,)) for limiter in (one, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {True: 20, False: 40}


def test_limiter_may_be_used_after_a_fork(twins):
    """Parent and children count together, and the store survives their end."""
    one, _ = twins
    ask = new_ask(10)
    assert one.acquire(ask).reserved
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if grants(one, ask, 3) == [True] * 3 else 2
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert grants(one, ask, 1) == [False]


def test_store_that_fails_is_replaced_by_memory_and_comes_back(path, hand, monkeypatch):
    limiter = SqliteLimiter(path, now=hand, clock=hand)
    ask = new_ask(2)
    visits = []

    def fail(*given):
        visits.append(given)
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(SqliteLimiter, "_place", fail)
        broken.setattr(SqliteLimiter, "_tell", fail)
        with pytest.warns(LimiterWarning, match=r"disk I/O error.*process"):
            assert limiter.acquire(ask).reserved
        # Warned once; the limits of this process are kept, and the store is left alone for a while.
        assert grants(limiter, ask, 2) == [True, False]
        limiter.learn(ask, 429, {"retry-after": "4"})
        assert len(visits) == 1
        hand.now += 5.1
        assert grants(limiter, ask, 3) == [True, True, False]
        limiter.learn(ask, 429, {"retry-after": "4"})
        assert len(visits) == 2
    hand.now += 4.9
    other = SqliteLimiter(path, on_failure="raise", now=hand, clock=hand)
    assert grants(other, ask, 2) == [True, True]
    assert limiter.acquire(ask).reserved
    hand.now += 0.2
    assert not limiter.acquire(ask).reserved
    for each in (limiter, other):
        each.close()


def test_failure_can_be_an_error(hand):
    limiter = RedisLimiter(NOBODY, on_failure="raise", now=hand)
    with pytest.raises(LimiterError, match=r"RedisLimiter\(redis://127.0.0.1:1\) failed: ConnectionError"):
        limiter.acquire(new_ask())
    # The answer that came is not lost.
    limiter.learn(new_ask(), 429, {})
    with pytest.raises(UsageError, match="on_failure"):
        RedisLimiter(NOBODY, on_failure="ignore")
