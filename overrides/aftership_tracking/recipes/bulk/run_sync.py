"""A bulk run with threads, for the sync client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import AfterShipError
from aftership_tracking.recipes.actions import run_actions
from aftership_tracking.recipes.bulk.outcomes import RowOutcome
from aftership_tracking.recipes.bulk.row_processor import RowJob, RowProcessor
from aftership_tracking.recipes.bulk.settings import BulkSettings
from aftership_tracking.recipes.create_or_get import create_or_get

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import Resource

__all__ = ["write_many"]


def write_many(
    resource: Resource, rows: Iterable[Mapping[str, Any]], settings: BulkSettings
) -> Iterator[RowOutcome[Any]]:
    """Check the settings and return the outcomes. The run begins when the first outcome is requested."""
    return _run(resource, rows, settings.check(rows))


def _run(
    resource: Resource, rows: Iterable[Mapping[str, Any]], settings: BulkSettings
) -> Iterator[RowOutcome[Any]]:
    finished: SimpleQueue[RowOutcome[Any] | BaseException] = SimpleQueue()
    trouble: BaseException | None = None
    source = enumerate(rows)
    is_open = True
    under_way = 0
    # However this ends, the calls under way finish first and are recorded; then the journal is closed.
    with (
        closing(RowProcessor(resource, settings)) as processor,
        ThreadPoolExecutor(settings.workers, thread_name_prefix="aftership-bulk") as pool,
    ):
        while is_open or under_way:
            outcome: RowOutcome[Any] | None = None
            if under_way and (not is_open or under_way == settings.workers or not finished.empty()):
                # Finished rows are yielded before another row is read: rows may come slowly.
                result = finished.get()
                under_way -= 1
                if isinstance(result, BaseException):
                    trouble, is_open = trouble or result, False
                else:
                    outcome = result
            else:
                try:
                    index, row = next(source)
                except StopIteration:
                    is_open = False
                    continue
                except Exception as error:  # noqa: BLE001 - raised below, after the calls under way
                    trouble, is_open = trouble or error, False
                    continue
                begun = processor.begin_row(index, row)
                if isinstance(begun, RowJob):
                    pool.submit(copy_context().run, _work, resource, settings, processor, begun, finished)
                    under_way += 1
                else:
                    outcome = begun
            if outcome is not None:
                stop = processor.count(outcome)
                if stop is not None:
                    trouble, is_open = trouble or stop, False
                yield outcome
    if trouble is not None:
        raise trouble


def _work(
    resource: Resource,
    settings: BulkSettings,
    processor: RowProcessor,
    job: RowJob,
    finished: SimpleQueue[RowOutcome[Any] | BaseException],
) -> None:
    try:
        finished.put(_send(resource, settings, processor, job))
    except BaseException as error:  # noqa: BLE001 - raised in the thread that iterates over the outcomes
        finished.put(error)


def _send(
    resource: Resource, settings: BulkSettings, processor: RowProcessor, job: RowJob
) -> RowOutcome[Any]:
    actions, trackings, attempts = create_or_get(
        resource, job.fields, update=settings.purpose == "upsert", fetch=False, options=settings.options
    )
    try:
        result = run_actions(actions, trackings)
    except AfterShipError as error:
        return processor.fail_row(job, error, attempts)
    return processor.finish_row(job, result, attempts)
