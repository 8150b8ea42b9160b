"""What a bulk run reports: the result of each row, and the progress. Also when the run must stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from aftership_tracking.errors import (
    AfterShipError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
)

__all__ = ["Progress", "ResultCounter", "RowResult", "RowWriteOutcome"]

T = TypeVar("T")

RowWriteOutcome: TypeAlias = Literal["created", "existing", "updated", "duplicate", "failed"]
"""What became of a row: `duplicate` is a row whose key came before, `existing` a tracking that was there
already.
"""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class RowResult(Generic[T]):
    """The result of one row."""

    index: int
    """The position of the row in this run, from 0."""
    key: Any
    """What identifies the row; None for a row without a usable key."""
    outcome: RowWriteOutcome
    """`created`: by this row. `existing`: the tracking existed and was left alone. `updated`: it existed and
    was changed. `duplicate`: an earlier row of this run has the same key, so nothing was sent (reported only
    with a journal). `failed`: see `error`.
    """
    tracking_id: str | None = None
    """The id of the tracking, if the service or the journal gave it."""
    tracking: T | None = None
    """The tracking, if a response of this run contained it: always if this run created or updated it."""
    error: AfterShipError | None = None
    """Why the row failed."""
    after_lost_response: bool = False
    """True: an earlier request for this row got no usable response, or the process died during it, so this
    row may have created the tracking that existed. Nothing in the API shows whether it did.
    """
    recorded: bool = False
    """True: the row was done in an earlier run. Its result comes from the journal, and nothing was sent."""
    attempt_count: int = 0
    """How many requests were sent for the row in this run."""

    @property
    def ok(self) -> bool:
        """Whether the row needs no more work."""
        return self.outcome != "failed"

    def __repr__(self) -> str:
        reason = "" if self.error is None else f" {type(self.error).__name__}"
        return f"<RowResult {self.index} {self.outcome}{reason}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The progress of a run."""

    done: int
    """Rows with a result, including failed and recorded ones."""
    failed: int
    """Rows that failed."""
    total: int | None
    """The number of rows; None if it is not known."""
    rate: float
    """Rows per second since the run began, without recorded ones."""


class ResultCounter:
    """Counts results, and decides when the run must stop."""

    def __init__(self, total: int | None, give_up_after: int | None, begun: float) -> None:
        self._total = total
        self._give_up_after = give_up_after
        self._begun = begun
        self._done = self._failed = self._processed = self._streak = 0

    def count(self, result: RowResult[Any]) -> AfterShipError | None:
        """Count a result. Returns its error if the run must end with it."""
        error = result.error
        self._done += 1
        self._processed += not result.recorded
        self._failed += result.outcome == "failed"
        if isinstance(error, AuthenticationError | PermissionDeniedError):
            return error
        if isinstance(error, TransportError | RateLimitError | ServerError):
            self._streak += 1
            if self._streak == self._give_up_after:
                error.add_note(f"{self._streak} rows in a row got no usable response")
                return error
        elif not result.recorded:
            self._streak = 0
        return None

    def progress(self, now: float) -> Progress:
        """Return the progress. `now` is by the same clock as `begun`."""
        seconds = now - self._begun
        rate = self._processed / seconds if seconds > 0 else 0.0
        return Progress(done=self._done, failed=self._failed, total=self._total, rate=rate)
