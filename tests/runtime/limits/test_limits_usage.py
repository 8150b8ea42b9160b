"""What is left of each limit: `client.limits`, and `usage` of every limiter."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest

import aftership_tracking
from aftership_tracking import limits as public
from aftership_tracking.errors import LimiterError
from aftership_tracking.limits import BucketUsage, MemoryLimiter, RedisLimiter, SqliteLimiter
from limit_support import START, ManualClock, acquire_many, clocks_of, new_slot_request, running_redis


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 0.5)


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "redis"])
def two_limiters(request, clock, tmp_path):
    """Two limiters with the same buckets, as in two processes; one twice if it is in memory."""
    clocks = clocks_of(clock)
    if request.param == "memory":
        made = [MemoryLimiter(_clocks=clocks)] * 2
    elif request.param == "sqlite":
        made = [SqliteLimiter(tmp_path / "l.db", on_failure="raise", _clocks=clocks) for _ in range(2)]
    else:
        url = request.getfixturevalue("redis_url")
        made = [RedisLimiter(url, on_failure="raise", _clocks=clocks, _redis_time=clock) for _ in range(2)]
    yield made
    for each in made:
        if request.param != "memory":
            each.close()


def at(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def test_what_all_have_used_counts(two_limiters, clock):
    one, other = two_limiters
    slot_request = new_slot_request(5)
    assert one.usage(slot_request.bucket) == ()
    acquire_many(one, slot_request, 2)
    clock.now += 0.25
    acquire_many(other, slot_request, 1)
    expected = BucketUsage(
        bucket=slot_request.bucket, limit=5, seconds=1.0, used=3, remaining=2, resets_at=at(START + 1.75)
    )
    assert one.usage(slot_request.bucket) == (expected,)
    clock.now += 0.8
    (left,) = other.usage(slot_request.bucket)
    assert (left.used, left.remaining, left.resets_at) == (1, 4, at(START + 1.75))
    clock.now += 1
    (left,) = other.usage(slot_request.bucket)
    assert (left.used, left.remaining, left.resets_at) == (0, 5, None)


def test_announced_limits_and_pauses_are_shown(two_limiters, clock):
    one, other = two_limiters
    slot_request = new_slot_request(5)
    acquire_many(one, slot_request, 1)
    other.acquire(slot_request)
    one.learn(slot_request, 200, {"x-ratelimit-limit": "8"})
    assert other.usage(slot_request.bucket)[0].limit == 8
    one.learn(slot_request, 429, {"retry-after": "7"})
    (usage,) = other.usage(slot_request.bucket)
    assert (usage.used, usage.remaining) == (2, 0)
    assert usage.resets_at == at(clock.now + 7)


def test_looking_changes_nothing(two_limiters, clock):
    one, _ = two_limiters
    slot_request = new_slot_request(2)
    one.acquire(slot_request)
    for _ in range(5):
        one.usage()
    assert acquire_many(one, slot_request, 2) == [True, False]


def test_a_client_shows_its_own_account_only(service, make, hands):
    limiter = MemoryLimiter(_clocks=hands.clocks())
    one, other = make(limiter=limiter), make(limiter=limiter, api_key="asat_another_account_0001")
    assert one.limits == ()
    for client in (one, other, one):
        service.reply_parcel()
        client.parcels.get("p1")
    service.reply({}, 200)
    (usage,) = one.limits
    assert (usage.bucket, usage.limit, usage.used, usage.remaining) == ("organization", 10, 2, 8)
    assert [usage.used for usage in other.limits] == [1]
    assert "organization" in repr(one.limits)


def test_an_operation_with_a_limit_of_its_own_has_its_own_row(service, make):
    client = make()
    for _ in range(2):
        service.reply_parcel()
    client.parcels.get("p1")
    client.parcels.retrack("ups", "1")
    assert {usage.bucket: usage.limit for usage in client.limits} == {"organization": 10, "retrack-parcel": 5}
    assert client.with_options(max_retries=0).limits == client.limits


def test_async_clients_and_shared_limiters(service, make_async, tmp_path):
    import asyncio

    service.reply_parcel()

    async def run() -> int:
        async with make_async(limiter=tmp_path / "limits.db") as client:
            await client.parcels.get("p1")
            (usage,) = await asyncio.to_thread(lambda: client.limits)
            return usage.limit

    assert asyncio.run(run()) == 10


def test_without_a_limiter_that_can_tell_there_is_nothing_to_show(make):
    class Custom:
        def acquire(self, slot_request): ...
        def learn(self, slot_request, status, headers): ...

    assert make(limiter=None).limits == ()
    assert make(limiter=Custom()).limits == ()


def test_a_store_that_fails_shows_this_process_or_raises(tmp_path, clock, monkeypatch):
    clocks = clocks_of(clock)
    limiter = SqliteLimiter(tmp_path / "l.db", _clocks=clocks)
    strict = SqliteLimiter(tmp_path / "l.db", on_failure="raise", _clocks=clocks)
    slot_request = new_slot_request(5)
    for each in (limiter, strict):
        each.acquire(slot_request)

    def fail(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(SqliteLimiter, "_read_usage", fail)
    with pytest.warns(aftership_tracking.LimiterWarning):
        assert limiter.usage() == ()
    limiter.acquire(slot_request)
    assert limiter.usage()[0].used == 1
    with pytest.raises(LimiterError):
        strict.usage()
    for each in (limiter, strict):
        each.close()


def test_records_are_frozen_and_named_objects_are_public():
    assert aftership_tracking.SqliteLimiter is public.SqliteLimiter
    for name in public.__all__:
        assert getattr(public, name)
    with pytest.raises(AttributeError, match="no attribute 'Bucket'"):
        _ = public.Bucket
    for record in (BucketUsage, public.Grant, public.SlotRequest, public.Feedback):
        assert all(field.kw_only for field in dataclasses.fields(record))
