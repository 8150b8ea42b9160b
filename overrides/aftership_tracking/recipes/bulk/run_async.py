"""A bulk run with tasks of asyncio, for the async client: the async version of `run_sync`.

The tasks continue while the caller handles a result, which only asyncio allows. Under trio, `run_rounds` does
the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from aftership_tracking.recipes.bulk.results import RowResult
from aftership_tracking.recipes.bulk.row_processor import PreparedRow, RowJob, RowProcessor
from aftership_tracking.recipes.bulk.row_sender import Rows, enumerate_rows, send_row
from aftership_tracking.recipes.bulk.run_rounds import run_rounds
from aftership_tracking.recipes.bulk.settings import BulkSettings

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource

__all__ = ["write_many"]

ROWS_BETWEEN_PAUSES = 64
"""After so many rows other tasks get their turn."""


def write_many(resource: AsyncResource, rows: Rows, settings: BulkSettings) -> AsyncIterator[RowResult[Any]]:
    """Check the settings and return the results. The run begins when the first result is requested."""
    return _run(resource, rows, settings.check(rows))


async def _run(resource: AsyncResource, rows: Rows, settings: BulkSettings) -> AsyncIterator[RowResult[Any]]:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        results = run_rounds(resource, enumerate_rows(rows), settings)
        try:
            async for each in results:
                yield each
        finally:
            await results.aclose()
        return
    finished: asyncio.Queue[RowResult[Any] | BaseException] = asyncio.Queue()
    trouble: BaseException | None = None
    source = enumerate_rows(rows)
    is_open = True
    tasks: set[asyncio.Task[None]] = set()
    under_way = 0
    with closing(RowProcessor(resource, settings)) as processor:
        try:
            processor.open()
            while is_open or under_way:
                result: RowResult[Any] | None = None
                if under_way and (not is_open or under_way == settings.workers or not finished.empty()):
                    # Finished rows are yielded before another row is read: rows may come slowly.
                    done = await finished.get()
                    under_way -= 1
                    if isinstance(done, BaseException):
                        trouble, is_open = trouble or done, False
                    else:
                        result = done
                else:
                    try:
                        index, row = await anext(source)
                    except StopAsyncIteration:
                        is_open = False
                        continue
                    except Exception as error:  # noqa: BLE001 - raised below, after the calls under way
                        trouble, is_open = trouble or error, False
                        continue
                    prepared = processor.prepare_row(index, row)
                    begun = processor.begin_row(prepared) if isinstance(prepared, PreparedRow) else prepared
                    if isinstance(begun, RowJob):
                        task = asyncio.create_task(_work(resource, settings, processor, begun, finished))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                        under_way += 1
                    else:
                        result = begun
                    if index % ROWS_BETWEEN_PAUSES == 0:
                        await asyncio.sleep(0)
                if result is not None:
                    stop = processor.count(result)
                    if stop is not None:
                        trouble, is_open = trouble or stop, False
                    yield result
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


async def _work(
    resource: AsyncResource,
    settings: BulkSettings,
    processor: RowProcessor,
    job: RowJob,
    finished: asyncio.Queue[RowResult[Any] | BaseException],
) -> None:
    try:
        finished.put_nowait(await send_row(resource, settings, processor, job))
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 - raised in the task that iterates over the results
        finished.put_nowait(error)
