"""Decides whether and when to retry. A decision is a value: nothing here waits, sends or reads a clock.

`RetryPolicy` is the rule of the client. Any function from an `AttemptOutcome` to a `Decision` can replace it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aftership_tracking.errors import CallError, TransportError, UsageError
from aftership_tracking.runtime.attempt import Decision
from aftership_tracking.runtime.limits import requested_wait
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Outcome, Response

__all__ = [
    "FINAL",
    "AttemptOutcome",
    "RetryFunction",
    "RetryPolicy",
    "check_decision",
    "decide",
    "describe_outcome",
    "may_have_been_carried_out",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptOutcome:
    """What sending a request once brought, and all that a decision about repeating it may depend on."""

    operation: str
    """Id of the operation, such as `get-tracking-by-id`."""
    method: str
    """HTTP method."""
    attempt: int
    """1 for the first."""
    max_retries: int
    """How often the caller allows a failed attempt to be repeated."""
    status: int | None
    """HTTP status; None if no response arrived, or if it could not be read."""
    headers: Mapping[str, str]
    """Headers of the response, found in upper and lower case; empty without a response."""
    body: bytes = field(repr=False)
    """Body of the response; empty without a response."""
    error: CallError | None
    """A `TransportError`: no response arrived. A `DecodeError`: it could not be read. None: there is one."""
    may_have_been_carried_out: bool
    """False when it is certain that the service did nothing: it was not reached, or it refused."""
    is_repeatable: bool
    """Whether repeating the operation changes nothing more: the document says so, or `resend=True`."""
    requested_wait: float | None
    """Seconds that the response asks the client to wait; None if it requests no wait."""
    seconds: float
    """How long the attempt took."""
    seconds_left: float | None
    """What the deadline of the call leaves; None without a deadline."""
    random: float
    """A number from 0 up to, but not including, 1, drawn for this decision."""


RetryFunction: TypeAlias = Callable[[AttemptOutcome], Decision]
"""Decides what follows an attempt. It must be pure and quick: no waiting, no I/O."""

# 425 and 429: the service refused to begin. 408: it waited too long for the request, but a gateway also says
# it when the service was slow, so the request may have been carried out.
_REPEATED = frozenset({408, 425, 429})


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """The rule of the client, as a function with settings. All times are seconds.

    Repeated are attempts without a response, and the statuses 408, 425, 429 and 500 to 599. What may have
    been carried out is repeated only if the operation is repeatable. Raises UsageError for a time that is
    not a finite number from 0.
    """

    first_wait: float = 0.5
    """Upper end of the first wait; it doubles with each retry."""
    longest_wait: float = 8.0
    """Upper end of any wait that the client chooses itself."""
    longest_requested_wait: float = 60.0
    """If the service requests a longer wait, there is no retry: the error goes to the caller at once."""
    also: frozenset[int] = frozenset()
    """Further statuses to repeat, such as 409. They count as carried out, like 500."""

    def __post_init__(self) -> None:
        for name in ("first_wait", "longest_wait", "longest_requested_wait"):
            value = getattr(self, name)
            if type(value) not in (int, float) or not 0 <= value < math.inf:
                raise UsageError(f"{name} must be seconds, 0 or more; this is {value!r}")

    def __call__(self, outcome: AttemptOutcome) -> Decision:
        """Decide what follows one attempt.

        The wait is drawn from the whole range up to its limit, so that clients that failed together do not
        come back together.
        """
        failed = self._describe_failure(outcome)
        if failed is None:
            return FINAL
        if outcome.attempt > outcome.max_retries:
            return _stop(f"{failed}, and no retries are left")
        refused_to_begin = outcome.status is None or outcome.status in _REPEATED
        is_certain = refused_to_begin and not outcome.may_have_been_carried_out
        if not outcome.is_repeatable and not is_certain:
            return _stop(f"{failed}, and it may have been carried out")
        wait = outcome.requested_wait
        if wait is None:
            wait = outcome.random * self.longest_of(outcome.attempt)
        elif wait > self.longest_requested_wait:
            return _stop(f"{failed}, and the service requests too long a wait")
        else:
            # Reset times are whole seconds, so a little more is needed, and not the same for every client.
            wait += outcome.random * _AFTER_RESET
        if outcome.seconds_left is not None and wait >= outcome.seconds_left:
            return _stop(f"{failed}, and the deadline leaves no time to wait {wait:.1f} s")
        return Decision(again=True, after=wait, why=failed)

    def longest_of(self, attempt: int) -> float:
        """Return the upper end of the wait after an attempt, if the client chooses the wait."""
        # 2.0 and a bounded exponent, because many retries must not overflow.
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 30))

    def _describe_failure(self, outcome: AttemptOutcome) -> str | None:
        """Name the failure of an attempt that may be repeated; None if repeating cannot help."""
        if outcome.error is not None:
            # A response that is too large would be too large again.
            return type(outcome.error).__name__ if isinstance(outcome.error, TransportError) else None
        status = outcome.status
        if status is not None and (status in _REPEATED or 500 <= status <= 599 or status in self.also):
            return f"status {status}"
        return None


_AFTER_RESET = 0.25
FINAL = Decision(again=False, why="the response is final")
_DEFAULT = RetryPolicy()


def _stop(why: str) -> Decision:
    return Decision(again=False, why=why)


def decide(outcome: AttemptOutcome) -> Decision:
    """Decide as the client does if no `retry` is given: `RetryPolicy()` with its defaults."""
    return _DEFAULT(outcome)


def describe_outcome(
    outcome: Outcome,
    *,
    operation: str,
    method: str,
    attempt: int,
    max_retries: int,
    is_repeatable: bool,
    seconds: float,
    seconds_left: float | None,
    now: float,
    random: float,
) -> AttemptOutcome:
    """Return what a decision may depend on. `now` is Unix time."""
    response = outcome if isinstance(outcome, Response) else None
    return AttemptOutcome(
        operation=operation,
        method=method,
        attempt=attempt,
        max_retries=max_retries,
        status=None if response is None else response.status,
        headers=_NO_HEADERS if response is None else response.headers,
        body=b"" if response is None else response.body,
        error=None if isinstance(outcome, Response) else outcome,
        may_have_been_carried_out=may_have_been_carried_out(outcome),
        is_repeatable=is_repeatable,
        requested_wait=None if response is None else requested_wait(response.status, response.headers, now),
        seconds=seconds,
        seconds_left=seconds_left,
        random=random,
    )


_NO_HEADERS = Headers()


def may_have_been_carried_out(outcome: Outcome) -> bool:
    """Return False if it is certain that the service did nothing: it was not reached, or it refused."""
    if isinstance(outcome, Response):
        status = outcome.status
        return status < 300 or status == 408 or 500 <= status <= 599
    return outcome.sent if isinstance(outcome, TransportError) else True


def check_decision(decision: object, seconds_left: float | None) -> Decision:
    """Return the decision of a function that the caller gave, or raise UsageError if it is not one.

    No decision outlives the deadline of the call.
    """
    if not isinstance(decision, Decision):
        raise UsageError(
            f"retry returned a {type(decision).__name__}, and must return a Decision.",
            hint="End it with `return retries.decide(outcome)`, the rule of the client.",
        )
    if not decision.again:
        return decision
    if type(decision.after) not in (int, float) or not 0 <= decision.after < math.inf:
        raise UsageError(f"retry returned a wait of {decision.after!r}, and it must be seconds, 0 or more")
    if seconds_left is not None and decision.after >= seconds_left:
        return _stop(f"{decision.why}, and the deadline leaves no time to wait {decision.after:.1f} s")
    return decision
