"""One call from request to response: when to wait, when to send, when to give up.

`call` is a generator that yields steps and receives their results. It does nothing itself. So one body serves
the sync and the async client, and a test can play a whole outage without a clock. The loops that carry out
the steps are in `step_loops`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeAlias, cast

from aftership_tracking.errors import (
    CallError,
    TimeoutError,  # noqa: A004 - it is a TimeoutError of Python too
)
from aftership_tracking.runtime.attempt import Attempt, Decision
from aftership_tracking.runtime.auth.authenticator import Authenticator, RenewableAuthenticator, is_renewable
from aftership_tracking.runtime.calls.log import log_attempt
from aftership_tracking.runtime.calls.retry import RetryPolicy
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted, Event, Hook
from aftership_tracking.runtime.limits import Grant, SlotRequest
from aftership_tracking.runtime.operation import Retry
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = [
    "Acquire",
    "CallDependencies",
    "CallPlan",
    "CompletedCall",
    "Learn",
    "Send",
    "Sleep",
    "Step",
    "StepResult",
    "call",
]


class Send(NamedTuple):
    """Step: send this request. Its result is an `Outcome`."""

    request: Request


class Sleep(NamedTuple):
    """Step: wait for a number of seconds."""

    seconds: float


class Acquire(NamedTuple):
    """Step: request a slot from the limiter. Its result is a `Grant`."""

    slot_request: SlotRequest


class Learn(NamedTuple):
    """Step: report a response to the limiter."""

    slot_request: SlotRequest
    response: Response


Step: TypeAlias = Send | Sleep | Acquire | Learn
StepResult: TypeAlias = "Outcome | Grant | None"


class CallPlan(NamedTuple):
    """One call, planned and not yet signed."""

    operation: str
    request: Request
    retry: Retry
    policy: RetryPolicy
    deadline: float | None
    """The limit of the whole call in seconds; None for no limit."""
    slot_request: SlotRequest | None
    """What the limiter needs to know; None: no limiter."""


class CallDependencies(NamedTuple):
    """What a call needs from outside."""

    authenticator: Authenticator
    hooks: tuple[Hook, ...]
    monotonic: Callable[[], float]
    clock: Callable[[], float]
    """Unix time."""
    random: Callable[[], float]


class CompletedCall(NamedTuple):
    """The final response of a call, of any status, and the attempts that led to it."""

    response: Response
    history: tuple[AttemptEnded, ...]

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The records for errors and results. Most calls need none, so none are made before."""
        return tuple(map(_record_attempt, self.history))


def call(plan: CallPlan, dependencies: CallDependencies) -> Generator[Step, StepResult, CompletedCall]:
    """Yield the steps of a call and return its final response.

    Raises TransportError if no response arrived, DecodeError if its body could not be read.
    """
    clock = _Clock(plan, dependencies)
    history: list[AttemptEnded] = []
    authenticator = dependencies.authenticator
    renewing = authenticator if is_renewable(authenticator) else None
    may_renew = renewing is not None
    while True:
        if plan.slot_request is not None:
            yield from _acquire_slot(plan, plan.slot_request, clock, history)
        if renewing is not None:
            try:
                yield from _renew(renewing, plan, clock, history)
            except CallError as error:
                raise describe_call(error, plan, tuple(history))  # noqa: B904 - it is the same error
        request, number = _sign_request(plan, dependencies, clock, history), len(history) + 1
        if dependencies.hooks:
            _call_hooks(dependencies.hooks, AttemptStarted(plan.operation, number, request))
        sent_at = dependencies.monotonic()
        outcome = yield from _send(request)
        seconds = dependencies.monotonic() - sent_at
        if plan.slot_request is not None and isinstance(outcome, Response):
            yield Learn(plan.slot_request._replace(took=seconds), outcome)
        decision = plan.policy.decide(
            outcome,
            retry=plan.retry,
            attempt=number,
            left=clock.left(),
            now=dependencies.clock(),
            random=dependencies.random,
        )
        if may_renew and renewing is not None and isinstance(outcome, Response) and outcome.status == 401:
            may_renew = False
            if renewing.note_refusal(request, outcome):
                decision = Decision(True, 0.0, "status 401, and the credentials can be renewed")
        ended = AttemptEnded(plan.operation, number, request, outcome, seconds, decision)
        log_attempt(ended)
        if dependencies.hooks:
            _call_hooks(dependencies.hooks, ended)
        history.append(ended)
        if decision.again:
            if decision.after > 0:
                yield Sleep(decision.after)
        elif isinstance(outcome, Response):
            return CompletedCall(outcome, tuple(history))
        else:
            raise describe_call(outcome, plan, tuple(history))


