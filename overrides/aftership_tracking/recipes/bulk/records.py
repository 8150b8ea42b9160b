"""What a run over many rows tells: the outcome of each row, and how far it is."""

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

__all__ = ["Progress", "RowOutcome", "Status", "Tracker"]

T = TypeVar("T")

Status: TypeAlias = Literal["created", "existing", "updated", "duplicate", "failed"]


@dataclass(frozen=True, slots=True, repr=False)
class RowOutcome(Generic[T]):
    """What came of one row."""

    index: int
    """The place of the row in this run, from 0."""
    key: Any
    """What names the row; None for a row that has no usable key."""
    status: Status
    """`created`: by this row. `existing`: it was there and was left alone. `updated`: it was there and was
    changed. `duplicate`: an earlier row of this run has the same key, so nothing was sent (told only with a
    journal). `failed`: see `error`.
    """
    tracking_id: str | None = None
    """The id of the tracking, if the service or the journal said it."""
    tracking: T | None = None
    """The tracking, if an answer of this run held it: always when created or updated just now."""
    error: AfterShipError | None = None
    """Why the row failed."""
    after_lost_answer: bool = False
    """True: an earlier request for this row got no usable answer, or the process died during it, so that a
    tracking that existed may have been created by it. Nothing in the API tells the two apart.
    """
    recorded: bool = False
    """True: done in an earlier run and read from the journal; nothing was sent now."""
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
    """How far a run is."""

    done: int
    """Rows with an outcome, failed and recorded ones included."""
    failed: int
    total: int | None
    """None if nobody knows."""
    rate: float
    """Rows in a second that this run dealt with itself, since it began."""


class Tracker:
    """Counts outcomes, and says when to stop."""

    def __init__(self, total: int | None, give_up_after: int | None, begun: float) -> None:
        self._total = total
        self._give_up_after = give_up_after
        self._begun = begun
        self._done = self._failed = self._own = self._streak = 0

    def note(self, outcome: RowOutcome[Any]) -> AfterShipError | None:
        """Count an outcome. Gives its error if the run must end with it."""
        error = outcome.error
        self._done += 1
        self._own += not outcome.recorded
        self._failed += outcome.status == "failed"
        if isinstance(error, AuthenticationError | PermissionDeniedError):
            return error
        if isinstance(error, TransportError | RateLimitError | ServerError):
            self._streak += 1
            if self._streak == self._give_up_after:
                error.add_note(f"{self._streak} rows in a row got no usable answer")
                return error
        elif not outcome.recorded:
            self._streak = 0
        return None

    def progress(self, now: float) -> Progress:
        """Return the counts. `now` is on the same clock as the beginning."""
        seconds = now - self._begun
        rate = self._own / seconds if seconds > 0 else 0.0
        return Progress(self._done, self._failed, self._total, rate)
