"""Which call goes first when several wait, and that all limiters decide alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.runtime.limits import MemoryLimiter, RedisLimiter, SqliteLimiter
from aftership_tracking.runtime.limits.feedback import read_observation
from limit_support import START, Caller, ManualClock, clocks_of, new_slot_request, running_redis, simulate

INTERACTIVE, BACKFILL = 1, 0


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="module")
def local_limiters(clock, tmp_path_factory) -> Iterator[dict[str, object]]:
    path = tmp_path_factory.mktemp("limits") / "limits.db"
    on_file = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))
    yield {"memory": MemoryLimiter(_clocks=clocks_of(clock)), "sqlite": on_file}
    on_file.close()


@pytest.fixture(scope="module")
def limiters(clock, local_limiters) -> Iterator[dict[str, object]]:
    with running_redis() as url:
        on_redis = RedisLimiter(url, on_failure="raise", _clocks=clocks_of(clock), _redis_time=clock)
        yield {**local_limiters, "redis": on_redis}
        on_redis.close()


@pytest.fixture(params=["memory", "sqlite", "redis"])
def limiter(request, clock, local_limiters):
    clock.now = START + 0.5
    # Only the tests that need a Redis start one.
    return local_limiters.get(request.param) or request.getfixturevalue("limiters")[request.param]


def order(limiter, clock, requests, callers):
    return [one.caller for one in simulate(limiter, clock, new_slot_request(requests), callers)]


def test_later_call_of_higher_priority_gets_the_next_slot(limiter, clock):
    backfill = [Caller(0.0, BACKFILL)] * 12
    sent = order(limiter, clock, 2, [*backfill, Caller(0.3, INTERACTIVE)])
    # Two were sent at once, and two get the slots that become free after one second.
    assert sent.index(12) in (2, 3)
    assert [caller for caller in sent if caller != 12] == list(range(12))


def test_calls_of_equal_priority_go_in_order_of_arrival(limiter, clock):
    callers = [Caller(0.0, BACKFILL), Caller(0.1, -5), Caller(0.2, BACKFILL), Caller(0.3, 9), Caller(0.4, 1)]
    assert order(limiter, clock, 1, callers) == [0, 3, 4, 2, 1]


def test_assigned_slot_is_not_taken_back(limiter, clock):
    callers = [Caller(0.0), Caller(0.1), Caller(0.95, INTERACTIVE)]
    assert order(limiter, clock, 1, callers) == [0, 1, 2]


def test_nobody_waits_for_ever(limiter, clock):
    """Of ten slots, one goes to the caller that has waited longest."""
    # Twice as many interactive calls as there are slots.
    flood = [Caller(number * 0.25, INTERACTIVE) for number in range(80)]
    sent = order(limiter, clock, 2, [*flood, Caller(0.9, BACKFILL), Caller(0.9, BACKFILL)])
    first, second = sent.index(80), sent.index(81)
    assert (first, second) == (13, 23)
    # The other slots go to the calls of higher priority, in their order.
    assert [caller for caller in sent if caller < 80] == list(range(80))


def test_queue_is_bounded(limiter, clock, monkeypatch):
    slot_request = new_slot_request(1)
    limiter.acquire(slot_request)
    grants = [limiter.acquire(replace(slot_request, limit=slot_request.limit)) for _ in range(1005)]
    tickets = [grant.ticket for grant in grants]
    assert tickets == sorted(set(tickets))
    # The callers beyond the maximum share the last position.
    assert grants[-1].wait == grants[1000].wait > grants[999].wait


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "new", "new", "back", "back", "response"]),
        st.floats(0, 0.6),
        st.integers(-2, 2),
        st.sampled_from([None, 0.3, 2.0]),
        st.sampled_from([None, 1, 2, 4]),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, 1, 2, 3]),
        st.booleans(),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.sampled_from([0.0, 0.4, -0.4, 7.25, -7.25]))
def test_all_limiters_decide_alike(limiters, clock, steps, ahead):
    """The package contains the rules twice, in Python and in Lua."""
    clock.now = START + 0.5
    first = new_slot_request(2)
    tickets: list[int] = []
    for kind, pause, priority, longest, limit, remaining, reset, dated in steps:
        clock.now += pause
        if kind == "response":
            headers = {
                "x-ratelimit-limit": limit,
                "x-ratelimit-remaining": remaining,
                "x-ratelimit-reset": None if reset is None else int(clock.now + ahead) + reset,
                "date": formatdate(clock.now + ahead, usegmt=True) if dated else None,
            }
            present = {name: str(value) for name, value in headers.items() if value is not None}
            for each in limiters.values():
                # `learn` would write only news to the stores, so it is bypassed.
                given = (
                    replace(first, took=0.05),
                    read_observation(429 if priority == 2 else 200, present, clock.now, 1.0),
                    clock.now,
                )
                if each is limiters["memory"]:
                    each._observe(*given)
                else:
                    each._observe(*given, None)
            continue
        ticket = tickets.pop(0) if kind == "back" and tickets else None
        slot_request = replace(first, priority=priority, longest=longest, ticket=ticket)
        expected, *others = [each.acquire(slot_request) for each in limiters.values()]
        for grant in others:
            assert grant == replace(expected, wait=pytest.approx(expected.wait, abs=1e-6))
        if expected.ticket is not None:
            tickets.append(expected.ticket)
