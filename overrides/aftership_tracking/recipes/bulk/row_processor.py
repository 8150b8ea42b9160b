"""What is decided for each row of a bulk run: whether it is sent, and what its result is.

Nothing is sent here, so the sync and the async run share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from aftership_tracking.errors import AfterShipError, ApiError, UsageError
from aftership_tracking.recipes.bulk.journal import Entry, Journal
from aftership_tracking.recipes.bulk.results import ResultCounter, RowResult, RowWriteOutcome
from aftership_tracking.recipes.bulk.settings import BulkSettings
from aftership_tracking.recipes.create_or_get import (
    AttemptCounter,
    WriteResult,
    check_fields,
)
from aftership_tracking.recipes.frozen_values import freeze_fields

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["PreparedRow", "RowJob", "RowProcessor"]


class PreparedRow(NamedTuple):
    """A row with its key and its fields."""

    position: int
    key: object
    fields: Mapping[str, Any]
    """A copy: the rows may be one dict that changes, and an iterator can be read only once."""
    error: UsageError | None = None
    """Why the fields cannot be read."""


class RowJob(NamedTuple):
    """A row that must be sent."""

    row: PreparedRow
    digest: bytes
    response_lost: bool
    """Whether an earlier run may have sent it and did not learn the outcome."""


class RowProcessor:
    """Turns rows into jobs, and jobs into results. Records both in the journal, if there is one.

    `prepare_row` and `count` call functions of the caller and hold no locks. The others use the journal.
    """

    def __init__(self, resource: Resource | AsyncResource, settings: BulkSettings) -> None:
        setup = resource._client._setup
        self._settings = settings
        self._kind = type(resource)
        self._monotonic = setup.clocks.monotonic
        self._counter = ResultCounter(settings.total, settings.give_up_after, self._monotonic())
        self._base_url = setup.settings.base_url
        self._journal: Journal | None = None

    def open(self) -> None:
        """Open the journal. Raises StorageError if it cannot be used, UsageError if it is of another run."""
        if self._settings.journal is not None:
            self._journal = Journal(self._settings.journal, f"{self._settings.purpose}_many", self._base_url)

    def prepare_row(self, index: int, row: Mapping[str, Any]) -> PreparedRow | RowResult[Any]:
        """Return a row with its key and its fields, or its result if it has no usable ones."""
        try:
            fields = self._prepare_fields(row)
            key = self._read_key(row, fields)
        except UsageError as error:
            # Without a key the journal cannot record the row. It will be refused again the next time.
            return RowResult(index=index, key=None, outcome="failed", error=error)
        try:
            return PreparedRow(index, key, freeze_fields(fields))
        except UsageError as error:
            return PreparedRow(index, key, {}, error)
        except Exception as error:  # noqa: BLE001 - one bad row must not end the run
            name = type(error).__name__
            return PreparedRow(index, key, {}, UsageError(f"the fields of this row cannot be read: {name}"))

    def begin_row(self, row: PreparedRow) -> RowJob | RowResult[Any]:
        """Return a job if the row must be sent, and its result if not."""
        digest, response_lost = b"", False
        if self._journal is not None:
            try:
                digest = self._journal.digest(row.key)
            except UsageError as error:
                return RowResult(index=row.position, key=None, outcome="failed", error=error)
            known = self._journal.begin(digest, row.position)
            if known.state not in ("new", "sent", "failed"):
                return _read_result(row, known)
            response_lost = known.lost
        job = RowJob(row, digest, response_lost)
        try:
            if row.error is not None:
                raise row.error
            check_fields(self._kind, row.fields)
        except UsageError as error:
            return self.fail_row(job, error, AttemptCounter())
        return job

    def _prepare_fields(self, row: object) -> Mapping[str, Any]:
        if not isinstance(row, Mapping):
            raise UsageError(f"a row must be a mapping, not {type(row).__name__}")
        if self._settings.prepare is None:
            return row
        try:
            fields: object = self._settings.prepare(row)
        except AfterShipError as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(f"`prepare` failed for this row: {error}") from error
        except Exception as error:  # one bad row must not end the run
            # Not the message of the error: it may contain values of the row.
            raise UsageError(f"`prepare` failed for this row: {type(error).__name__}") from error
        if not isinstance(fields, Mapping):
            raise UsageError(f"`prepare` must return a mapping, not {type(fields).__name__}")
        return fields

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

    def finish_row(self, job: RowJob, result: WriteResult[Any], attempts: AttemptCounter) -> RowResult[Any]:
        """Record that a row was written, and return its result."""
        # A tracking that this row has just created is its own, whatever happened before.
        lost = result.outcome != "created" and (result.after_lost_response or job.response_lost)
        if self._journal is not None:
            self._journal.finish(job.digest, result.outcome, result.id, None, lost=lost)
        return RowResult(
            index=job.row.position,
            key=job.row.key,
            outcome=result.outcome,
            tracking_id=result.id,
            tracking=result.tracking,
            after_lost_response=lost,
            attempt_count=attempts.count,
        )

    def fail_row(self, job: RowJob, error: AfterShipError, attempts: AttemptCounter) -> RowResult[Any]:
        """Record that a row failed, and return its result."""
        lost = attempts.response_lost or job.response_lost
        if self._journal is not None:
            self._journal.finish(job.digest, "failed", None, _describe_error(error), lost=lost)
        return RowResult(
            index=job.row.position,
            key=job.row.key,
            outcome="failed",
            error=error,
            after_lost_response=lost,
            attempt_count=attempts.count,
        )

    def count(self, result: RowResult[Any]) -> AfterShipError | None:
        """Count a result and report the progress. Returns the error of the result if the run must end."""
        stop = self._counter.count(result)
        if self._settings.progress is not None:
            self._settings.progress(self._counter.progress(self._monotonic()))
        return stop

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()


def _read_result(row: PreparedRow, known: Entry) -> RowResult[Any]:
    outcome: RowWriteOutcome = known.state  # type: ignore[assignment]
    is_duplicate = outcome == "duplicate"
    return RowResult(
        index=row.position,
        key=row.key,
        outcome=outcome,
        tracking_id=known.id,
        after_lost_response=known.lost and not is_duplicate,
        recorded=not is_duplicate,
    )


def _describe_error(error: AfterShipError) -> str:
    code = f" {error.code}" if isinstance(error, ApiError) and error.code is not None else ""
    return f"{type(error).__name__}{code}"
