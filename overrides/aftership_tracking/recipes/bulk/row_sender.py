"""What both async runs do with rows: read them from either kind of iterable, and send one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from aftership_tracking.errors import AfterShipError
from aftership_tracking.recipes.actions import run_actions_async
from aftership_tracking.recipes.bulk.results import RowResult
from aftership_tracking.recipes.bulk.row_processor import RowJob, RowProcessor
from aftership_tracking.recipes.bulk.settings import BulkSettings
from aftership_tracking.recipes.create_or_get import create_or_get

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource

__all__ = ["Rows", "enumerate_rows", "send_row"]

Rows: TypeAlias = "Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]]"


async def enumerate_rows(rows: Rows) -> AsyncGenerator[tuple[int, Mapping[str, Any]], None]:
    """Yield each row with its index, from both kinds of iterables."""
    index = 0
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield index, row
            index += 1
    else:
        for row in rows:
            yield index, row
            index += 1


async def send_row(
    resource: AsyncResource, settings: BulkSettings, processor: RowProcessor, job: RowJob
) -> RowResult[Any]:
    """Send a row and return its result. Raises what is not an AfterShipError."""
    actions, trackings, attempts = create_or_get(
        resource, job.row.fields, update=settings.purpose == "upsert", fetch=False, options=settings.options
    )
    try:
        result = await run_actions_async(actions, trackings)
    except AfterShipError as error:
        return processor.fail_row(job, error, attempts)
    return processor.finish_row(job, result, attempts)