def describe_call(error: CallError, plan: CallPlan, history: tuple[AttemptEnded, ...]) -> CallError:
    """Add to an error which call it ended, and return the error."""
    error.operation = plan.operation
    error.method = plan.request.method
    error.path = plan.request.path
    error.attempts = tuple(map(_record_attempt, history))
    return error


class _Clock:
    """Measures the time that is left until the deadline of a call."""

    __slots__ = ("_end", "_monotonic")

    def __init__(self, plan: CallPlan, dependencies: CallDependencies) -> None:
        self._monotonic = dependencies.monotonic
        self._end = None if plan.deadline is None else dependencies.monotonic() + plan.deadline

    def left(self) -> float | None:
        return None if self._end is None else self._end - self._monotonic()


def _sign_request(
    plan: CallPlan, dependencies: CallDependencies, clock: _Clock, history: list[AttemptEnded]
) -> Request:
    """Limit the request of an attempt to the time that is left, and sign it."""
    request, left = plan.request, clock.left()
    if left is not None:
        if left <= 0:
            raise _deadline_error(plan, history)
        request = request._replace(timeout=request.timeout.at_most(left), within=left)
    return dependencies.authenticator.sign(request)


def _acquire_slot(
    plan: CallPlan, slot_request: SlotRequest, clock: _Clock, history: list[AttemptEnded]
) -> Generator[Step, StepResult, None]:
    while True:
        longest = clock.left()
        if longest is not None:
            slot_request = slot_request._replace(longest=longest)
        grant = cast(Grant, (yield Acquire(slot_request)))
        if longest is not None and grant.wait > longest:
            raise _deadline_error(plan, history)
        if grant.wait > 0:
            yield Sleep(grant.wait)
        if grant.reserved:
            return
        slot_request = slot_request._replace(ticket=grant.ticket)


def _renew(
    authenticator: RenewableAuthenticator, plan: CallPlan, clock: _Clock, history: list[AttemptEnded]
) -> Generator[Step, StepResult, None]:
    while (needed := authenticator.begin_renewal()) is not None:
        left = clock.left()
        if not isinstance(needed, Request):
            if left is not None and left <= needed:
                raise _deadline_error(plan, history)
            yield Sleep(needed)
            continue
        if left is not None and left <= 0:
            authenticator.finish_renewal(None)
            raise _deadline_error(plan, history)
        if left is not None:
            within = left if needed.within is None else min(left, needed.within)
            needed = needed._replace(timeout=needed.timeout.at_most(left), within=within)
        outcome: Outcome | None = None
        try:
            outcome = yield from _send(needed)
        finally:
            # Also when the call is cancelled here: other calls may wait for the renewal.
            if outcome is None:
                authenticator.finish_renewal(None)
        authenticator.finish_renewal(outcome)


def _send(request: Request) -> Generator[Step, StepResult, Outcome]:
    return cast(Outcome, (yield Send(request)))


def _deadline_error(plan: CallPlan, history: list[AttemptEnded]) -> CallError:
    message = f"the deadline of {plan.deadline:g} s passed before the request could be sent"
    error = TimeoutError(message, sent=bool(history), hint="Send less at a time, or give more time.")
    return describe_call(error, plan, tuple(history))


def _record_attempt(ended: AttemptEnded) -> Attempt:
    outcome, decision = ended.outcome, ended.decision
    arrived = isinstance(outcome, Response)
    return Attempt(
        number=ended.attempt,
        status=outcome.status if isinstance(outcome, Response) else None,
        error=None if arrived else type(outcome).__name__,
        seconds=ended.seconds,
        waited=decision.after,
        why=decision.why,
    )


def _call_hooks(hooks: tuple[Hook, ...], event: Event) -> None:
    for hook in hooks:
        hook(event)
