"""How a bulk run ends early: what it reports, and what it leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import (
    AuthenticationError,
    PermissionDeniedError,
    ServerError,
)
from aftership_tracking.recipes.bulk import Progress, RowResult, read_counts
from writing_support.callers import Caller, open_caller
from writing_support.rows import by_index, drain, number, rows, stored_numbers
from writing_support.wire import FAILED, Wire


@pytest.mark.parametrize(("status", "error"), [(401, AuthenticationError), (403, PermissionDeniedError)])
def test_a_bad_key_ends_the_run_after_what_was_under_way(
    variant: str, wire: Wire, status: int, error: type[Exception]
) -> None:
    wire.mock.faults.add(status, times=1000)
    seen: list[RowResult[Any]] = []
    with open_caller(variant, wire) as caller, pytest.raises(error):
        drain(caller, "create_many", rows(100), seen.append, workers=4)
    assert 1 <= len(seen) <= 4
    assert {type(outcome.error) for outcome in seen} == {error}
    assert len(wire.sent) == len(seen)


def test_a_service_that_is_gone_ends_the_run(variant: str, wire: Wire) -> None:
    wire.judge = lambda _request, _body: FAILED
    seen: list[RowResult[Any]] = []
    with open_caller(variant, wire, max_retries=0) as caller, pytest.raises(ServerError) as caught:
        drain(caller, "create_many", rows(100), seen.append, workers=2, give_up_after=5)
    assert 5 <= len(seen) <= 6
    assert "5 rows in a row got no usable response" in caught.value.__notes__


def test_a_run_that_never_gives_up(variant: str, wire: Wire) -> None:
    wire.judge = lambda _request, _body: FAILED
    with open_caller(variant, wire, max_retries=0) as caller:
        assert len(caller.create_many(rows(60), give_up_after=None)) == 60


def test_passing_failures_between_successes_do_not_add_up(variant: str, wire: Wire) -> None:
    wire.judge = lambda _request, body: FAILED if int(body["tracking_number"][-4:]) % 2 else None
    with open_caller(variant, wire, max_retries=0) as caller:
        outcomes = caller.create_many(rows(60), workers=1, give_up_after=2)
    assert sum(not outcome.ok for outcome in outcomes) == 30


def test_an_error_while_reading_rows_ends_the_run_and_loses_no_outcome(caller: Caller, wire: Wire) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield from rows(5)
        raise OSError("disk gone")

    seen: list[RowResult[Any]] = []
    with pytest.raises(OSError, match="disk gone"):
        drain(caller, "create_many", broken(), seen.append)
    assert sorted(outcome.index for outcome in seen) == list(range(5))


def test_an_error_of_a_hook_is_raised_and_not_an_outcome(variant: str, wire: Wire, tmp_path: Path) -> None:
    def hook(_event: Any) -> None:
        raise ZeroDivisionError

    with open_caller(variant, wire, hooks=[hook]) as caller, pytest.raises(ZeroDivisionError):
        caller.create_many(rows(4), journal=tmp_path / "journal")
    assert set(read_counts(tmp_path / "journal")) == {"sent"}


def test_stopping_to_iterate_records_what_was_under_way(wire: Wire, tmp_path: Path) -> None:
    with open_caller("sync", wire) as caller:
        outcomes = caller.client.trackings.create_many(rows(50), journal=tmp_path / "journal", workers=4)
        next(outcomes)
        outcomes.close()
    counts = read_counts(tmp_path / "journal")
    assert set(counts) == {"created"}
    assert counts["created"] == len(stored_numbers(wire)) < 50


def test_stopping_to_iterate_with_the_async_client(wire: Wire, tmp_path: Path) -> None:
    async def some() -> None:
        outcomes = caller.client.trackings.create_many(rows(50), journal=tmp_path / "journal", workers=4)
        await anext(outcomes)
        await outcomes.aclose()

    with open_caller("async", wire) as caller:
        asyncio.run(some())
    counts = read_counts(tmp_path / "journal")
    assert set(counts) == {"created"}
    assert counts["created"] == len(stored_numbers(wire)) < 50


def test_interrupting_leaves_a_journal_to_continue_from(wire: Wire, tmp_path: Path) -> None:
    journal = tmp_path / "journal"

    def interrupt(progress: Progress) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    with open_caller("sync", wire) as caller:
        with pytest.raises(KeyboardInterrupt):
            caller.create_many(rows(30), journal=journal, progress=interrupt)
        assert len(caller.create_many(rows(30), journal=journal)) == 30
    assert stored_numbers(wire) == [number(index) for index in range(30)]
    assert read_counts(journal) == {"created": 30}


def test_cancelling_leaves_a_journal_to_continue_from(wire: Wire, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    original = wire.handle_async_request
    stuck = asyncio.Event()

    async def stop(request: Any) -> Any:
        response = await original(request)
        if len(wire.sent) > 6:
            stuck.set()
            await asyncio.Event().wait()
        return response

    async def cancelled() -> None:
        async def run() -> None:
            async for _ in caller.client.trackings.create_many(rows(30), journal=journal, workers=3):
                pass

        task = asyncio.create_task(run())
        await stuck.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with open_caller("async", wire) as caller:
        wire.handle_async_request = stop  # type: ignore[method-assign]
        asyncio.run(cancelled())
        assert read_counts(journal)["sent"] >= 1
        wire.handle_async_request = original  # type: ignore[method-assign]
        outcomes = by_index(caller.create_many(rows(30), journal=journal))
    unsure = [outcome for outcome in outcomes.values() if outcome.after_lost_response]
    assert unsure
    assert {outcome.outcome for outcome in unsure} == {"existing"}
    assert stored_numbers(wire) == [number(index) for index in range(30)]
