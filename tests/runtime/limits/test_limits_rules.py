"""The rules that every limiter keeps, wherever its buckets are."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.runtime.limits import Grant, MemoryLimiter, RedisLimiter, SqliteLimiter
from limit_support import START, Caller, Hand, Service, most_in_any, new_ask, play, running_redis

SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def hand() -> Hand:
    return Hand()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture(scope="module", params=["memory", "sqlite", "redis"])
def limiter(request, hand, tmp_path_factory):
    if request.param == "memory":
        made = MemoryLimiter(hand, hand)
    elif request.param == "sqlite":
        path = tmp_path_factory.mktemp("limits") / "limits.db"
        made = SqliteLimiter(path, on_failure="raise", now=hand, clock=hand)
    else:
        url = request.getfixturevalue("redis_url")
        made = RedisLimiter(url, on_failure="raise", now=hand, clock=hand)
    yield made
    if request.param != "memory":
        made.close()


@pytest.fixture(autouse=True)
def begin(hand):
    # Half a second after a full one: far from where the service counts anew.
    hand.now = START + 0.5


def learn(limiter, ask, status=200, **headers):
    limiter.learn(ask, status, {name.replace("_", "-"): value for name, value in headers.items()})


def test_places(limiter, hand):
    ask = new_ask(3)
    assert [limiter.acquire(ask) for _ in range(3)] == [Grant(0.0, True)] * 3
    waiting = [limiter.acquire(ask) for _ in range(4)]
    assert not any(grant.reserved for grant in waiting)
    assert [grant.wait for grant in waiting[:3]] == pytest.approx([0.9] * 3)
    # A wait of two seconds or more is looked at again half-way.
    assert waiting[3].wait == pytest.approx(1.0)
    assert sorted(grant.ticket for grant in waiting) == [grant.ticket for grant in waiting]
    assert limiter.acquire(new_ask(3)) == (0.0, True, None)
    hand.now += 0.9
    taken = [limiter.acquire(ask._replace(ticket=grant.ticket)) for grant in waiting[:3]]
    assert [(round(grant.wait, 6), grant.reserved) for grant in taken] == [(0.1, True)] * 3


def test_who_cannot_wait_gets_no_ticket(limiter, hand):
    ask = new_ask(1)
    assert limiter.acquire(ask).reserved
    refused = limiter.acquire(ask._replace(longest=0.5))
    assert (round(refused.wait, 6), refused.reserved, refused.ticket) == (1.0, False, None)
    assert limiter.acquire(ask._replace(longest=1.5)).ticket is not None


def test_who_gives_up_leaves_the_line(limiter, hand):
    ask = new_ask(1)
    limiter.acquire(ask)
    first = limiter.acquire(ask)
    assert limiter.acquire(ask._replace(ticket=first.ticket, longest=0.1)).ticket is None
    assert limiter.acquire(ask).wait == pytest.approx(0.9)


def test_who_does_not_come_back_loses_the_place(limiter, hand):
    ask = new_ask(1)
    limiter.acquire(ask)
    gone = limiter.acquire(ask)
    other = limiter.acquire(ask)
    hand.now += gone.wait + 0.4
    assert not limiter.acquire(ask._replace(ticket=other.ticket)).reserved
    hand.now += 0.2
    assert limiter.acquire(ask._replace(ticket=other.ticket)).reserved


def test_first_come_first_served(limiter, hand):
    sent = play(limiter, hand, new_ask(2), [Caller(number * 0.01) for number in range(9)])
    assert [one.caller for one in sent] == list(range(9))
    assert sent[-1].at - sent[0].at == pytest.approx(4, abs=0.1)


@SLOW
@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.floats(0, 4), st.integers(-1, 1), st.sampled_from([0.0, 0.004, 0.3])), max_size=25),
)
def test_no_stretch_of_time_holds_more_than_allowed(limiter, hand, requests, callers):
    hand.now = START + 0.5
    sent = play(limiter, hand, new_ask(requests), [Caller(*caller) for caller in callers])
    assert len(sent) == len(callers)
    assert most_in_any(1.0, [one.at for one in sent]) <= requests


@SLOW
@given(
    st.integers(2, 6),
    st.lists(st.tuples(st.floats(0, 2), st.just(0), st.floats(0, 0.09)), max_size=25),
    st.sampled_from([0.0, 0.3, -0.3, 7.4, -7.4]),
)
def test_no_window_of_the_service_holds_more_than_allowed(limiter, hand, requests, callers, ahead):
    """However late a request leaves, and whatever our clock says, once the service has told its time."""
    hand.now = START + 0.5
    ask = new_ask(requests)
    service = Service(hand, requests, ahead)
    # Somebody has seen both ends of a window.
    for moment in (0.001, 0.999):
        hand.now = START - 10 - ahead + moment
        service(limiter, ask)
    service.counts.clear()
    hand.now = START + 0.5
    sent = play(limiter, hand, ask, [Caller(*caller) for caller in callers], service)
    assert len(sent) == len(callers)
    assert service.refused == 0


def test_request_on_the_edge_of_a_window_counts_in_both(limiter, hand):
    ask = new_ask(2)
    service = Service(hand, 2)
    learn(limiter, ask, x_ratelimit_remaining="2", x_ratelimit_reset="1700000001")
    # They leave just before the service counts anew, and arrive in time or just after it.
    edge = [Caller(0.48), Caller(0.49, late=0.02)]
    sent = play(limiter, hand, ask, [*edge, *(Caller(0.5) for _ in range(6))], service)
    assert service.refused == 0
    assert sum(one.at < START + 1.1 for one in sent) == 2
    # What comes later has found its pace, and is as fast as allowed.
    assert sent[-1].at == pytest.approx(START + 4.02, abs=0.1)


def test_announced_limit_is_adopted(limiter, hand):
    ask = new_ask(5)
    learn(limiter, ask, X_RateLimit_Limit="2")
    assert [limiter.acquire(ask).reserved for _ in range(3)] == [True, True, False]
    hand.now += 5
    learn(limiter, ask, x_ratelimit_limit="7")
    assert [limiter.acquire(ask).reserved for _ in range(8)] == [True] * 7 + [False]
    hand.now += 5
    learn(limiter, ask, X_RATELIMIT_LIMIT="5")
    assert [limiter.acquire(ask).reserved for _ in range(6)] == [True] * 5 + [False]


def test_limit_that_is_raised_while_a_place_is_reserved(limiter, hand):
    """The record stays in order, so the reserved place counts as it should."""
    ask = new_ask(1)
    limiter.acquire(ask)
    hand.now += 0.95
    assert limiter.acquire(ask) == (pytest.approx(0.05), True, None)
    learn(limiter, ask, x_ratelimit_limit="3")
    assert [limiter.acquire(ask).wait for _ in range(2)] == pytest.approx([0, 0.05])
    hand.now += 0.96
    assert [limiter.acquire(ask).wait for _ in range(3)] == pytest.approx([0.09, 0.09, 0.09])


@pytest.mark.parametrize("text", ["0", "-1", "many", "", "1e3", "5, 5"])
def test_limits_that_make_no_sense_are_not_adopted(limiter, text):
    ask = new_ask(2)
    learn(limiter, ask, x_ratelimit_limit=text)
    assert [limiter.acquire(ask).reserved for _ in range(3)] == [True, True, False]


def test_names_of_other_products_are_not_read(limiter):
    ask = new_ask(2)
    learn(limiter, ask, ratelimit_limit="1", ratelimit_remaining="0", ratelimit_reset="1700000009")
    assert [limiter.acquire(ask).reserved for _ in range(3)] == [True, True, False]


def test_used_up_bucket_is_held_until_the_reset(limiter, hand):
    ask = new_ask(5)
    limiter.acquire(ask)
    learn(limiter, ask, x_ratelimit_remaining="0", x_ratelimit_reset="1700000001")
    grant = limiter.acquire(ask)
    # Places are taken a tenth of a second early, and windows begin a little later than announced.
    assert grant.wait == pytest.approx(0.5 + 0.02 - 0.1)
    hand.now += grant.wait
    assert limiter.acquire(ask._replace(ticket=grant.ticket)).reserved
    other = new_ask(5)
    learn(limiter, other, x_ratelimit_remaining="1", x_ratelimit_reset="1700000003")
    assert limiter.acquire(other).wait == 0


def test_reset_that_is_over_holds_nothing(limiter):
    ask = new_ask(5)
    learn(limiter, ask._replace(took=1.0), x_ratelimit_remaining="0", x_ratelimit_reset="1700000000")
    assert limiter.acquire(ask).wait == 0


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x_ratelimit_reset": "1700000004"}, 3.52),
        ({"X_RateLimit_Reset": "1700000001"}, 0.52),
        ({"retry_after": "3"}, 3.0),
        ({"Retry_After": "Tue, 14 Nov 2023 22:13:25 GMT"}, 4.5),
        ({"Retry_After": "Tue, 14 Nov 2023 22:13:25 GMT", "Date": "Tue, 14 Nov 2023 22:13:22 GMT"}, 3.0),
        ({"retry_after": "soon", "x_ratelimit_reset": "1700000003"}, 2.52),
        ({"retry_after": "9999999"}, 60.0),
        ({}, 1.0),
    ],
)
def test_refusal_holds_the_bucket(limiter, hand, headers, wait):
    ask = new_ask(3)
    learn(limiter, ask, 429, **headers)
    assert limiter.acquire(ask._replace(longest=0.1)) == (pytest.approx(wait), False, None)
    hand.now += wait
    assert limiter.acquire(ask).wait == pytest.approx(0, abs=1e-6)


def test_failure_of_the_service_holds_nothing(limiter):
    ask = new_ask(3)
    learn(limiter, ask, 503, retry_after="9", x_ratelimit_reset="1700000009")
    assert limiter.acquire(ask).wait == 0


@pytest.mark.parametrize("ahead", [-3600, -5, 5, 3600])
def test_clock_of_the_service_is_the_one_that_counts(limiter, hand, ahead):
    """Our clock is wrong by an hour, and the service counts anew in a quarter of a second."""
    from email.utils import formatdate

    ask = new_ask(3)
    hand.now = START + 0.75
    there = int(START) + ahead
    learn(
        limiter,
        ask._replace(took=0.01),
        x_ratelimit_remaining="0",
        x_ratelimit_reset=str(there + 1),
        date=formatdate(there, usegmt=True),
    )
    assert 0 < limiter.acquire(ask._replace(longest=0.0)).wait < 1.1


def test_clock_that_is_set_back_does_not_stop_everything(limiter, hand):
    ask = new_ask(2)
    hand.now = START + 7200
    for _ in range(5):
        limiter.acquire(ask)
    learn(limiter, ask, 429, retry_after="50")
    hand.now = START
    assert [limiter.acquire(ask).reserved for _ in range(3)] == [True, True, False]


def test_the_oldest_process_of_a_fork_counts_for_itself():
    """A lock that is held at a fork does not stop the child."""
    limiter = MemoryLimiter(lambda: 0.0, lambda: START)
    held = limiter._guard()
    with held:
        child = os.fork()
        if child == 0:
            os._exit(0 if limiter.acquire(new_ask()).reserved else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_buckets_that_nobody_uses_are_dropped(hand, monkeypatch):
    monkeypatch.setattr("aftership_tracking.runtime.limits.memory._MANY", 10)
    limiter = MemoryLimiter(hand, hand)
    for _ in range(100):
        limiter.acquire(new_ask())
        hand.now += 60
    assert len(limiter._buckets) <= 11
