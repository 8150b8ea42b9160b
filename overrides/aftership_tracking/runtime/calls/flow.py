"""One call from request to response: when to wait, when to send, when to give up.

`call` is a generator that yields steps and is told what came of them. It does nothing itself, so one body
serves both colours and a test can play a whole outage without a clock. The loops that carry out the steps are
in `drive`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeAlias, cast

from aftership_tracking.errors import (
    CallError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
)
from aftership_tracking.runtime.attempt import Attempt, Decision
from aftership_tracking.runtime.auth.authenticator import Authenticator, RenewableAuthenticator, is_renewable
from aftership_tracking.runtime.calls.log import log_attempt
from aftership_tracking.runtime.calls.retry import RetryPolicy
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted, Event, Hook
from aftership_tracking.runtime.limits import Grant, SlotRequest
from aftership_tracking.runtime.operation import Retry
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = ["Acquire", "CallPlan", "Done", "Learn", "Send", "Sleep", "Step", "StepResult", "Tools", "call"]


class Send(NamedTuple):
    """Step: send this request. Its answer is an `Outcome`."""

    request: Request


class Sleep(NamedTuple):
    """Step: wait so many seconds."""

    seconds: float


class Acquire(NamedTuple):
    """Step: ask the limiter for a place. Its answer is a `Grant`."""

    slot_request: SlotRequest


class Learn(NamedTuple):
    """Step: tell the limiter what a response said."""

    slot_request: SlotRequest
    response: Response


Step: TypeAlias = Send | Sleep | Acquire | Learn
StepResult: TypeAlias = "Outcome | Grant | None"


class CallPlan(NamedTuple):
    """One call, decided and not yet signed."""

    operation: str
    request: Request
    retry: Retry
    policy: RetryPolicy
    deadline: float | None
    """Seconds for everything."""
    slot_request: SlotRequest | None
    """None: no limiter."""


class Tools(NamedTuple):
    """What a call needs from outside."""

    authenticator: Authenticator
    hooks: tuple[Hook, ...]
    monotonic: Callable[[], float]
    clock: Callable[[], float]
    """Unix time."""
    random: Callable[[], float]


class Done(NamedTuple):
    """A final response, of whatever status, and how it was come by."""

    response: Response
    history: tuple[Attempt, ...]


def call(plan: CallPlan, tools: Tools) -> Generator[Step, StepResult, Done]:
    """Yield the steps of a call and return its final response.

    Raises TransportError if none arrived, DecodeError if its body could not be taken.
    """
    clock = _Clock(plan, tools)
    history: list[Attempt] = []
    renewing = tools.authenticator if is_renewable(tools.authenticator) else None
    may_renew = renewing is not None
    while True:
        if plan.slot_request is not None:
            yield from _place(plan, plan.slot_request, clock, history)
        if renewing is not None:
            try:
                yield from _renew(renewing, plan, clock, history)
            except CallError as error:
                raise describe_call(error, plan, tuple(history))  # noqa: B904 - it is the same error
        request, number = _ready(plan, tools, clock, history), len(history) + 1
        if tools.hooks:
            _tell(tools.hooks, AttemptStarted(plan.operation, number, request))
        sent_at = tools.monotonic()
        outcome = yield from _send(request)
        seconds = tools.monotonic() - sent_at
        if plan.slot_request is not None and isinstance(outcome, Response):
            yield Learn(plan.slot_request._replace(took=seconds), outcome)
        decision = plan.policy.decide(
            outcome,
            retry=plan.retry,
            attempt=number,
            left=clock.left(),
            now=tools.clock(),
            random=tools.random,
        )
        if may_renew and renewing is not None and isinstance(outcome, Response) and outcome.status == 401:
            may_renew = False
            if renewing.note_refusal(request, outcome):
                decision = Decision(True, 0.0, "status 401, and the credentials can be renewed")
        ended = AttemptEnded(plan.operation, number, request, outcome, seconds, decision)
        log_attempt(ended)
        if tools.hooks:
            _tell(tools.hooks, ended)
        history.append(_attempt(ended))
        if decision.again:
            if decision.after > 0:
                yield Sleep(decision.after)
        elif isinstance(outcome, Response):
            return Done(outcome, tuple(history))
        else:
            raise describe_call(outcome, plan, tuple(history))


def describe_call(error: CallError, plan: CallPlan, history: tuple[Attempt, ...]) -> CallError:
    """Write onto an error which call it ended."""
    error.operation = plan.operation
    error.method = plan.request.method
    error.path = plan.request.path
    error.attempts = len(history)
    error.history = history
    return error


class _Clock:
    """What is left of the deadline of a call."""

    __slots__ = ("_end", "_monotonic")

    def __init__(self, plan: CallPlan, tools: Tools) -> None:
        self._monotonic = tools.monotonic
        self._end = None if plan.deadline is None else tools.monotonic() + plan.deadline

    def left(self) -> float | None:
        return None if self._end is None else self._end - self._monotonic()


def _ready(plan: CallPlan, tools: Tools, clock: _Clock, history: list[Attempt]) -> Request:
    """Sign the request of an attempt, with the time that is left."""
    request, left = plan.request, clock.left()
    if left is not None:
        if left <= 0:
            raise _too_late(plan, history)
        request = request._replace(timeout=request.timeout.at_most(left), within=left)
    return tools.authenticator.sign(request)


def _place(
    plan: CallPlan, slot_request: SlotRequest, clock: _Clock, history: list[Attempt]
) -> Generator[Step, StepResult, None]:
    while True:
        longest = clock.left()
        if longest is not None:
            slot_request = slot_request._replace(longest=longest)
        grant = cast(Grant, (yield Acquire(slot_request)))
        if longest is not None and grant.wait > longest:
            raise _too_late(plan, history)
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
                raise _too_late(plan, history)
            yield Sleep(needed)
            continue
        if left is not None and left <= 0:
            authenticator.finish_renewal(None)
            raise _too_late(plan, history)
        if left is not None:
            within = left if needed.within is None else min(left, needed.within)
            needed = needed._replace(timeout=needed.timeout.at_most(left), within=within)
        outcome: Outcome | None = None
        try:
            outcome = yield from _send(needed)
        finally:
            # Also when the call is cancelled here: others may wait for it.
            if outcome is None:
                authenticator.finish_renewal(None)
        authenticator.finish_renewal(outcome)


def _send(request: Request) -> Generator[Step, StepResult, Outcome]:
    return cast(Outcome, (yield Send(request)))


def _too_late(plan: CallPlan, history: list[Attempt]) -> CallError:
    message = f"the deadline of {plan.deadline:g} s is over before the request could be sent"
    error = TimeoutError(message, sent=bool(history), hint="Send less at a time, or give more time.")
    return describe_call(error, plan, tuple(history))


def _attempt(ended: AttemptEnded) -> Attempt:
    outcome, decision = ended.outcome, ended.decision
    if isinstance(outcome, Response):
        return Attempt(ended.attempt, outcome.status, None, ended.seconds, decision.after, decision.why)
    name = type(outcome).__name__
    return Attempt(ended.attempt, None, name, ended.seconds, decision.after, decision.why)


def _tell(hooks: tuple[Hook, ...], event: Event) -> None:
    for hook in hooks:
        hook(event)
