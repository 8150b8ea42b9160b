"""What is decided for each row of a bulk run: whether it is sent, and what its outcome is.

Nothing is sent here, so the sync and the async run share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from aftership_tracking.errors import AfterShipError, ApiError, UsageError
from aftership_tracking.recipes.bulk.journal import Entry, Journal
from aftership_tracking.recipes.bulk.outcomes import OutcomeCounter, RowOutcome, Status
from aftership_tracking.recipes.bulk.settings import BulkSettings
from aftership_tracking.recipes.create_or_get import AttemptCounter, WriteResult, check_fields

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["RowJob", "RowProcessor"]


class RowJob(NamedTuple):
    """A row that must be sent."""

    position: int
    key: object
    digest: bytes
    fields: Mapping[str, Any]
    response_lost: bool
    """Whether an earlier run may have sent it and did not learn the outcome."""


class RowProcessor:
    """Turns rows into jobs, and jobs into outcomes. Records both in the journal, if there is one."""

    def __init__(self, resource: Resource | AsyncResource, settings: BulkSettings) -> None:
        setup = resource._client._setup
        self._settings = settings
        self._kind = type(resource)
        self._monotonic = setup.clocks.monotonic
        self._counter = OutcomeCounter(settings.total, settings.give_up_after, self._monotonic())
        self._journal = (
            None
            if settings.journal is None
            else Journal(settings.journal, f"{settings.purpose}_many", setup.settings.base_url)
        )

    def begin_row(self, index: int, row: Mapping[str, Any]) -> RowJob | RowOutcome[Any]:
        """Return a job if the row must be sent, and its outcome if not."""
        key: object = None
        digest = b""
        try:
            fields = self._prepare_fields(row)
            key = self._read_key(row, fields)
            if self._journal is not None:
                digest = self._journal.digest(key)
        except UsageError as error:
            # Without a key the journal cannot record the row. It will be refused again the next time.
            return RowOutcome(index, None, "failed", error=error)
        response_lost = False
        if self._journal is not None:
            known = self._journal.begin(digest, index)
            if known.state not in ("new", "sent", "failed"):
                return _read_outcome(index, key, known)
            response_lost = known.lost
        job = RowJob(index, key, digest, fields, response_lost)
        try:
            check_fields(self._kind, fields)
        except UsageError as error:
            return self.fail_row(job, error, AttemptCounter())
        return job

    def _prepare_fields(self, row: object) -> Mapping[str, Any]:
        if not isinstance(row, Mapping):
            raise UsageError(f"a row must be a mapping, not {type(row).__name__}")
        if self._settings.prepare is None:
            return row
        try:
            return self._settings.prepare(row)
        except AfterShipError as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(f"`prepare` failed for this row: {error}") from error
        except Exception as error:  # one bad row must not end the run
            # Not the message of the error: it may contain values of the row.
            raise UsageError(f"`prepare` failed for this row: {type(error).__name__}") from error

    def _read_key(self, row: Mapping[str, Any], fields: Mapping[str, Any]) -> object:
        if self._settings.key is None:
            number, slug = fields.get("tracking_number"), fields.get("slug")
            if not isinstance(number, str):
                raise UsageError("tracking_number is needed, as a string")
            return (number, slug if isinstance(slug, str) else "")
        try:
            return self._settings.key(row)
        except Exception as error:  # one bad row must not end the run
            raise UsageError(f"`key` failed for this row: {type(error).__name__}") from error

    def finish_row(self, job: RowJob, result: WriteResult[Any], attempts: AttemptCounter) -> RowOutcome[Any]:
        """Record that a row was written, and return its outcome."""
        # A tracking that this row has just created is its own, whatever happened before.
        lost = result.outcome != "created" and (result.after_lost_response or job.response_lost)
        if self._journal is not None:
            self._journal.finish(job.digest, result.outcome, result.id, None, lost=lost)
        return RowOutcome(
            job.position,
            job.key,
            result.outcome,
            result.id,
            result.tracking,
            after_lost_response=lost,
            attempts=attempts.attempts,
        )

    def fail_row(self, job: RowJob, error: AfterShipError, attempts: AttemptCounter) -> RowOutcome[Any]:
        """Record that a row failed, and return its outcome."""
        lost = attempts.response_lost or job.response_lost
        if self._journal is not None:
            self._journal.finish(job.digest, "failed", None, _describe_error(error), lost=lost)
        return RowOutcome(
            job.position,
            job.key,
            "failed",
            error=error,
            after_lost_response=lost,
            attempts=attempts.attempts,
        )

    def count(self, outcome: RowOutcome[Any]) -> AfterShipError | None:
        """Count an outcome and report the progress. Returns the error of the outcome if the run must end."""
        stop = self._counter.count(outcome)
        if self._settings.progress is not None:
            self._settings.progress(self._counter.progress(self._monotonic()))
        return stop

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()


def _read_outcome(index: int, key: object, known: Entry) -> RowOutcome[Any]:
    status: Status = known.state  # type: ignore[assignment]
    is_duplicate = status == "duplicate"
    return RowOutcome(
        index,
        key,
        status,
        known.id,
        after_lost_response=known.lost and not is_duplicate,
        recorded=not is_duplicate,
    )


def _describe_error(error: AfterShipError) -> str:
    code = f" {error.code}" if isinstance(error, ApiError) and error.code is not None else ""
    return f"{type(error).__name__}{code}"
