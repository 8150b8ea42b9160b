"""What a bulk run reports: the outcome of each row, and the progress. Also when the run must stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import (
    AfterShipError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
)

__all__ = ["OutcomeCounter", "Progress", "RowOutcome", "Status"]

T = TypeVar("T")

Status: TypeAlias = Literal["created", "existing", "updated", "duplicate", "failed"]


@dataclass(frozen=True, slots=True, repr=False)
class RowOutcome(Generic[T]):
    """The outcome of one row."""

    index: int
    """The position of the row in this run, from 0."""
    key: Any
    """What identifies the row; None for a row without a usable key."""
    status: Status
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
    """True: the row was done in an earlier run. Its outcome comes from the journal, and nothing was sent."""
    attempts: int = 0
    """How many requests were sent for the row in this run."""

    @property
    def ok(self) -> bool:
        """Whether the row needs no more work."""
        return self.status != "failed"

    def __repr__(self) -> str:
        reason = "" if self.error is None else f" {type(self.error).__name__}"
        return f"<RowOutcome {self.index} {self.status}{reason}>"


class Progress(NamedTuple):
    """The progress of a run."""

    done: int
    """Rows with an outcome, including failed and recorded ones."""
    failed: int
    total: int | None
    """None if the number of rows is not known."""
    rate: float
    """Rows per second since the run began, without recorded ones."""


class OutcomeCounter:
    """Counts outcomes, and decides when the run must stop."""

    def __init__(self, total: int | None, give_up_after: int | None, begun: float) -> None:
        self._total = total
        self._give_up_after = give_up_after
        self._begun = begun
        self._done = self._failed = self._processed = self._streak = 0

    def count(self, outcome: RowOutcome[Any]) -> AfterShipError | None:
        """Count an outcome. Returns its error if the run must end with it."""
        error = outcome.error
        self._done += 1
        self._processed += not outcome.recorded
        self._failed += outcome.status == "failed"
        if isinstance(error, AuthenticationError | PermissionDeniedError):
            return error
        if isinstance(error, TransportError | RateLimitError | ServerError):
            self._streak += 1
            if self._streak == self._give_up_after:
                error.add_note(f"{self._streak} rows in a row got no usable response")
                return error
        elif not outcome.recorded:
            self._streak = 0
        return None

    def progress(self, now: float) -> Progress:
        """Return the progress. `now` is by the same clock as `begun`."""
        seconds = now - self._begun
        rate = self._processed / seconds if seconds > 0 else 0.0
        return Progress(self._done, self._failed, self._total, rate)
