"""A run over many rows with tasks: the asynchronous twin of `run`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import AfterShipError, UsageError
from aftership_tracking.recipes.bulk.desk import Desk, Job, Plan
from aftership_tracking.recipes.bulk.records import RowOutcome
from aftership_tracking.recipes.calls import carry_out_async
from aftership_tracking.recipes.upsert import write

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource

    Rows = Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]]

__all__ = ["many"]

# So many outcomes may come in a row before other tasks get their turn.
TURN = 64


def many(resource: AsyncResource, rows: Rows, plan: Plan) -> AsyncIterator[RowOutcome[Any]]:
    """Check the plan and return the outcomes, of which none is worked for before it is asked for."""
    return _outcomes(resource, rows, plan.check(rows))


async def _outcomes(resource: AsyncResource, rows: Rows, plan: Plan) -> AsyncIterator[RowOutcome[Any]]:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise UsageError("writing many at once needs asyncio; under trio use the blocking client") from None
    finished: asyncio.Queue[RowOutcome[Any] | BaseException] = asyncio.Queue()
    trouble: BaseException | None = None
    source = _numbered(rows)
    is_open = True
    tasks: set[asyncio.Task[None]] = set()
    under_way = 0
    with closing(Desk(resource, plan)) as desk:
        try:
            while is_open or under_way:
                outcome: RowOutcome[Any] | None = None
                if under_way and (not is_open or under_way == plan.workers or not finished.empty()):
                    # What is done goes out before another row is taken: the rows may come slowly.
                    result = await finished.get()
                    under_way -= 1
                    if isinstance(result, BaseException):
                        trouble, is_open = trouble or result, False
                    else:
                        outcome = result
                else:
                    try:
                        index, row = await anext(source)
                    except StopAsyncIteration:
                        is_open = False
                        continue
                    except Exception as error:  # noqa: BLE001 - raised below, after what is under way
                        trouble, is_open = trouble or error, False
                        continue
                    taken = desk.admit(index, row)
                    if isinstance(taken, Job):
                        task = asyncio.create_task(_work(resource, plan, desk, taken, finished))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                        under_way += 1
                    else:
                        outcome = taken
                    if index % TURN == 0:
                        await asyncio.sleep(0)
                if outcome is not None:
                    stop = desk.count(outcome)
                    if stop is not None:
                        trouble, is_open = trouble or stop, False
                    yield outcome
        except asyncio.CancelledError:
            # Whoever cancels wants no more waiting. The journal knows what was under way.
            for task in tasks:
                task.cancel()
            raise
        finally:
            await asyncio.gather(*tasks, return_exceptions=True)
            await source.aclose()
    if trouble is not None:
        raise trouble


async def _numbered(rows: Rows) -> AsyncGenerator[tuple[int, Mapping[str, Any]], None]:
    index = 0
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield index, row
            index += 1
    else:
        for row in rows:
            yield index, row
            index += 1


async def _work(
    resource: AsyncResource,
    plan: Plan,
    desk: Desk,
    job: Job,
    finished: asyncio.Queue[RowOutcome[Any] | BaseException],
) -> None:
    try:
        finished.put_nowait(await _send(resource, plan, desk, job))
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 - raised by the one who asks for outcomes
        finished.put_nowait(error)


async def _send(resource: AsyncResource, plan: Plan, desk: Desk, job: Job) -> RowOutcome[Any]:
    steps, calls, tally = write(
        resource, job.fields, update=plan.purpose == "upsert", fetch=False, options=plan.options
    )
    try:
        written = await carry_out_async(steps, calls)
    except AfterShipError as error:
        return desk.failed(job, error, tally)
    return desk.done(job, written, tally)
