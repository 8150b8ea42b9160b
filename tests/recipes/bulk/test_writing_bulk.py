"""Writing many: every row has one outcome, and no row stops the others."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from aftership_tracking.errors import (
    ServerError,
    TransportError,
    UsageError,
    ValidationError,
)
from aftership_tracking.recipes.bulk import Progress
from aftership_tracking.runtime.limits import Grant, SlotRequest
from aftership_tracking.runtime.options import Options
from contract_support.client.calls import complete
from patience import PATIENCE
from writing_support.callers import Caller, FakeClock, open_caller
from writing_support.rows import by_index, drain, number, rows, stored_numbers
from writing_support.wire import FAILED, GARBLED, LOST, REFUSED, ReadOnce, Wire, new_mock, without


@pytest.mark.parametrize("version", ReadOnce.versions())
def test_every_row_is_created_once(variant: str, wire: Wire, version: str) -> None:
    with open_caller(variant, wire, version) as caller:
        given = [complete(version, "trackings", "create", **row) for row in rows(20)]
        outcomes = by_index(caller.create_many(given))
    assert sorted(outcomes) == list(range(20))
    assert {outcome.outcome for outcome in outcomes.values()} == {"created"}
    for index, outcome in outcomes.items():
        assert outcome.key == (number(index), "usps")
        assert outcome.tracking is not None
        assert (outcome.tracking_id, outcome.tracking.tracking_number) == (outcome.tracking.id, number(index))
        assert (outcome.ok, outcome.error, outcome.attempt_count, outcome.recorded) == (True, None, 1, False)
    assert stored_numbers(wire) == [number(index) for index in range(20)]


def test_existing_rows_cost_one_request_and_are_left_alone(caller: Caller, wire: Wire) -> None:
    first = caller.create(tracking_number=number(0), slug="usps", note="mine")
    outcomes = by_index(caller.create_many([{**row, "note": "new"} for row in rows(2)]))
    assert [outcomes[index].outcome for index in range(2)] == ["existing", "created"]
    assert (outcomes[0].tracking_id, outcomes[0].tracking) == (first.id, None)
    assert wire.methods() == ["POST"] * 3
    assert caller.get(first.id).note == "mine"


def test_without_an_id_an_existing_row_is_existing_all_the_same(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number=number(0), slug="usps")
    wire.edit = without("id")
    (outcome,) = caller.create_many(rows(1))
    assert (outcome.outcome, outcome.tracking_id) == ("existing", None)


def test_upsert_many_updates(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number=number(0), slug="usps", note="old")
    outcomes = by_index(caller.upsert_many([{**row, "note": "new"} for row in rows(2)]))
    assert [outcomes[index].outcome for index in range(2)] == ["updated", "created"]
    assert all(outcome.tracking.note == "new" for outcome in outcomes.values())
    assert "DELETE" not in wire.methods()


def test_lost_responses_are_resolved_and_reported(caller: Caller, wire: Wire) -> None:
    fates = {number(1): LOST, number(3): GARBLED}
    wire.judge = lambda _request, body: fates.pop(body["tracking_number"], None)
    outcomes = by_index(caller.create_many(rows(6)))
    reported = [(outcomes[index].outcome, outcomes[index].after_lost_response) for index in range(6)]
    unsure, sure = ("existing", True), ("created", False)
    assert reported == [sure, unsure, sure, unsure, sure, sure]
    assert stored_numbers(wire) == [number(index) for index in range(6)]


def test_bad_rows_are_outcomes_and_the_rest_goes_on(caller: Caller, wire: Wire) -> None:
    bad: list[Any] = [
        {"slug": "usps"},
        {"tracking_number": number(1), "slug": "usps", "customer_name": "x"},
        {"tracking_number": number(2), "slug": "no-such-courier"},
        "text",
        {"tracking_number": number(4), "slug": "usps", "order_date": object()},
        *rows(1, start=5),
    ]
    outcomes = by_index(caller.create_many(bad))
    errors = [type(outcomes[index].error) for index in range(6)]
    assert errors == [UsageError, UsageError, ValidationError, UsageError, UsageError, type(None)]
    assert [outcomes[index].key for index in (0, 3)] == [None, None]
    assert outcomes[5].outcome == "created"
    assert stored_numbers(wire) == [number(5)]


def test_rows_that_fail_temporarily_are_outcomes(caller: Caller, wire: Wire) -> None:
    wire.judge = lambda _request, body: FAILED if body.get("tracking_number") == number(1) else None
    outcomes = by_index(caller.create_many(rows(3)))
    assert isinstance(outcomes[1].error, ServerError)
    assert (outcomes[1].attempt_count, outcomes[1].after_lost_response) == (3, True)
    assert stored_numbers(wire) == [number(0), number(2)]


def test_progress_is_reported_after_each_outcome(variant: str, wire: Wire) -> None:
    clock = FakeClock()
    reported: list[Progress] = []
    wire.judge = lambda _request, _body: clock.advance(0.5)  # type: ignore[func-returns-value]
    with open_caller(variant, wire, clocks=clock.clocks()) as caller:
        caller.create_many([*rows(3), {"slug": "usps"}], progress=reported.append, workers=1)
    assert [each.done for each in reported] == [1, 2, 3, 4]
    assert reported[-1] == Progress(done=4, failed=1, total=4, rate=4 / 1.5)


def test_the_total_may_be_unknown_or_given(caller: Caller) -> None:
    reported: list[Progress] = []
    caller.create_many(iter(rows(2)), progress=reported.append)
    caller.create_many(iter(rows(2)), progress=reported.append, total=2)
    assert [each.total for each in reported] == [None, None, 2, 2]


def test_rows_are_read_as_they_are_needed(variant: str, wire: Wire) -> None:
    read = 0
    ahead: list[int] = []
    taken = 0

    def stream() -> Iterator[dict[str, Any]]:
        nonlocal read
        for row in rows(200):
            read += 1
            yield row

    def take(_outcome: Any) -> None:
        nonlocal taken
        taken += 1
        ahead.append(read - taken)

    with open_caller(variant, wire) as caller:
        drain(caller, "create_many", stream(), take, workers=5)
    assert taken == read == 200
    assert max(ahead) <= 5


def test_nothing_happens_before_the_first_outcome_is_requested(caller: Caller, wire: Wire) -> None:
    outcomes = caller.client.trackings.create_many(iter(rows(3)), journal="/nowhere/at/all")
    assert wire.sent == []
    del outcomes


def test_async_rows(wire: Wire) -> None:
    async def stream() -> AsyncIterator[dict[str, Any]]:
        for row in rows(5):
            await asyncio.sleep(0)
            yield row

    with open_caller("async", wire) as caller:
        assert len(caller.create_many(stream())) == 5
    assert len(stored_numbers(wire)) == 5


def test_no_more_workers_than_allowed(wire: Wire) -> None:
    lock, inside, most = threading.Lock(), 0, 0
    meet = threading.Barrier(3, timeout=PATIENCE)

    def judge(_request: Any, _body: Any) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        # All three must be here at once, or none continues.
        meet.wait()
        with lock:
            inside -= 1

    wire.judge = judge
    with open_caller("sync", wire) as caller:
        caller.create_many(rows(9), workers=3)
    assert most == 3


def test_tasks_are_bounded_too(wire: Wire) -> None:
    inside = most = 0
    original = wire.handle_async_request

    async def slow(request: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(10):
            await asyncio.sleep(0)
        inside -= 1
        return await original(request)

    wire.handle_async_request = slow  # type: ignore[method-assign]
    with open_caller("async", wire) as caller:
        caller.create_many(rows(12), workers=4)
    assert most == 4


class Recorder:
    """A limiter that grants everything and records the requests."""

    def __init__(self) -> None:
        self.requests: list[SlotRequest] = []

    def acquire(self, slot_request: SlotRequest) -> Grant:
        self.requests.append(slot_request)
        return Grant(wait=0.0, reserved=True)

    def learn(self, *_: Any) -> None:
        """Learn nothing."""


def test_an_interactive_call_would_go_first(variant: str, wire: Wire) -> None:
    limiter = Recorder()
    with open_caller(variant, wire, limiter=limiter) as caller:
        caller.create_many(rows(1))
        caller.create(tracking_number=number(5), slug="usps")
        caller.create_many(rows(1, start=7), options=Options(priority=3))
    assert [ask.priority < 0 for ask in limiter.requests] == [True, False, False]
    assert limiter.requests[-1].priority == 3


def test_prepare_returns_the_fields_and_key_gets_the_row(caller: Caller, wire: Wire) -> None:
    table = [{"Number": number(index), "order": f"o-{index}"} for index in range(3)]
    outcomes = by_index(
        caller.create_many(
            table,
            prepare=lambda row: {"tracking_number": row["Number"], "slug": "usps"},
            key=lambda row: row["order"],
        )
    )
    assert [outcomes[index].key for index in range(3)] == ["o-0", "o-1", "o-2"]
    assert len(stored_numbers(wire)) == 3


def test_errors_of_prepare_and_key_belong_to_the_row(caller: Caller) -> None:
    def prepare(row: Any) -> Any:
        if row["tracking_number"] == number(0):
            raise UsageError("customers[0].email is not written as an e-mail address")
        return {**row, "note": row["secret note"]}

    (first, second) = caller.create_many(rows(2), prepare=prepare)
    assert str(first.error) == "customers[0].email is not written as an e-mail address"
    assert str(second.error) == "`prepare` failed for this row: KeyError"
    (third,) = caller.create_many(rows(1), key=lambda row: row["other"])
    assert str(third.error) == "`key` failed for this row: KeyError"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": {"tracking_number": "x"}},
        {"rows": "x"},
        {"workers": 0},
        {"workers": 65},
        {"workers": True},
        {"give_up_after": 0},
        {"give_up_after": "25"},
        {"give_up_after": True},
        {"rows": None},
        {"rows": 5},
        {"total": "5"},
        {"total": -1},
        {"journal": 5},
        {"key": "order"},
        {"prepare": "contacts"},
        {"progress": "print"},
    ],
    ids=str,
)
def test_settings_that_cannot_work(caller: Caller, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        caller.client.trackings.create_many(**{"rows": [], **wrong})


def test_the_repr_shows_nothing_of_the_row(caller: Caller) -> None:
    (outcome,) = caller.create_many([{**rows(1)[0], "note": "very private"}])
    assert repr(outcome) == "<RowResult 0 created>"
    (failed,) = caller.create_many([{"note": "very private"}])
    assert repr(failed) == "<RowResult 0 failed UsageError>"


def test_a_refused_connection_is_an_outcome(variant: str) -> None:
    wire = Wire(new_mock())
    wire.judge = lambda _request, _body: REFUSED if "x" in json.dumps(_body) else LOST
    with open_caller(variant, wire, max_retries=0) as caller:
        (outcome,) = caller.create_many(rows(1))
    assert isinstance(outcome.error, TransportError)
    assert outcome.after_lost_response
