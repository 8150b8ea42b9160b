"""A run over many rows with threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import AfterShipError
from aftership_tracking.recipes.bulk.desk import Desk, Job, Plan
from aftership_tracking.recipes.bulk.records import RowOutcome
from aftership_tracking.recipes.calls import carry_out
from aftership_tracking.recipes.upsert import write

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import Resource

__all__ = ["Plan", "many"]


def many(resource: Resource, rows: Iterable[Mapping[str, Any]], plan: Plan) -> Iterator[RowOutcome[Any]]:
    """Check the plan and return the outcomes, of which none is worked for before it is asked for."""
    return _outcomes(resource, rows, plan.check(rows))


def _outcomes(resource: Resource, rows: Iterable[Mapping[str, Any]], plan: Plan) -> Iterator[RowOutcome[Any]]:
    finished: SimpleQueue[RowOutcome[Any] | BaseException] = SimpleQueue()
    trouble: BaseException | None = None
    source = enumerate(rows)
    is_open = True
    under_way = 0
    # However this ends, what is under way ends first and is noted: only then is the journal closed.
    with (
        closing(Desk(resource, plan)) as desk,
        ThreadPoolExecutor(plan.workers, thread_name_prefix="aftership-bulk") as pool,
    ):
        while is_open or under_way:
            outcome: RowOutcome[Any] | None = None
            if under_way and (not is_open or under_way == plan.workers or not finished.empty()):
                # What is done goes out before another row is taken: the rows may come slowly.
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
                except Exception as error:  # noqa: BLE001 - raised below, after what is under way
                    trouble, is_open = trouble or error, False
                    continue
                taken = desk.admit(index, row)
                if isinstance(taken, Job):
                    pool.submit(copy_context().run, _work, resource, plan, desk, taken, finished)
                    under_way += 1
                else:
                    outcome = taken
            if outcome is not None:
                stop = desk.count(outcome)
                if stop is not None:
                    trouble, is_open = trouble or stop, False
                yield outcome
    if trouble is not None:
        raise trouble


def _work(
    resource: Resource,
    plan: Plan,
    desk: Desk,
    job: Job,
    finished: SimpleQueue[RowOutcome[Any] | BaseException],
) -> None:
    try:
        finished.put(_send(resource, plan, desk, job))
    except BaseException as error:  # noqa: BLE001 - raised by the one who asks for outcomes
        finished.put(error)


def _send(resource: Resource, plan: Plan, desk: Desk, job: Job) -> RowOutcome[Any]:
    steps, calls, tally = write(
        resource, job.fields, update=plan.purpose == "upsert", fetch=False, options=plan.options
    )
    try:
        written = carry_out(steps, calls)
    except AfterShipError as error:
        return desk.failed(job, error, tally)
    return desk.done(job, written, tally)
