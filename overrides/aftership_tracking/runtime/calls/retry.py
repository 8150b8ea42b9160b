"""Decides whether and when to retry. A decision is a value: nothing here waits, sends or reads a clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aftership_tracking.errors import CallError, TransportError
from aftership_tracking.runtime.attempt import Decision
from aftership_tracking.runtime.limits import requested_wait
from aftership_tracking.runtime.operation import Retry
from aftership_tracking.runtime.wire.request import Outcome, Response

__all__ = ["RetryPolicy"]


class RetryPolicy(NamedTuple):
    """How often and how long. All times are seconds."""

    max_retries: int = 2
    first_wait: float = 0.5
    """Upper end of the first wait; it doubles with each retry."""
    longest_wait: float = 8.0
    """Upper end of any wait that the client chooses itself."""
    longest_requested_wait: float = 60.0
    """If the service requests a longer wait, there is no retry: the error goes to the caller at once."""

    def decide(
        self,
        outcome: Outcome,
        *,
        retry: Retry,
        attempt: int,
        left: float | None,
        now: float,
        random: Callable[[], float],
    ) -> Decision:
        """Decide what follows one attempt.

        `attempt` counts from 1, `left` is the time left until the deadline, `now` is Unix time, `random`
        returns numbers from 0 to 1. The wait is drawn from the whole range up to its limit, so that clients
        that failed together do not come back together.
        """
        failed = _describe_failure(outcome)
        if failed is None:
            return Decision(False, 0.0, "the response is final")
        if attempt > self.max_retries:
            return Decision(False, 0.0, f"{failed}, and no retries are left")
        if retry is not Retry.SAFE and not _was_not_processed(outcome):
            return Decision(False, 0.0, f"{failed}, and it may have been carried out")
        wait = self._wait(outcome, attempt, now, random)
        if wait is None:
            return Decision(False, 0.0, f"{failed}, and the service requests too long a wait")
        if left is not None and wait >= left:
            return Decision(False, 0.0, f"{failed}, and the deadline leaves no time to wait {wait:.1f} s")
        return Decision(True, wait, failed)

    def _wait(self, outcome: Outcome, attempt: int, now: float, random: Callable[[], float]) -> float | None:
        if isinstance(outcome, Response):
            requested = requested_wait(outcome.status, outcome.headers, now)
            if requested is not None:
                # Reset times are whole seconds, so a little more is needed, and not the same for every
                # client.
                return (
                    None if requested > self.longest_requested_wait else requested + random() * _AFTER_RESET
                )
        return random() * self.longest_of(attempt)

    def longest_of(self, attempt: int) -> float:
        """Return the upper end of the wait after an attempt, if the client chooses the wait."""
        # 2.0 and a bounded exponent, because many retries must not overflow.
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 30))


_AFTER_RESET = 0.25


def _describe_failure(outcome: Outcome) -> str | None:
    """Name the failure of an attempt that may be repeated; None if repeating cannot help."""
    if isinstance(outcome, CallError):
        # A response that is too large would be too large again.
        return type(outcome).__name__ if isinstance(outcome, TransportError) else None
    if outcome.status == 429 or 500 <= outcome.status <= 599:
        return f"status {outcome.status}"
    return None


def _was_not_processed(outcome: Outcome) -> bool:
    """Whether it is certain that the service did nothing: it was not reached, or it refused to begin."""
    return not outcome.sent if isinstance(outcome, TransportError) else _status(outcome) == 429


def _status(outcome: Outcome) -> int | None:
    return outcome.status if isinstance(outcome, Response) else None
