"""What consists of several calls works under trio too, where a task belongs to a block."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from aftership_tracking.errors import AuthenticationError, UsageError
from aftership_tracking.recipes.bulk import RowResult, read_counts
from aftership_tracking.runtime.clocks import use_clocks
from aftership_tracking.v2026_07 import AsyncAfterShip
from writing_support.callers import FakeClock
from writing_support.rows import number, rows, stored_numbers
from writing_support.wire import FAILED, Wire


def run(wire: Wire, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """Run the work with `trackings` of a client, under trio."""

    async def with_client() -> Any:
        async with httpx.AsyncClient(transport=wire) as http:
            with use_clocks(FakeClock().clocks()):
                client = AsyncAfterShip("test-key", limiter=None, http_client=http)
            return await work(client.trackings)

    return trio.run(with_client)


@pytest.mark.parametrize("method", ["create_many", "upsert_many"])
def test_every_row_is_created_once_and_continues_from_the_journal(
    method: str, wire: Wire, tmp_path: Path
) -> None:
    async def work(trackings: Any) -> list[RowResult[Any]]:
        return [each async for each in getattr(trackings, method)(rows(20), journal=tmp_path / "journal")]

    results = run(wire, work)
    assert sorted(each.index for each in results) == list(range(20))
    assert {(each.outcome, each.recorded) for each in results} == {("created", False)}
    assert stored_numbers(wire) == [number(index) for index in range(20)]
    assert {(each.outcome, each.recorded) for each in run(wire, work)} == {("created", True)}
    assert len(wire.sent) == 20


def test_rows_are_sent_at_once_up_to_the_number_of_workers(wire: Wire) -> None:
    inside, most = 0, 0
    original = wire.handle_async_request

    async def slow(request: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(20):
            await trio.lowlevel.checkpoint()
        inside -= 1
        return await original(request)

    async def stream() -> AsyncIterator[dict[str, Any]]:
        for row in rows(12):
            await trio.lowlevel.checkpoint()
            yield row

    async def work(trackings: Any) -> int:
        return len([each async for each in trackings.create_many(stream(), workers=4)])

    wire.handle_async_request = slow  # type: ignore[method-assign]
    assert run(wire, work) == 12
    assert most == 4


def test_bad_rows_are_results_and_a_bad_key_ends_the_run(wire: Wire, tmp_path: Path) -> None:
    async def work(trackings: Any) -> list[str]:
        bad = [{"slug": "usps"}, {**rows(1)[0], "nonsense": 1}, *rows(1, start=5)]
        outcomes = [each.outcome async for each in trackings.create_many(bad)]
        wire.mock.faults.add(401, times=1000)
        with pytest.raises(AuthenticationError):
            [each async for each in trackings.create_many(rows(100), workers=4)]
        wire.mock.faults.clear()
        wire.judge = lambda _request, _body: FAILED
        async for each in trackings.create_many(rows(2), give_up_after=None):
            assert not each.ok
        with pytest.raises(UsageError, match="there is no directory"):
            [each async for each in trackings.create_many(rows(1), journal=tmp_path / "no" / "folder")]
        return outcomes

    assert run(wire, work) == ["failed", "failed", "created"]


def test_stopping_and_cancelling_leave_a_journal_to_continue_from(wire: Wire, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    original = wire.handle_async_request

    async def stuck(request: Any) -> Any:
        response = await original(request)
        if len(wire.sent) > 6:
            await trio.sleep_forever()
        return response

    async def work(trackings: Any) -> int:
        results = trackings.create_many(rows(30), journal=journal, workers=3)
        await anext(results)
        await results.aclose()
        assert set(read_counts(journal)) == {"created"}
        wire.handle_async_request = stuck  # type: ignore[method-assign]
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:

                async def cancel() -> None:
                    while len(wire.sent) < 7:
                        await trio.lowlevel.checkpoint()
                    scope.cancel()

                nursery.start_soon(cancel)
                async for _ in trackings.create_many(rows(30), journal=journal, workers=3):
                    pass
        assert read_counts(journal)["sent"] >= 1
        wire.handle_async_request = original  # type: ignore[method-assign]
        return len([each async for each in trackings.create_many(rows(30), journal=journal)])

    assert run(wire, work) == 30
    assert stored_numbers(wire) == [number(index) for index in range(30)]


def test_changes_upsert_and_wait_until(wire: Wire, tmp_path: Path) -> None:
    async def work(trackings: Any) -> None:
        done = await trackings.upsert(tracking_number=number(0), slug="usps")
        found = await trackings.wait_until(done.tracking.id, tag="Pending", timeout=10)
        assert found.id == done.tracking.id
        changes = trackings.changes(state=tmp_path / "state.db")
        assert [each.id async for each in changes] == [found.id]
        assert [each async for each in changes] == []

    run(wire, work)
