"""One call from request to response: when to wait, when to send, when to give up.

`call` is a generator that yields steps and receives their results. It does nothing itself. So one body serves
the sync and the async client, and a test can play a whole outage without a clock. The loops that carry out
the steps are in `step_loops`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from aftership_tracking.errors import (
    CallError,
    TimeoutError,  # noqa: A004 - it is a TimeoutError of Python too
)
from aftership_tracking.runtime.attempt import Attempt, Decision
from aftership_tracking.runtime.auth.authenticator import Authenticator, RenewableAuthenticator, is_renewable
from aftership_tracking.runtime.calls.log import log_attempt
from aftership_tracking.runtime.calls.retry import RetryPolicy
from aftership_tracking.runtime.limits import Grant, SlotRequest
from aftership_tracking.runtime.operation import Retry
from aftership_tracking.runtime.wire.request import Outcome, Request, Response, check_headers

if TYPE_CHECKING:
    from aftership_tracking.runtime.hooks import Call, Event, Hook

__all__ = [
    "Acquire",
    "CallDependencies",
    "CallPlan",
    "CompletedCall",
    "Learn",
    "Notify",
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


class Notify(NamedTuple):
    """Step: report an event to the hooks."""

    hooks: tuple[Hook, ...]
    event: Event


Step: TypeAlias = Send | Sleep | Acquire | Learn | Notify
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
    call: Call | None = None
    """What the events of this call have in common; None: nobody observes it."""


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
    history: tuple[Attempt, ...]


def call(plan: CallPlan, dependencies: CallDependencies) -> Generator[Step, StepResult, CompletedCall]:
    """Yield the steps of a call and return its final response.

    Raises TransportError if no response arrived, DecodeError if its body could not be read.
    """
    clock = _Clock(plan, dependencies)
    history: list[Attempt] = []
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
        if plan.call is not None:
            yield Notify(dependencies.hooks, _describe_start(plan.call, number, request))
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
        log_attempt(plan.operation, number, request, outcome, seconds, decision)
        if plan.call is not None:
            ended = _describe_end(plan.call, number, request, outcome, seconds, decision)
            yield Notify(dependencies.hooks, ended)
        history.append(_record_attempt(number, outcome, seconds, decision))
        if decision.again:
            if decision.after > 0:
                yield Sleep(decision.after)
        elif isinstance(outcome, Response):
            return CompletedCall(outcome, tuple(history))
        else:
            raise describe_call(outcome, plan, tuple(history))


def describe_call(error: CallError, plan: CallPlan, history: tuple[Attempt, ...]) -> CallError:
    """Add to an error which call it ended, and return the error."""
    error.operation = plan.operation
    error.method = plan.request.method
    error.path = plan.request.path
    error.attempts = len(history)
    error.history = history
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
    plan: CallPlan, dependencies: CallDependencies, clock: _Clock, history: list[Attempt]
) -> Request:
    """Limit the request of an attempt to the time that is left, and sign it."""
    request, left = plan.request, clock.left()
    if left is not None:
        if left <= 0:
            raise _deadline_error(plan, history)
        request = request._replace(timeout=request.timeout.at_most(left), within=left)
    if plan.call is not None:
        request = _add_hook_headers(request, plan.call, len(history) + 1, dependencies.hooks)
    return dependencies.authenticator.sign(request)


def _add_hook_headers(request: Request, call: Call, attempt: int, hooks: tuple[Hook, ...]) -> Request:
    for hook in hooks:
        request_headers = getattr(hook, "request_headers", None)
        if request_headers is not None:
            added = check_headers(request_headers(call, attempt))
            request = request._replace(headers=request.headers.with_values(added))
    return request


def _acquire_slot(
    plan: CallPlan, slot_request: SlotRequest, clock: _Clock, history: list[Attempt]
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
    authenticator: RenewableAuthenticator, plan: CallPlan, clock: _Clock, history: list[Attempt]
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


def _deadline_error(plan: CallPlan, history: list[Attempt]) -> CallError:
    message = f"the deadline of {plan.deadline:g} s passed before the request could be sent"
    error = TimeoutError(message, sent=bool(history), hint="Send less at a time, or give more time.")
    return describe_call(error, plan, tuple(history))


def _describe_start(call: Call, number: int, request: Request) -> Event:
    from aftership_tracking.runtime.hooks import AttemptStarted

    return AttemptStarted(call=call, attempt=number, request=request)


def _describe_end(
    call: Call, number: int, request: Request, outcome: Outcome, seconds: float, decision: Decision
) -> Event:
    from aftership_tracking.runtime.hooks import AttemptEnded

    return AttemptEnded(
        call=call, attempt=number, request=request, outcome=outcome, seconds=seconds, decision=decision
    )


def _record_attempt(number: int, outcome: Outcome, seconds: float, decision: Decision) -> Attempt:
    is_response = isinstance(outcome, Response)
    return Attempt(
        number=number,
        status=outcome.status if isinstance(outcome, Response) else None,
        error=None if is_response else type(outcome).__name__,
        seconds=seconds,
        waited=decision.after,
        why=decision.why,
    )
