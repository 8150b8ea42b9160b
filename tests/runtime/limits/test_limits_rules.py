"""The rules that every limiter follows, wherever its buckets are stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits import Grant, MemoryLimiter, RedisLimiter, SqliteLimiter
from limit_support import (
    START,
    Caller,
    ManualClock,
    Service,
    clocks_of,
    most_in_any,
    new_slot_request,
    running_redis,
    simulate,
)

SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture(scope="module", params=["memory", "sqlite", "redis"])
def limiter(request, clock, tmp_path_factory):
    if request.param == "memory":
        made = MemoryLimiter(_clocks=clocks_of(clock))
    elif request.param == "sqlite":
        path = tmp_path_factory.mktemp("limits") / "limits.db"
        made = SqliteLimiter(path, on_failure="raise", _clocks=clocks_of(clock))
    else:
        url = request.getfixturevalue("redis_url")
        made = RedisLimiter(url, on_failure="raise", _clocks=clocks_of(clock), _redis_time=clock)
    yield made
    if request.param != "memory":
        made.close()


@pytest.fixture(autouse=True)
def begin(clock):
    # In the middle of a second: far from both ends of a window of the service.
    clock.now = START + 0.5


def learn(limiter, slot_request, status=200, **headers):
    limiter.learn(slot_request, status, {name.replace("_", "-"): value for name, value in headers.items()})


def test_slots_are_assigned_in_turn(limiter, clock):
    slot_request = new_slot_request(3)
    assert [limiter.acquire(slot_request) for _ in range(3)] == [Grant(wait=0.0, reserved=True)] * 3
    waiting = [limiter.acquire(slot_request) for _ in range(4)]
    assert not any(grant.reserved for grant in waiting)
    assert [grant.wait for grant in waiting[:3]] == pytest.approx([0.9] * 3)
    # After half of a wait of two seconds or more, the caller tries again.
    assert waiting[3].wait == pytest.approx(1.0)
    assert sorted(grant.ticket for grant in waiting) == [grant.ticket for grant in waiting]
    assert limiter.acquire(new_slot_request(3)) == Grant(wait=0.0, reserved=True)
    clock.now += 0.9
    taken = [limiter.acquire(replace(slot_request, ticket=grant.ticket)) for grant in waiting[:3]]
    assert [(round(grant.wait, 6), grant.reserved) for grant in taken] == [(0.1, True)] * 3


def test_caller_that_cannot_wait_gets_no_ticket(limiter, clock):
    slot_request = new_slot_request(1)
    assert limiter.acquire(slot_request).reserved
    refused = limiter.acquire(replace(slot_request, longest=0.5))
    assert (round(refused.wait, 6), refused.reserved, refused.ticket) == (1.0, False, None)
    assert limiter.acquire(replace(slot_request, longest=1.5)).ticket is not None


def test_caller_that_gives_up_leaves_the_queue(limiter, clock):
    slot_request = new_slot_request(1)
    limiter.acquire(slot_request)
    first = limiter.acquire(slot_request)
    assert limiter.acquire(replace(slot_request, ticket=first.ticket, longest=0.1)).ticket is None
    assert limiter.acquire(slot_request).wait == pytest.approx(0.9)


def test_caller_that_does_not_come_back_loses_its_position(limiter, clock):
    slot_request = new_slot_request(1)
    limiter.acquire(slot_request)
    gone = limiter.acquire(slot_request)
    other = limiter.acquire(slot_request)
    clock.now += gone.wait + 0.4
    assert not limiter.acquire(replace(slot_request, ticket=other.ticket)).reserved
    clock.now += 0.2
    assert limiter.acquire(replace(slot_request, ticket=other.ticket)).reserved


def test_first_come_first_served(limiter, clock):
    sent = simulate(limiter, clock, new_slot_request(2), [Caller(number * 0.01) for number in range(9)])
    assert [one.caller for one in sent] == list(range(9))
    assert sent[-1].at - sent[0].at == pytest.approx(4, abs=0.1)


@SLOW
@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.floats(0, 4), st.integers(-1, 1), st.sampled_from([0.0, 0.004, 0.3])), max_size=25),
)
def test_no_period_holds_more_than_allowed(limiter, clock, requests, callers):
    clock.now = START + 0.5
    sent = simulate(limiter, clock, new_slot_request(requests), [Caller(*caller) for caller in callers])
    assert len(sent) == len(callers)
    assert most_in_any(1.0, [one.at for one in sent]) <= requests


@SLOW
@given(
    st.integers(2, 6),
    st.lists(st.tuples(st.floats(0, 2), st.just(0), st.floats(0, 0.09)), max_size=25),
    st.sampled_from([0.0, 0.3, -0.3, 7.4, -7.4]),
)
def test_no_window_of_the_service_holds_more_than_allowed(limiter, clock, requests, callers, ahead):
    """However late a request leaves, and whatever our clock says, once responses have shown the service's
    time.
    """
    clock.now = START + 0.5
    slot_request = new_slot_request(requests)
    service = Service(clock, requests, ahead)
    # The limiter has seen both ends of a window.
    for phase in (0.001, 0.999):
        clock.now = START - 10 - ahead + phase
        service(limiter, slot_request)
    service.counts.clear()
    clock.now = START + 0.5
    sent = simulate(limiter, clock, slot_request, [Caller(*caller) for caller in callers], service)
    assert len(sent) == len(callers)
    assert service.refused == 0


def test_request_on_the_edge_of_a_window_counts_in_both(limiter, clock):
    slot_request = new_slot_request(2)
    service = Service(clock, 2)
    learn(limiter, slot_request, x_ratelimit_remaining="2", x_ratelimit_reset="1700000001")
    # They leave just before the end of a window, and arrive in it or just after it.
    edge = [Caller(0.48), Caller(0.49, late=0.02)]
    sent = simulate(limiter, clock, slot_request, [*edge, *(Caller(0.5) for _ in range(6))], service)
    assert service.refused == 0
    assert sum(one.at < START + 1.1 for one in sent) == 2
    # Later requests are sent as fast as allowed.
    assert sent[-1].at == pytest.approx(START + 4.02, abs=0.1)


def test_announced_limit_is_adopted(limiter, clock):
    slot_request = new_slot_request(5)
    learn(limiter, slot_request, X_RateLimit_Limit="2")
    assert [limiter.acquire(slot_request).reserved for _ in range(3)] == [True, True, False]
    clock.now += 5
    learn(limiter, slot_request, x_ratelimit_limit="7")
    assert [limiter.acquire(slot_request).reserved for _ in range(8)] == [True] * 7 + [False]
    clock.now += 5
    learn(limiter, slot_request, X_RATELIMIT_LIMIT="5")
    assert [limiter.acquire(slot_request).reserved for _ in range(6)] == [True] * 5 + [False]


def test_limit_that_is_raised_while_a_slot_is_reserved(limiter, clock):
    """The record of sent requests stays in order, so the reserved slot still counts."""
    slot_request = new_slot_request(1)
    limiter.acquire(slot_request)
    clock.now += 0.95
    assert limiter.acquire(slot_request) == Grant(wait=pytest.approx(0.05), reserved=True)
    learn(limiter, slot_request, x_ratelimit_limit="3")
    assert [limiter.acquire(slot_request).wait for _ in range(2)] == pytest.approx([0, 0.05])
    clock.now += 0.96
    assert [limiter.acquire(slot_request).wait for _ in range(3)] == pytest.approx([0.09, 0.09, 0.09])


@pytest.mark.parametrize("text", ["0", "-1", "many", "", "1e3", "5, 5"])
def test_invalid_limits_are_not_adopted(limiter, text):
    slot_request = new_slot_request(2)
    learn(limiter, slot_request, x_ratelimit_limit=text)
    assert [limiter.acquire(slot_request).reserved for _ in range(3)] == [True, True, False]


def test_names_of_other_products_are_not_read(limiter):
    slot_request = new_slot_request(2)
    learn(limiter, slot_request, ratelimit_limit="1", ratelimit_remaining="0", ratelimit_reset="1700000009")
    assert [limiter.acquire(slot_request).reserved for _ in range(3)] == [True, True, False]


def test_used_up_bucket_is_held_until_the_reset(limiter, clock):
    slot_request = new_slot_request(5)
    limiter.acquire(slot_request)
    learn(limiter, slot_request, x_ratelimit_remaining="0", x_ratelimit_reset="1700000001")
    grant = limiter.acquire(slot_request)
    # Slots are assigned a tenth of a second early, and windows begin a little later than announced.
    assert grant.wait == pytest.approx(0.5 + 0.02 - 0.1)
    clock.now += grant.wait
    assert limiter.acquire(replace(slot_request, ticket=grant.ticket)).reserved
    other = new_slot_request(5)
    learn(limiter, other, x_ratelimit_remaining="1", x_ratelimit_reset="1700000003")
    assert limiter.acquire(other).wait == 0


def test_past_reset_does_not_hold_the_bucket(limiter):
    slot_request = new_slot_request(5)
    learn(limiter, replace(slot_request, took=1.0), x_ratelimit_remaining="0", x_ratelimit_reset="1700000000")
    assert limiter.acquire(slot_request).wait == 0


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x_ratelimit_reset": "1700000004"}, 3.52),
        ({"X_RateLimit_Reset": "1700000001"}, 0.52),
        ({"retry_after": "3"}, 3.0),
        # Two of them: a proxy added its own.
        ({"retry_after": "2, 3.5"}, 3.5),
        ({"retry_after": "3, soon"}, 1.0),
        ({"Retry_After": "Tue, 14 Nov 2023 22:13:25 GMT"}, 4.5),
        ({"Retry_After": "Tue, 14 Nov 2023 22:13:25 GMT", "Date": "Tue, 14 Nov 2023 22:13:22 GMT"}, 3.0),
        ({"retry_after": "soon", "x_ratelimit_reset": "1700000003"}, 2.52),
        ({"retry_after": "9999999"}, 60.0),
        ({}, 1.0),
    ],
)
def test_refusal_holds_the_bucket(limiter, clock, headers, wait):
    slot_request = new_slot_request(3)
    learn(limiter, slot_request, 429, **headers)
    assert limiter.acquire(replace(slot_request, longest=0.1)) == Grant(
        wait=pytest.approx(wait), reserved=False
    )
    clock.now += wait
    assert limiter.acquire(slot_request).wait == pytest.approx(0, abs=1e-6)


def test_failure_of_the_service_does_not_hold_the_bucket(limiter):
    slot_request = new_slot_request(3)
    learn(limiter, slot_request, 503, retry_after="9", x_ratelimit_reset="1700000009")
    assert limiter.acquire(slot_request).wait == 0


@pytest.mark.parametrize("ahead", [-3600, -5, 5, 3600])
def test_clock_of_the_service_decides(limiter, clock, ahead):
    """Our clock is wrong, and the service starts counting again in a quarter of a second."""
    from email.utils import formatdate

    slot_request = new_slot_request(3)
    clock.now = START + 0.75
    service_time = int(START) + ahead
    learn(
        limiter,
        replace(slot_request, took=0.01),
        x_ratelimit_remaining="0",
        x_ratelimit_reset=str(service_time + 1),
        date=formatdate(service_time, usegmt=True),
    )
    assert 0 < limiter.acquire(replace(slot_request, longest=0.0)).wait < 1.1


def test_clock_that_is_set_back_does_not_block_calls(limiter, clock):
    slot_request = new_slot_request(2)
    clock.now = START + 7200
    for _ in range(5):
        limiter.acquire(slot_request)
    learn(limiter, slot_request, 429, retry_after="50")
    clock.now = START
    assert [limiter.acquire(slot_request).reserved for _ in range(3)] == [True, True, False]


def test_lock_that_is_held_at_a_fork_does_not_block_the_child():
    """Each process has a lock of its own."""
    limiter = MemoryLimiter(_clocks=Clocks(monotonic=lambda: 0.0, clock=lambda: START))
    with limiter._lock_of_process():
        child = os.fork()
        if child == 0:
            os._exit(0 if limiter.acquire(new_slot_request()).reserved else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_unused_buckets_are_dropped(clock, monkeypatch):
    monkeypatch.setattr("aftership_tracking.runtime.limits.memory._MANY_BUCKETS", 10)
    limiter = MemoryLimiter(_clocks=clocks_of(clock))
    for _ in range(100):
        limiter.acquire(new_slot_request())
        clock.now += 60
    assert len(limiter._buckets) <= 11
