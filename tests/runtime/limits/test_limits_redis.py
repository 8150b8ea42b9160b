"""The limiter in Redis: a server that is down, its clock, its keys, and its password."""

from __future__ import annotations

import sys
import traceback
import warnings

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, UsageError
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits import RedisLimiter, choose_limiter
from limit_support import START, ManualClock, acquire_many, clocks_of, new_slot_request, running_redis

PASSWORD = "hunter2-and-more"
NOBODY = f"redis://user:{PASSWORD}@127.0.0.1:1/0?password={PASSWORD}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 0.5)


@pytest.fixture(scope="module")
def redis_url():
    with running_redis("--requirepass", PASSWORD) as url:
        yield url.replace("redis://", f"redis://:{PASSWORD}@")


def test_redis_that_is_down(clock):
    limiter = RedisLimiter(NOBODY, _clocks=clocks_of(clock))
    with pytest.warns(LimiterWarning, match="ConnectionError"):
        assert limiter.acquire(new_slot_request()).reserved
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clock.now += 6
        assert limiter.acquire(new_slot_request()).reserved
        limiter.learn(new_slot_request(), 429, {})


def test_redis_that_restarts(clock):
    slot_request = new_slot_request(2)
    with running_redis() as url:
        limiter = RedisLimiter(url, on_failure="raise")
        limiter.acquire(slot_request)
        # Like a restart, this deletes the scripts and closes the connections.
        limiter._client.script_flush()
        limiter._client.client_kill_filter(_type="normal", skipme=False)
        assert limiter.acquire(slot_request).reserved
        assert not limiter.acquire(slot_request).reserved
        limiter.close()


def test_redis_gives_the_time_and_deletes_unused_keys(redis_url):
    """Without a clock of the test, times are those of the server."""
    slot_request = new_slot_request(2)
    limiter = RedisLimiter(redis_url, on_failure="raise")
    # A client whose own clock is wrong by a day shares the limit all the same.
    wrong = RedisLimiter(redis_url, on_failure="raise", _clocks=Clocks(clock=lambda: 86_400.0))
    assert limiter.acquire(slot_request).reserved
    assert wrong.acquire(slot_request).reserved
    waiting = limiter.acquire(slot_request)
    assert 0 < waiting.wait <= 0.9
    client = limiter._client
    keys = client.keys("*")
    assert keys
    assert all(0 < client.pttl(key) <= 120_000 for key in keys)
    limiter.close()
    wrong.close()


def test_password_of_a_redis_is_never_shown(clock, caplog):
    limiter = RedisLimiter(NOBODY, _clocks=clocks_of(clock))
    with pytest.warns(LimiterWarning) as caught:
        limiter.acquire(new_slot_request())
    texts = [str(warning.message) for warning in caught]
    texts += [caplog.text, repr(limiter), repr(vars(limiter))]
    strict = RedisLimiter(NOBODY, on_failure="raise")
    with pytest.raises(LimiterError) as failed:
        strict.acquire(new_slot_request())
    errors = [failed.value]
    for wrong in (f"redis://:{PASSWORD}@host:port/", f"redis://:{PASSWORD}@h:1/?socket_timeout=x"):
        with pytest.raises(UsageError) as refused:
            RedisLimiter(wrong)
        errors.append(refused.value)
    with pytest.raises(UsageError) as refused:
        choose_limiter(f"redsi://:{PASSWORD}@host", Clocks())
    texts.append(str(refused.value))
    for error in errors:
        assert error.__cause__ is None
        assert error.__context__ is None or error.__suppress_context__
        frames = traceback.TracebackException.from_exception(error, capture_locals=True).format()
        # The frames of the package with their variables. The frames of this test do hold the password.
        ours = [frame for frame in frames if "test_limits_" not in frame]
        assert any("redis_store" in frame for frame in ours) or type(error) is LimiterError
        texts += [str(error), repr(error), *ours]
    assert not [text for text in texts if PASSWORD in text]


def test_a_slash_in_a_password_does_not_reveal_its_first_part():
    limiter = RedisLimiter("redis://:1234/abcd@host")
    assert "1234" not in repr(limiter)


def test_client_given_by_the_caller(redis_url):
    import redis
    import redis.asyncio

    for decode in (True, False):
        client = redis.Redis.from_url(redis_url, decode_responses=decode)
        limiter = RedisLimiter(client, on_failure="raise")
        assert acquire_many(limiter, new_slot_request(1), 2) == [True, False]
        limiter.close()
        assert client.ping()
        client.close()
    with pytest.raises(UsageError, match="sync client"):
        RedisLimiter(redis.asyncio.Redis())


def test_missing_redis_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(UsageError, match=r"aftership-tracking-client\[redis\]"):
        RedisLimiter("redis://localhost")
