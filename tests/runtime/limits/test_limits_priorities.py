"""Who goes first when calls wait, and that every limiter decides alike."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.runtime.limits import MemoryLimiter, RedisLimiter, SqliteLimiter
from aftership_tracking.runtime.limits.feedback import hear
from limit_support import START, Caller, Hand, new_ask, play, running_redis

INTERACTIVE, BACKFILL = 1, 0


@pytest.fixture(scope="module")
def hand() -> Hand:
    return Hand()


@pytest.fixture(scope="module")
def here(hand, tmp_path_factory) -> Iterator[dict[str, object]]:
    path = tmp_path_factory.mktemp("limits") / "limits.db"
    on_file = SqliteLimiter(path, on_failure="raise", now=hand, clock=hand)
    yield {"memory": MemoryLimiter(hand, hand), "sqlite": on_file}
    on_file.close()


@pytest.fixture(scope="module")
def limiters(hand, here) -> Iterator[dict[str, object]]:
    with running_redis() as url:
        on_redis = RedisLimiter(url, on_failure="raise", now=hand, clock=hand)
        yield {**here, "redis": on_redis}
        on_redis.close()


@pytest.fixture(params=["memory", "sqlite", "redis"])
def limiter(request, hand, here):
    hand.now = START + 0.5
    # Only what needs a Redis asks for one.
    return here.get(request.param) or request.getfixturevalue("limiters")[request.param]


def order(limiter, hand, requests, callers):
    return [one.caller for one in play(limiter, hand, new_ask(requests), callers)]


def test_later_call_of_higher_priority_gets_the_next_place(limiter, hand):
    backfill = [Caller(0.0, BACKFILL)] * 12
    sent = order(limiter, hand, 2, [*backfill, Caller(0.3, INTERACTIVE)])
    # Two were sent at once, and two get the places that come free after one second.
    assert sent.index(12) in (2, 3)
    assert [caller for caller in sent if caller != 12] == list(range(12))


def test_equal_calls_keep_their_order_behind_it(limiter, hand):
    callers = [Caller(0.0, BACKFILL), Caller(0.1, -5), Caller(0.2, BACKFILL), Caller(0.3, 9), Caller(0.4, 1)]
    assert order(limiter, hand, 1, callers) == [0, 3, 4, 2, 1]


def test_place_that_was_given_is_not_taken_back(limiter, hand):
    callers = [Caller(0.0), Caller(0.1), Caller(0.95, INTERACTIVE)]
    assert order(limiter, hand, 1, callers) == [0, 1, 2]


def test_nobody_waits_for_ever(limiter, hand):
    """Of ten places, one goes to whoever has waited longest."""
    # Twice as many interactive calls as there are places.
    flood = [Caller(number * 0.25, INTERACTIVE) for number in range(80)]
    sent = order(limiter, hand, 2, [*flood, Caller(0.9, BACKFILL), Caller(0.9, BACKFILL)])
    first, second = sent.index(80), sent.index(81)
    assert (first, second) == (13, 23)
    # The rest of the places goes to those of higher priority, in their order.
    assert [caller for caller in sent if caller < 80] == list(range(80))


def test_line_is_bounded(limiter, hand, monkeypatch):
    ask = new_ask(1)
    limiter.acquire(ask)
    grants = [limiter.acquire(ask._replace(limit=ask.limit)) for _ in range(1005)]
    tickets = [grant.ticket for grant in grants]
    assert tickets == sorted(set(tickets))
    # All of those that are too many share the last place.
    assert grants[-1].wait == grants[1000].wait > grants[999].wait


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "back", "back", "hear"]),
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
def test_all_limiters_decide_alike(limiters, hand, steps, ahead):
    """The rules stand twice in the package, in Python and in Lua."""
    hand.now = START + 0.5
    ask = new_ask(2)
    tickets: list[int] = []
    for kind, pause, priority, longest, limit, remaining, reset, dated in steps:
        hand.now += pause
        if kind == "hear":
            headers = {
                "x-ratelimit-limit": limit,
                "x-ratelimit-remaining": remaining,
                "x-ratelimit-reset": None if reset is None else int(hand.now + ahead) + reset,
                "date": formatdate(hand.now + ahead, usegmt=True) if dated else None,
            }
            said = {name: str(value) for name, value in headers.items() if value is not None}
            for each in limiters.values():
                # What is no news is not told to the stores, so they are told past that.
                tell = each.notice if each is limiters["memory"] else each._tell
                tell(
                    ask._replace(took=0.05),
                    hear(429 if priority == 2 else 200, said, hand.now, 1.0),
                    hand.now,
                )
            continue
        ticket = tickets.pop(0) if kind == "back" and tickets else None
        wish = ask._replace(priority=priority, longest=longest, ticket=ticket)
        answers = [each.acquire(wish) for each in limiters.values()]
        for answer in answers[1:]:
            assert answer == (pytest.approx(answers[0].wait, abs=1e-6), *answers[0][1:])
        if answers[0].ticket is not None:
            tickets.append(answers[0].ticket)
