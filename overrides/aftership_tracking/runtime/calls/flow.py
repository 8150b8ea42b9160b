"""One call from request to response: when to wait, when to send, when to give up.

`call` is a generator that yields steps and receives their results. It does nothing itself. So one body serves
the sync and the async client, and a test can play a whole outage without a clock. The loops that carry out
the steps are in `step_loops`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from aftership_tracking.errors import (
    CallError,
    TimeoutError,  # noqa: A004 - it is a TimeoutError of Python too
)
from aftership_tracking.runtime.attempt import Attempt, Decision
from aftership_tracking.runtime.auth.authenticator import (
    Authenticator,
    RenewableAuthenticator,
    StoreWork,
    is_renewable,
)
from aftership_tracking.runtime.auth.renewal import renewal_steps
from aftership_tracking.runtime.calls.log import log_attempt
from aftership_tracking.runtime.calls.response_errors import is_gone
from aftership_tracking.runtime.calls.retry import (
    FINAL,
    RetryFunction,
    check_decision,
    decide,
    describe_outcome,
    may_have_been_carried_out,
)
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
    is_renewal: bool = False
    """It brings new credentials, which must not be lost if the call is cancelled meanwhile."""


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


Step: TypeAlias = Send | Sleep | Acquire | Learn | Notify | StoreWork
"""Of `StoreWork` the result is None, or the CallError that it raised."""
StepResult: TypeAlias = "Outcome | Grant | CallError | None"


class CallPlan(NamedTuple):
    """One call, planned and not yet signed."""

    operation: str
    request: Request
    retry: Retry
    retry_function: RetryFunction
    max_retries: int
    deadline: float | None
    """The limit of the whole call in seconds; None for no limit."""
    ends_at: float | None
    """When that time is over, by the client's clock. It runs from before the first hook is called."""
    slot_request: SlotRequest | None
    """What the limiter needs to know; None: no limiter."""
    call: Call | None = None
    """What the events of this call have in common; None: nobody observes it."""
    authenticator: Authenticator | None = None
    """Who signs this call, if not the authenticator of the client."""
    scopes: tuple[str, ...] = ()
    """The OAuth scopes that the operation needs, as far as they are documented."""


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
    attempts: tuple[Attempt, ...]
    after_lost_response: bool = False
    """True: an earlier attempt may have been carried out, and this response may be about its effect."""
    was_deleted: bool = False
    """True: this response says 404 to the repetition of a delete that may have been carried out."""


def call(plan: CallPlan, dependencies: CallDependencies) -> Generator[Step, StepResult, CompletedCall]:
    """Yield the steps of a call and return its final response.

    Raises TransportError if no response arrived, DecodeError if its body could not be read.
    """
    clock = _Clock(plan, dependencies)
    history: list[Attempt] = []
    authenticator = dependencies.authenticator
    renewing = authenticator if is_renewable(authenticator) else None
    may_renew = renewing is not None
    response_lost = False
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
            request = _limit_time(request, plan, clock, history, "while a hook ran")
        sent_at = dependencies.monotonic()
        outcome = cast(Outcome, (yield Send(request)))
        seconds = dependencies.monotonic() - sent_at
        if plan.slot_request is not None and isinstance(outcome, Response):
            # What the limiter may still take: the response has arrived, and its deadline may be near.
            yield Learn(_describe_learning(plan.slot_request, seconds, clock.left()), outcome)
        decision = _decide(outcome, plan, dependencies, number, seconds, clock.left())
        if may_renew and renewing is not None and isinstance(outcome, Response) and outcome.status == 401:
            may_renew = False
            if renewing.note_refusal(request, outcome):
                decision = Decision(again=True, why="status 401, and the credentials can be renewed")
        was_deleted = response_lost and not decision.again and _says_gone(request, outcome)
        if was_deleted:
            decision = Decision(again=False, why=WAS_DELETED)
        log_attempt(plan.operation, number, request, outcome, seconds, decision, is_notable=was_deleted)
        if plan.call is not None:
            ended = _describe_end(plan.call, number, request, outcome, seconds, decision)
            yield Notify(dependencies.hooks, ended)
        history.append(_record_attempt(number, outcome, seconds, decision))
        if decision.again:
            left = clock.left()
            if left is not None and decision.after >= left:
                # The decision left time for the wait; a hook has used it up.
                raise _deadline_error(plan, history, "while a hook ran")
            response_lost = response_lost or may_have_been_carried_out(outcome)
            if decision.after > 0:
                yield Sleep(decision.after)
        elif isinstance(outcome, Response):
            # A response that arrived is returned, even if a hook has used up the time since.
            return CompletedCall(outcome, tuple(history), response_lost, was_deleted)
        else:
            raise describe_call(outcome, plan, tuple(history))


WAS_DELETED = "status 404 after an attempt that may have been carried out: it is deleted"
"""Why a delete that ends with 404 is a success."""


