"""Retries, waits and limits without a real clock: decisions first, then whole calls."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import httpx
import pytest
import runtime_sample as sample
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import ApiError, ConnectError, ServerError, TimeoutError, TransportError  # noqa: A004
from aftership_tracking.runtime.auth.signing import ApiKey
from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.retry import RetryFunction, RetryPolicy, describe_outcome
from aftership_tracking.runtime.calls.retry import decide as decide_by_default
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted, CallEnded, CallStarted
from aftership_tracking.runtime.limits import Grant, MemoryLimiter, SlotRequest, requested_wait
from aftership_tracking.runtime.operation import RateLimit, Retry
from aftership_tracking.runtime.options import Options, Timeout
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response

NOW = 1_700_000_000.0


def response(status: int, **headers: str) -> Response:
    return Response(status, Headers((name.replace("_", "-"), value) for name, value in headers.items()), b"")


def decide(
    outcome: Any,
    retry: Retry = Retry.SAFE,
    attempt: int = 1,
    left: float | None = None,
    chance: float = 1.0,
    max_retries: int = 2,
) -> Any:
    return RetryPolicy()(
        describe_outcome(
            outcome,
            operation="get",
            method="GET",
            attempt=attempt,
            max_retries=max_retries,
            is_repeatable=retry is Retry.SAFE,
            seconds=0.1,
            seconds_left=left,
            now=NOW,
            random=chance,
        )
    )


NOT_PROCESSED = [ConnectError("x"), TimeoutError("x", sent=False), response(425), response(429)]
MAYBE_PROCESSED = [
    TimeoutError("x"),
    TransportError("x"),
    response(408),
    response(500),
    response(502),
    response(503),
    response(504),
]
FINAL = [response(status) for status in (200, 201, 301, 400, 401, 403, 404, 409, 422)]


@pytest.mark.parametrize("outcome", [*NOT_PROCESSED, *MAYBE_PROCESSED])
def test_safe_calls_are_repeated(outcome):
    assert decide(outcome).again


@pytest.mark.parametrize("retry", [Retry.CREATE_OR_GET_ONLY, Retry.NEVER])
def test_other_calls_are_repeated_only_if_nothing_happened(retry):
    assert all(decide(outcome, retry).again for outcome in NOT_PROCESSED)
    assert not any(decide(outcome, retry).again for outcome in MAYBE_PROCESSED)


@pytest.mark.parametrize("outcome", FINAL)
def test_calls_with_a_final_response_are_not_repeated(outcome):
    assert not decide(outcome).again


def test_retries_end():
    assert decide(response(500), attempt=2).again
    assert not decide(response(500), attempt=3).again


def test_waits_double_up_to_a_limit_and_are_drawn_from_the_whole_range():
    def wait(attempt: int, chance: float) -> float:
        return decide(response(500), attempt=attempt, chance=chance, max_retries=100).after

    assert [wait(attempt, 1.0) for attempt in (1, 2, 3, 4, 5, 6, 100)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert wait(3, 0.25) == 0.5
    assert wait(3, 0.0) == 0.0


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "3"}, 3),
        ({"retry_after": "Tue, 14 Nov 2023 22:13:25 GMT"}, 5),
        ({"retry_after": "Tue, 14 Nov 2023 22:13:25 GMT", "date": "Tue, 14 Nov 2023 22:13:23 GMT"}, 2),
        ({"x_ratelimit_reset": "1700000004"}, 4),
        ({"x_ratelimit_reset": "1700000004000"}, 4),
        ({"x_ratelimit_reset": "1"}, 1),
        ({"x_ratelimit_reset": "1699999990"}, 0),
        ({"x_ratelimit_reset": "1700000104", "date": "Tue, 14 Nov 2023 22:15:01 GMT"}, 3),
        ({"retry_after": "soon", "x_ratelimit_reset": "1700000004"}, 4),
        ({"retry_after": "-1"}, None),
        ({"retry_after": "0.75"}, 0.75),
        ({"retry_after": " 2. "}, 2),
        ({"retry_after": "1e3"}, None),
        ({"retry_after": "1.2.3"}, None),
        ({"retry_after": "\u0663"}, None),
        ({"x_ratelimit_reset": "1700000004.5"}, 4.5),
        # A clock that is wrong by years is not that of the reset.
        ({"x_ratelimit_reset": "1700000004", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}, 4),
        ({"retry_after": "Tue, 14 Nov 2023 22:13:25 GMT", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}, 5),
        ({"x_ratelimit_reset": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_waits_that_the_service_requests(headers, wait):
    refused = response(429, **headers)
    assert requested_wait(429, refused.headers, NOW) == wait
    if wait is not None:
        assert decide(refused, chance=0.0).after == wait
        assert decide(refused, chance=1.0).after > wait
    else:
        assert decide(refused, chance=1.0).after == 0.5


@pytest.mark.parametrize("text", ["3600", "1234567890", "9999999999", "99999999999999999999", "9" * 5000])
def test_too_long_a_requested_wait_ends_the_call(text):
    """However many digits it has."""
    assert not decide(response(429, retry_after=text)).again
    assert not decide(response(503, retry_after=text)).again
    # Whoever sleeps as long as the error says gets no error for that.
    assert 3600 <= requested_wait(429, {"retry-after": text}, NOW) <= 1e9


def test_a_requested_wait_of_a_failure_is_respected():
    for status in (408, 425, 429, 500, 502, 503, 504):
        assert decide(response(status, retry_after="7"), chance=0.0).after == 7


def test_no_wait_is_longer_than_the_time_left():
    assert not decide(response(429, retry_after="7"), left=6.9).again
    assert decide(response(429, retry_after="7"), left=9).again


@given(
    st.sampled_from([*NOT_PROCESSED, *MAYBE_PROCESSED, *FINAL]),
    st.sampled_from(list(Retry)),
    st.integers(1, 5),
    st.none() | st.floats(-5, 100),
    st.floats(0, 1),
)
def test_decisions_keep_their_promises(outcome, retry, attempt, left, chance):
    decision = decide(outcome, retry, attempt, left, chance)
    assert decision.why
    if decision.again:
        assert attempt <= 2
        assert outcome not in FINAL
        assert left is None or 0 <= decision.after < left
        assert retry is Retry.SAFE or outcome in NOT_PROCESSED


REQUEST = Request("GET", "https://x/a", Headers(), b"", Timeout(5, 10))


def play(
    results: list[Any],
    *,
    retry: Retry = Retry.SAFE,
    deadline: float | None = None,
    took: float = 0.1,
    slot_request: SlotRequest | None = None,
    retry_rule: RetryFunction = decide_by_default,
    request: Request | None = None,
) -> tuple[list[flow.Step], Any]:
    """Run a call with scripted results of its steps. Return its steps and its end: a CompletedCall or an
    error.
    """
    now = [0.0]
    dependencies = flow.CallDependencies(ApiKey(Secret("k")), (), lambda: now[0], lambda: NOW, lambda: 1.0)
    steps = flow.call(
        flow.CallPlan(
            "get",
            request or REQUEST,
            retry,
            retry_rule,
            2,
            deadline,
            ends_at=deadline,
            slot_request=slot_request,
        ),
        dependencies,
    )
    taken: list[flow.Step] = []
    result: Any = None
    try:
        while True:
            step = steps.send(result)
            taken.append(step)
            result = None
            if isinstance(step, flow.Sleep):
                now[0] += step.seconds
            elif isinstance(step, flow.Send | flow.Acquire):
                now[0] += took if isinstance(step, flow.Send) else 0
                result = results.pop(0)
    except StopIteration as end:
        return taken, end.value
    except TransportError as error:
        return taken, error


def kinds(steps: list[flow.Step]) -> list[str]:
    return [type(step).__name__ for step in steps]


def test_good_response_is_one_step():
    steps, done = play([response(200)])
    assert kinds(steps) == ["Send"]
    assert done.response.status == 200
    assert steps[0].request.headers["as-api-key"] == "k"


def test_outage_of_one_attempt():
    steps, done = play([response(500), response(200)])
    assert kinds(steps) == ["Send", "Sleep", "Send"]
    assert [(attempt.number, attempt.status, attempt.waited) for attempt in done.attempts] == [
        (1, 500, 0.5),
        (2, 200, 0.0),
    ]


def test_outage_that_lasts():
    steps, done = play([ConnectError("a"), response(500), ConnectError("c")])
    assert kinds(steps) == ["Send", "Sleep", "Send", "Sleep", "Send"]
    assert isinstance(done, ConnectError)
    assert [attempt.error for attempt in done.attempts] == ["ConnectError", None, "ConnectError"]
    assert "3 attempts" in str(done)


def test_deadline_shortens_the_last_timeouts_and_ends_the_call():
    steps, done = play([response(500), response(500), response(500)], deadline=1.0, took=0.4)
    assert [step.request.timeout.read for step in steps if isinstance(step, flow.Send)] == [
        1.0,
        pytest.approx(0.1),
    ]
    assert done.response.status == 500
    assert sum(step.seconds for step in steps if isinstance(step, flow.Sleep)) < 1.0


GRANTED = Grant(wait=0, reserved=True)
SLOT_REQUEST = SlotRequest(bucket="b", limit=RateLimit(requests=1, seconds=1.0, shared=True))


def test_limiter_is_called_for_every_attempt_and_for_every_response():
    steps, _ = play(
        [GRANTED, response(500), Grant(wait=0.5, reserved=True), response(200)], slot_request=SLOT_REQUEST
    )
    assert kinds(steps) == ["Acquire", "Send", "Learn", "Sleep", "Acquire", "Sleep", "Send", "Learn"]


def test_limiter_that_reserved_nothing_is_called_again():
    steps, _ = play([Grant(wait=0.5, reserved=False), GRANTED, response(200)], slot_request=SLOT_REQUEST)
    assert kinds(steps) == ["Acquire", "Sleep", "Acquire", "Send", "Learn"]


def test_no_wait_for_a_slot_beyond_the_deadline():
    steps, done = play([Grant(wait=5, reserved=False)], slot_request=SLOT_REQUEST, deadline=2)
    assert kinds(steps) == ["Acquire"]
    assert steps[0].slot_request.longest == 2
    assert isinstance(done, TimeoutError)
    assert done.sent is False


def test_whole_call_with_retries(service, client, hands):
    service.reply({}, 500)
    service.reply({}, 429, {"retry-after": "2"})
    service.reply_parcel()
    assert client.parcels.get("p1").id == "p1"
    assert hands.slept[0] == 0.25
    # The limiter holds the bucket for the same time, so there is only one wait.
    assert 2 <= hands.slept[1] <= 2.25
    assert len(hands.slept) == 2


def test_whole_call_with_retries_async(service, make_async, hands):
    import asyncio

    async def run() -> Any:
        async with make_async() as client:
            return await client.parcels.get("p1")

    service.fail(httpx.ReadTimeout("slow"))
    service.reply_parcel()
    assert asyncio.run(run()).id == "p1"
    assert len(hands.slept) == 1


def test_create_is_not_repeated_unless_the_caller_allows_it(service, client):
    service.reply({}, 500)
    with pytest.raises(ServerError):
        client.parcels.create(a=1)
    service.reply({}, 500)
    service.reply_parcel()
    client.parcels.create(a=1, options=Options(resend=True))
    assert len(service.requests) == 3
    service.fail(httpx.ConnectError("refused"))
    service.reply_parcel()
    client.parcels.create(a=1)
    assert len(service.requests) == 5


def test_retries_of_one_call(service, client):
    service.reply({}, 500)
    with pytest.raises(ServerError) as caught:
        client.parcels.get("p1", options=Options(max_retries=0))
    assert len(caught.value.attempts) == 1
    for _ in range(3):
        service.reply({}, 503)
    with pytest.raises(ApiError) as caught:
        client.parcels.get("p1")
    assert [attempt.status for attempt in caught.value.attempts] == [503, 503, 503]


def test_limits_of_the_operation_are_respected(service, client, make, hands):
    for _ in range(22):
        service.reply_parcel()
    for _ in range(21):
        client.parcels.get("p1")
    # A slot is used a tenth of a second before its time.
    assert hands.slept == pytest.approx([0.9, 0.1, 0.9, 0.1])
    make(limiter=None).parcels.get("p1")
    assert len(hands.slept) == 4


def test_hooks_see_each_attempt(service, make):
    events: list[Any] = []
    service.reply({}, 500)
    service.reply_parcel()
    make(hooks=[events.append]).parcels.get("p1")
    both = [AttemptStarted, AttemptEnded]
    assert [type(event) for event in events] == [CallStarted, *both, *both, CallEnded]
    attempts = events[1:-1]
    assert [event.attempt for event in attempts] == [1, 1, 2, 2]
    assert attempts[1].decision.again
    assert attempts[3].outcome.status == 200
    assert attempts[1].operation == "get-parcel"


def test_hook_that_raises_ends_the_call(service, make):
    def stop(event: object) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        make(hooks=[stop]).parcels.get("p1")
    assert service.requests == []


def test_attempts_are_logged_without_addresses(service, client, caplog):
    service.reply({}, 500)
    service.reply_parcel()
    with caplog.at_level("DEBUG", "aftership_tracking"):
        client.parcels.get("secret-number")
    assert [record.levelname for record in caplog.records] == ["INFO", "DEBUG"]
    assert "get-parcel: attempt 1: status 500" in caplog.text
    assert "secret-number" not in caplog.text


def test_sample_limit_is_the_one_that_the_tests_expect():
    assert sample.LIMIT.requests == 10


def test_retry_of_a_failing_service_does_not_wait_for_the_next_reset():
    """The reset of the rate limit is on every response, and says nothing about an outage."""
    headers = {"x_ratelimit_reset": "1700000000", "date": "Tue, 14 Nov 2023 22:13:20 GMT"}
    waits = [decide(response(503, **headers), attempt=attempt).after for attempt in (1, 2)]
    assert waits == [0.5, 1.0]
    assert decide(response(503, retry_after="7", **headers), chance=0.0).after == 7


def test_dates_without_a_zone_are_in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert requested_wait(429, {"retry-after": "Tue, 14 Nov 2023 22:13:25 -0000"}, NOW) == 5
        assert requested_wait(429, {"retry-after": "Tue, 14 Nov 2023 22:13:25"}, NOW) == 5
    finally:
        monkeypatch.undo()
        time.tzset()


def test_lock_that_was_held_at_a_fork_is_replaced_in_the_child(monkeypatch):
    """Two threads of a child must neither wait for the parent's lock nor get different ones."""
    limiter = MemoryLimiter(_clocks=Clocks(monotonic=lambda: 0.0, clock=lambda: NOW))
    held = limiter._lock_of_process()
    held.acquire()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    seen = []

    class Slow:
        """Creates a lock while another thread requests the same lock."""

        def __call__(self) -> Any:
            if not seen:
                seen.append(None)
                seen.append(limiter._lock_of_process())
            return real()

    real = threading.Lock
    monkeypatch.setattr(threading, "Lock", Slow())
    first = limiter._lock_of_process()
    assert first is seen[1]
    assert first is not held
