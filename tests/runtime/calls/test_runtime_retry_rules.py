"""The rule about what is repeated can be replaced: a pure function from outcome to decision."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from typing import Any

import httpx
import pytest

from aftership_tracking import explain, retries
from aftership_tracking.errors import ApiError, ServerError, TransportError, UsageError
from aftership_tracking.retries import AttemptOutcome, Decision, RetryPolicy
from aftership_tracking.runtime.options import Options


def test_a_rule_of_the_caller_can_extend_the_one_of_the_client(service, make, hands):
    def also_conflicts(outcome: AttemptOutcome) -> Decision:
        if outcome.status == 409 and outcome.is_repeatable and outcome.attempt <= outcome.max_retries:
            return Decision(again=True, after=3.0, why="status 409")
        return retries.decide(outcome)

    client = make(retry=also_conflicts)
    service.reply({}, 409)
    service.reply({}, 500)
    service.reply_parcel()
    result = client.with_response(client.parcels.get, "p1")
    assert [attempt.why for attempt in result.attempts] == [
        "status 409",
        "status 500",
        "the response is final",
    ]
    assert hands.slept == [3.0, 0.5]
    service.reply({}, 409)
    with pytest.raises(ApiError):
        client.parcels.create(a=1)


def test_what_a_rule_can_see(service, make):
    seen: list[AttemptOutcome] = []

    def rule(outcome: AttemptOutcome) -> Decision:
        seen.append(outcome)
        return Decision(again=outcome.attempt < 3)

    client = make(retry=rule, max_retries=7, deadline=30.0)
    service.fail(httpx.ReadTimeout("slow"))
    service.reply({"secret": 1}, 503, {"Retry-After": "2.5"})
    service.reply_parcel()
    client.parcels.create(a=1)
    lost, failed, good = seen
    assert isinstance(lost.error, TransportError)
    assert (lost.status, lost.body, dict(lost.headers), lost.requested_wait) == (None, b"", {}, None)
    assert (failed.status, failed.requested_wait, failed.error) == (503, 2.5, None)
    assert failed.headers["RETRY-AFTER"] == "2.5"
    assert [one.attempt for one in seen] == [1, 2, 3]
    assert [one.may_have_been_carried_out for one in seen] == [True, True, True]
    assert good.status == 200
    for one in seen:
        assert (one.operation, one.method, one.max_retries) == ("create-parcel", "POST", 7)
        assert not one.is_repeatable
        assert one.seconds_left == pytest.approx(30.0)
        assert one.random == 0.5
    # Bodies are personal data.
    assert "secret" not in repr(failed)
    with pytest.raises(dataclasses.FrozenInstanceError):
        failed.status = 200  # type: ignore[misc]


def test_resend_makes_an_operation_repeatable(service, make):
    seen: list[bool] = []

    def rule(outcome: AttemptOutcome) -> Decision:
        seen.append(outcome.is_repeatable)
        return Decision(again=False)

    client = make(retry=rule)
    for options in (None, Options(resend=True)):
        service.reply_parcel()
        client.parcels.create(a=1, options=options)
    assert seen == [False, True]


def test_a_policy_with_other_figures(service, make, hands):
    service.reply({}, 500)
    service.reply({}, 429, {"retry-after": "90"})
    service.reply({}, 423)
    service.reply_parcel()
    policy = RetryPolicy(
        first_wait=4.0, longest_wait=6.0, longest_requested_wait=100.0, also=frozenset({423})
    )
    make(retry=policy, max_retries=3, limiter=None).parcels.get("p1")
    assert hands.slept == [2.0, 90.125, 3.0]
    # A further status counts as carried out.
    service.reply({}, 423)
    with pytest.raises(ApiError):
        make(retry=policy, limiter=None).parcels.create(a=1)


def test_copies_can_have_another_rule(service, make):
    client = make(retry=lambda _: Decision(again=False, why="never"))
    service.reply({}, 500)
    with pytest.raises(ServerError) as caught:
        client.parcels.get("p1")
    assert caught.value.attempts[0].why == "never"
    for copy in (client.with_options(retry=None), client.with_options(retry=RetryPolicy())):
        service.reply({}, 500)
        service.reply_parcel()
        assert copy.parcels.get("p1").id == "p1"
    service.reply({}, 500)
    with pytest.raises(ServerError):
        client.with_options(max_retries=5).parcels.get("p1")


def test_no_rule_outlives_the_deadline(service, make, hands):
    client = make(retry=lambda _: Decision(again=True, after=2.0, why="again and again"))
    for _ in range(10):
        service.reply({}, 500)
    with pytest.raises(ServerError) as caught:
        client.parcels.get("p1", options=Options(deadline=5.0))
    assert hands.slept == [2.0, 2.0]
    assert caught.value.attempts[-1].why == ("again and again, and the deadline leaves no time to wait 2.0 s")


def test_the_async_client_too(service, make_async, hands):
    async def run() -> Any:
        async with make_async(retry=lambda outcome: Decision(again=outcome.status == 409)) as client:
            return await client.parcels.get("p1")

    service.reply({}, 409)
    service.reply_parcel()
    assert asyncio.run(run()).id == "p1"


@pytest.mark.parametrize("given", [3, "always", RetryPolicy, {"max_retries": 3}])
def test_what_is_not_a_function_is_refused(given, make, client):
    with pytest.raises(UsageError, match=r"retry must be a function .* max_retries"):
        make(retry=given)
    with pytest.raises(UsageError, match="retry must be a function"):
        client.with_options(retry=given)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (True, "returned a bool"),
        (None, "returned a NoneType"),
        ((True, 1.0, "x"), "returned a tuple"),
        (Decision(again=True, after=-1.0), "wait of -1.0"),
        (Decision(again=True, after=float("nan")), "wait of nan"),
        (Decision(again=True, after=float("inf")), "wait of inf"),
        (Decision(again=True, after="1"), "wait of '1'"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_a_decision_is_refused(returned, message, service, make):
    service.reply({}, 500)
    with pytest.raises(UsageError, match=message):
        make(retry=lambda _: returned).parcels.get("p1")


@pytest.mark.parametrize("figures", [{"first_wait": -1}, {"longest_wait": float("nan")}, {"first_wait": "1"}])
def test_figures_that_cannot_work_are_refused(figures):
    with pytest.raises(UsageError, match="must be seconds"):
        RetryPolicy(**figures)


def test_records_are_frozen_and_have_keywords_only():
    for record in (retries.Attempt, retries.AttemptOutcome, retries.Decision, retries.RetryPolicy):
        assert dataclasses.is_dataclass(record)
        parameters = list(inspect.signature(record).parameters.values())
        assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}


def test_explain_shows_the_rule_of_the_caller(make):
    client = make(retry=RetryPolicy(first_wait=3.0, longest_wait=5.0))
    assert explain(client.parcels.get, "p1").retry.waits == (3.0, 5.0)
    never = make(retry=lambda _: Decision(again=False))
    assert explain(never.parcels.get, "p1").retry.repeated_after == "nothing"