def _decide(
    outcome: Outcome,
    plan: CallPlan,
    dependencies: CallDependencies,
    number: int,
    seconds: float,
    left: float | None,
) -> Decision:
    if plan.retry_function is decide and isinstance(outcome, Response) and outcome.status < 400:
        # Almost every call ends here: the rule of the client needs no more to know.
        return FINAL
    described = describe_outcome(
        outcome,
        operation=plan.operation,
        method=plan.request.method,
        attempt=number,
        max_retries=plan.max_retries,
        is_repeatable=plan.retry is Retry.SAFE,
        seconds=seconds,
        seconds_left=left,
        now=dependencies.clock(),
        random=dependencies.random(),
    )
    return check_decision(plan.retry_function(described), left)


def _describe_learning(slot_request: SlotRequest, took: float, within: float | None) -> SlotRequest:
    # Every call does this, and `dataclasses.replace` takes three times as long.
    return SlotRequest(
        bucket=slot_request.bucket,
        limit=slot_request.limit,
        priority=slot_request.priority,
        took=took,
        within=within,
    )


def _says_gone(request: Request, outcome: Outcome) -> bool:
    return request.method == "DELETE" and isinstance(outcome, Response) and is_gone(outcome)


def describe_call(error: CallError, plan: CallPlan, history: tuple[Attempt, ...]) -> CallError:
    """Add to an error which call it ended, and return the error."""
    error.operation = plan.operation
    error.method = plan.request.method
    error.path = plan.request.path
    error.attempts = history
    return error


class _Clock:
    """Measures the time that is left until the deadline of a call."""

    __slots__ = ("_end", "_monotonic")

    def __init__(self, plan: CallPlan, dependencies: CallDependencies) -> None:
        self._monotonic = dependencies.monotonic
        self._end = plan.ends_at

    def left(self) -> float | None:
        return None if self._end is None else self._end - self._monotonic()


def _sign_request(
    plan: CallPlan, dependencies: CallDependencies, clock: _Clock, history: list[Attempt]
) -> Request:
    """Sign the request of an attempt, and limit it to the time that is left."""
    request = _limit_time(plan.request, plan, clock, history)
    if plan.call is not None:
        request = _add_hook_headers(request, plan.call, len(history) + 1, dependencies.hooks)
    request = dependencies.authenticator.sign(request)
    # A callable may have returned the key, and taken its time.
    return _limit_time(request, plan, clock, history, "while the credentials were made")


def _limit_time(
    request: Request,
    plan: CallPlan,
    clock: _Clock,
    history: list[Attempt],
    during: str = "before the request could be sent",
) -> Request:
    """Return the request with no more time than is left. Raises TimeoutError if there is none."""
    left = clock.left()
    if left is None:
        return request
    if left <= 0:
        raise _deadline_error(plan, history, during)
    return request._replace(timeout=plan.request.timeout.at_most(left), within=left)


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
            if longest <= 0:
                raise _deadline_error(plan, history)
            slot_request = dataclasses.replace(slot_request, longest=longest, within=longest)
        grant = cast(Grant, (yield Acquire(slot_request)))
        # Again: a limiter that reads a store takes time itself.
        left = clock.left()
        if left is not None and grant.wait > left:
            raise _deadline_error(plan, history)
        if grant.wait > 0:
            yield Sleep(grant.wait)
        if grant.reserved:
            return
        slot_request = dataclasses.replace(slot_request, ticket=grant.ticket)


def _renew(
    authenticator: RenewableAuthenticator, plan: CallPlan, clock: _Clock, history: list[Attempt]
) -> Generator[Step, StepResult, None]:
    # What a token lacks is found before the first attempt.
    steps = renewal_steps(authenticator, () if history else plan.scopes)
    result: Outcome | CallError | None = None
    try:
        while True:
            try:
                needed = steps.send(result)
            except StopIteration:
                return
            left = clock.left()
            if isinstance(needed, StoreWork):
                result = cast("CallError | None", (yield needed))
            elif not isinstance(needed, Request):
                if left is not None and left <= needed:
                    raise _deadline_error(plan, history)
                yield Sleep(needed)
                result = None
            else:
                if left is not None:
                    if left <= 0:
                        raise _deadline_error(plan, history)
                    within = left if needed.within is None else min(left, needed.within)
                    needed = needed._replace(timeout=needed.timeout.at_most(left), within=within)
                result = cast(Outcome, (yield Send(needed, is_renewal=True)))
    finally:
        # A call that is cancelled ends its renewal now.
        steps.close()


def _deadline_error(
    plan: CallPlan, history: list[Attempt], during: str = "before the request could be sent"
) -> CallError:
    message = f"the deadline of {plan.deadline:g} s passed {during}"
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
    status, error = (
        (outcome.status, None) if isinstance(outcome, Response) else (None, type(outcome).__name__)
    )
    return Attempt(
        number=number,
        status=status,
        error=error,
        seconds=seconds,
        waited=decision.after,
        why=decision.why,
    )
