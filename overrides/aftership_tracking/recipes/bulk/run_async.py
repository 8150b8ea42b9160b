"""A bulk run with tasks, for the async client: the async version of `run_sync`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import AfterShipError, UsageError
from aftership_tracking.recipes.actions import run_actions_async
from aftership_tracking.recipes.bulk.outcomes import RowOutcome
from aftership_tracking.recipes.bulk.row_processor import RowJob, RowProcessor
from aftership_tracking.recipes.bulk.settings import BulkSettings
from aftership_tracking.recipes.create_or_get import create_or_get

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource

    Rows = Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]]

__all__ = ["write_many"]

ROWS_BETWEEN_PAUSES = 64
"""After so many rows other tasks get their turn."""


def write_many(resource: AsyncResource, rows: Rows, settings: BulkSettings) -> AsyncIterator[RowOutcome[Any]]:
    """Check the settings and return the outcomes. The run begins when the first outcome is requested."""
    return _run(resource, rows, settings.check(rows))


async def _run(resource: AsyncResource, rows: Rows, settings: BulkSettings) -> AsyncIterator[RowOutcome[Any]]:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise UsageError("writing many at once needs asyncio; under trio use the sync client") from None
    finished: asyncio.Queue[RowOutcome[Any] | BaseException] = asyncio.Queue()
    trouble: BaseException | None = None
    source = _enumerate(rows)
    is_open = True
    tasks: set[asyncio.Task[None]] = set()
    under_way = 0
    with closing(RowProcessor(resource, settings)) as processor:
        try:
            while is_open or under_way:
                outcome: RowOutcome[Any] | None = None
                if under_way and (not is_open or under_way == settings.workers or not finished.empty()):
                    # Finished rows are yielded before another row is read: rows may come slowly.
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
                    except Exception as error:  # noqa: BLE001 - raised below, after the calls under way
                        trouble, is_open = trouble or error, False
                        continue
                    begun = processor.begin_row(index, row)
                    if isinstance(begun, RowJob):
                        task = asyncio.create_task(_work(resource, settings, processor, begun, finished))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                        under_way += 1
                    else:
                        outcome = begun
                    if index % ROWS_BETWEEN_PAUSES == 0:
                        await asyncio.sleep(0)
                if outcome is not None:
                    stop = processor.count(outcome)
                    if stop is not None:
                        trouble, is_open = trouble or stop, False
                    yield outcome
        except asyncio.CancelledError:
            # A cancelled run does not wait for its calls. The journal records which ones were under way.
            for task in tasks:
                task.cancel()
            raise
        finally:
            await asyncio.gather(*tasks, return_exceptions=True)
            await source.aclose()
    if trouble is not None:
        raise trouble


async def _enumerate(rows: Rows) -> AsyncGenerator[tuple[int, Mapping[str, Any]], None]:
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
    settings: BulkSettings,
    processor: RowProcessor,
    job: RowJob,
    finished: asyncio.Queue[RowOutcome[Any] | BaseException],
) -> None:
    try:
        finished.put_nowait(await _send(resource, settings, processor, job))
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 - raised in the task that iterates over the outcomes
        finished.put_nowait(error)


async def _send(
    resource: AsyncResource, settings: BulkSettings, processor: RowProcessor, job: RowJob
) -> RowOutcome[Any]:
    actions, trackings, attempts = create_or_get(
        resource, job.fields, update=settings.purpose == "upsert", fetch=False, options=settings.options
    )
    try:
        result = await run_actions_async(actions, trackings)
    except AfterShipError as error:
        return processor.fail_row(job, error, attempts)
    return processor.finish_row(job, result, attempts)
