"""Where rows come in and outcomes go out. Nothing here sends; both colours of a run share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from aftership_tracking.errors import AfterShipError, ApiError, UsageError
from aftership_tracking.recipes.bulk.journal import Entry, Journal
from aftership_tracking.recipes.bulk.records import Progress, RowOutcome, Status, Tracker
from aftership_tracking.recipes.upsert import Tally, Written, check_fields
from aftership_tracking.runtime.options import Options

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["Desk", "Job", "Plan"]

MOST_WORKERS = 64
LOW_PRIORITY = -10


class Plan(NamedTuple):
    """How a run is to go; see `Writing.create_many`."""

    purpose: Literal["create", "upsert"]
    journal: str | Path | None
    key: Callable[[Mapping[str, Any]], object] | None
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None
    workers: int
    progress: Callable[[Progress], object] | None
    total: int | None
    give_up_after: int | None
    options: Options | None

    def check(self, rows: object) -> Plan:
        """Return the plan, complete. Raises UsageError for what cannot work."""
        if isinstance(rows, str | bytes | Mapping):
            raise UsageError("rows must be many mappings, one for each tracking")
        if type(self.workers) is not int or not 1 <= self.workers <= MOST_WORKERS:
            raise UsageError(f"workers must be a whole number from 1 to {MOST_WORKERS}")
        if self.give_up_after is not None and self.give_up_after < 1:
            raise UsageError("give_up_after must be 1 or more, or None")
        total = len(rows) if self.total is None and isinstance(rows, Sized) else self.total
        options = Options(priority=LOW_PRIORITY) if self.options is None else self.options
        return self._replace(total=total, options=options)


class Job(NamedTuple):
    """A row that is to be sent."""

    place: int
    key: object
    digest: bytes
    fields: Mapping[str, Any]
    lost: bool
    """Whether an earlier run may have sent it."""


class Desk:
    """Makes jobs of rows and outcomes of jobs, and notes both in the journal if there is one."""

    def __init__(self, resource: Resource | AsyncResource, plan: Plan) -> None:
        setup = resource._client._setup
        self._plan = plan
        self._kind = type(resource)
        self._monotonic = setup.clocks.monotonic
        self._tracker = Tracker(plan.total, plan.give_up_after, self._monotonic())
        self._journal = (
            None
            if plan.journal is None
            else Journal(plan.journal, f"{plan.purpose}_many", setup.settings.base_url)
        )

    def admit(self, index: int, row: Mapping[str, Any]) -> Job | RowOutcome[Any]:
        """Take a row: a job if it must be sent, its outcome if not."""
        key: object = None
        digest = b""
        try:
            fields = self._fields(row)
            key = self._key(row, fields)
            if self._journal is not None:
                digest = self._journal.digest(key)
        except UsageError as error:
            # It has no name, so the journal cannot speak of it. It will be refused again the next time.
            return RowOutcome(index, None, "failed", error=error)
        lost = False
        if self._journal is not None:
            known = self._journal.begin(digest, index)
            if known.state not in ("new", "sent", "failed"):
                return _recorded(index, key, known)
            lost = known.lost
        job = Job(index, key, digest, fields, lost)
        try:
            check_fields(self._kind, fields)
        except UsageError as error:
            return self.failed(job, error, Tally())
        return job

    def _fields(self, row: object) -> Mapping[str, Any]:
        if not isinstance(row, Mapping):
            raise UsageError(f"a row must be a mapping, not {type(row).__name__}")
        if self._plan.prepare is None:
            return row
        try:
            return self._plan.prepare(row)
        except AfterShipError as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(f"`prepare` failed for this row: {error}") from error
        except Exception as error:  # one bad row must not end the run
            # Its text may hold what is in the row.
            raise UsageError(f"`prepare` failed for this row: {type(error).__name__}") from error

    def _key(self, row: Mapping[str, Any], fields: Mapping[str, Any]) -> object:
        if self._plan.key is None:
            number, slug = fields.get("tracking_number"), fields.get("slug")
            if not isinstance(number, str):
                raise UsageError("tracking_number is needed, as a text")
            return (number, slug if isinstance(slug, str) else "")
        try:
            return self._plan.key(row)
        except Exception as error:  # one bad row must not end the run
            raise UsageError(f"`key` failed for this row: {type(error).__name__}") from error

    def done(self, job: Job, written: Written[Any], tally: Tally) -> RowOutcome[Any]:
        """Note that a row was written."""
        # What this row created just now is its own, whatever came before.
        lost = written.outcome != "created" and (written.after_lost_answer or job.lost)
        if self._journal is not None:
            self._journal.finish(job.digest, written.outcome, written.id, None, lost=lost)
        return RowOutcome(
            job.place,
            job.key,
            written.outcome,
            written.id,
            written.tracking,
            after_lost_answer=lost,
            attempts=tally.attempts,
        )

    def failed(self, job: Job, error: AfterShipError, tally: Tally) -> RowOutcome[Any]:
        """Note that a row failed."""
        lost = tally.lost or job.lost
        if self._journal is not None:
            self._journal.finish(job.digest, "failed", None, _name(error), lost=lost)
        return RowOutcome(
            job.place, job.key, "failed", error=error, after_lost_answer=lost, attempts=tally.attempts
        )

    def count(self, outcome: RowOutcome[Any]) -> AfterShipError | None:
        """Count an outcome and tell the caller's `progress`. Gives its error if the run must end."""
        stop = self._tracker.note(outcome)
        if self._plan.progress is not None:
            self._plan.progress(self._tracker.progress(self._monotonic()))
        return stop

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()


def _recorded(index: int, key: object, known: Entry) -> RowOutcome[Any]:
    status: Status = known.state  # type: ignore[assignment]
    is_duplicate = status == "duplicate"
    return RowOutcome(
        index,
        key,
        status,
        known.id,
        after_lost_answer=known.lost and not is_duplicate,
        recorded=not is_duplicate,
    )


def _name(error: AfterShipError) -> str:
    code = f" {error.code}" if isinstance(error, ApiError) and error.code is not None else ""
    return f"{type(error).__name__}{code}"
