"""A bulk run in rounds, for the async client under trio.

Under trio a task belongs to a block, and an async generator must not be left in the middle of one. So rows
are sent in rounds: up to `workers` at once, and all of them finish before their results are yielded. Nothing
is under way while the caller handles a result.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from aftership_tracking.recipes.bulk.results import RowResult
from aftership_tracking.recipes.bulk.row_processor import PreparedRow, RowJob, RowProcessor
from aftership_tracking.recipes.bulk.row_sender import send_row
from aftership_tracking.recipes.bulk.settings import BulkSettings

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource

__all__ = ["run_rounds"]


async def run_rounds(
    resource: AsyncResource,
    source: AsyncGenerator[tuple[int, Mapping[str, Any]], None],
    settings: BulkSettings,
) -> AsyncGenerator[RowResult[Any], None]:
    """Yield the result of each row. `settings` were checked."""
    run = _Rounds(resource, source, settings)
    with closing(run.processor):
        try:
            run.processor.open()
            while run.is_open:
                await run.send_some()
                for result in run.results:
                    stop = run.processor.count(result)
                    if stop is not None:
                        run.end(stop)
                    yield result
        finally:
            await source.aclose()
    if run.trouble is not None:
        raise run.trouble


class _Rounds:
    """The state of a run."""

    def __init__(
        self,
        resource: AsyncResource,
        source: AsyncGenerator[tuple[int, Mapping[str, Any]], None],
        settings: BulkSettings,
    ) -> None:
        self.processor = RowProcessor(resource, settings)
        self.results: list[RowResult[Any]] = []
        """The results of the last round."""
        self.trouble: BaseException | None = None
        """Why the run ends early."""
        self.is_open = True
        self._resource = resource
        self._source = source
        self._settings = settings

    def end(self, trouble: BaseException | None) -> None:
        """Let no further round begin."""
        self.is_open = False
        self.trouble = self.trouble or trouble

    async def send_some(self) -> None:
        """Read and send rows until there are enough calls under way or a first result, then wait for all."""
        import anyio
        from anyio.lowlevel import checkpoint

        self.results, under_way = [], 0
        async with anyio.create_task_group() as group:
            while self.is_open and not self.results and under_way < self._settings.workers:
                begun = await self._begin_next()
                if isinstance(begun, RowJob):
                    group.start_soon(self._work, begun)
                    under_way += 1
                elif begun is not None:
                    self.results.append(begun)
                await checkpoint()

    async def _begin_next(self) -> RowJob | RowResult[Any] | None:
        try:
            index, row = await anext(self._source)
            prepared = self.processor.prepare_row(index, row)
            return self.processor.begin_row(prepared) if isinstance(prepared, PreparedRow) else prepared
        except StopAsyncIteration:
            self.end(None)
        except Exception as error:  # noqa: BLE001 - raised after the calls under way
            self.end(error)
        return None

    async def _work(self, job: RowJob) -> None:
        try:
            self.results.append(await send_row(self._resource, self._settings, self.processor, job))
        except Exception as error:  # noqa: BLE001 - as above
            self.end(error)
