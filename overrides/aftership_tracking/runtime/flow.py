"""One call from request to response: when to wait, when to send, when to give up.

`call` is a generator that yields steps and is told what came of them. It does nothing itself, so one body
serves both colours and a test can play a whole outage without a clock. The two loops that carry out the steps
are below it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import NamedTuple, TypeAlias, cast

from aftership_tracking.errors import (
    CallError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
)
from aftership_tracking.runtime.auth import Authenticator
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted, Event, Hook
from aftership_tracking.runtime.limits import Ask, Grant, Limiter
from aftership_tracking.runtime.operation import Retry
from aftership_tracking.runtime.request import Request, Response
from aftership_tracking.runtime.retry import Attempt, Outcome, RetryPolicy
from aftership_tracking.runtime.transport import AsyncTransport, Transport

__all__ = ["Acquire", "Call", "Done", "Learn", "Send", "Sleep", "Tools", "call", "drive", "drive_async"]


class Send(NamedTuple):
    """Step: send this request. Its answer is an `Outcome`."""

    request: Request


class Sleep(NamedTuple):
    """Step: wait so many seconds."""

    seconds: float


class Acquire(NamedTuple):
    """Step: ask the limiter for a place. Its answer is a `Grant`."""

    ask: Ask


class Learn(NamedTuple):
    """Step: tell the limiter what a response said."""

    ask: Ask
    response: Response


Step: TypeAlias = Send | Sleep | Acquire | Learn
Answer: TypeAlias = Response | TransportError | Grant | None


class Call(NamedTuple):
    """One call, decided and not yet signed."""

    operation: str
    request: Request
    retry: Retry
    policy: RetryPolicy
    deadline: float | None
    """Seconds for everything."""
    ask: Ask | None
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


def call(plan: Call, tools: Tools) -> Generator[Step, Answer, Done]:
    """Yield the steps of a call and return its final response. Raises TransportError if none arrived."""
    begun = tools.monotonic()
    history: list[Attempt] = []

    def left() -> float | None:
        return None if plan.deadline is None else plan.deadline - (tools.monotonic() - begun)

    while True:
        if plan.ask is not None:
            yield from _place(plan, plan.ask, left, history)
        remaining = left()
        if remaining is not None and remaining <= 0:
            raise _too_late(plan, history)
        timeout = plan.request.timeout.at_most(remaining)
        request = tools.authenticator.sign(plan.request._replace(timeout=timeout, within=remaining))
        number = len(history) + 1
        _tell(tools.hooks, AttemptStarted(plan.operation, number, request))
        sent_at = tools.monotonic()
        outcome = yield from _send(request)
        seconds = tools.monotonic() - sent_at
        if plan.ask is not None and isinstance(outcome, Response):
            yield Learn(plan.ask, outcome)
        decision = plan.policy.decide(
            outcome, retry=plan.retry, attempt=number, left=left(), now=tools.clock(), random=tools.random
        )
        _tell(tools.hooks, AttemptEnded(plan.operation, number, request, outcome, seconds, decision))
        history.append(_attempt(number, outcome, seconds, decision.after))
        if decision.again:
            yield Sleep(decision.after)
        elif isinstance(outcome, Response):
            return Done(outcome, tuple(history))
        else:
            raise describe_call(outcome, plan, tuple(history))


def describe_call(error: CallError, plan: Call, history: tuple[Attempt, ...]) -> CallError:
    """Write onto an error which call it ended."""
    error.operation = plan.operation
    error.method = plan.request.method
    error.path = plan.request.path
    error.attempts = len(history)
    error.history = history
    return error


def _place(
    plan: Call, ask: Ask, left: Callable[[], float | None], history: list[Attempt]
) -> Generator[Step, Answer, None]:
    while True:
        longest = left()
        grant = cast(Grant, (yield Acquire(ask._replace(longest=longest))))
        if longest is not None and grant.wait > longest:
            raise _too_late(plan, history)
        if grant.wait > 0:
            yield Sleep(grant.wait)
        if grant.reserved:
            return


def _send(request: Request) -> Generator[Step, Answer, Outcome]:
    return cast(Outcome, (yield Send(request)))


def _too_late(plan: Call, history: list[Attempt]) -> CallError:
    message = f"the deadline of {plan.deadline:g} s is over before the request could be sent"
    error = TimeoutError(message, sent=bool(history), hint="Send less at a time, or give more time.")
    return describe_call(error, plan, tuple(history))


def _attempt(number: int, outcome: Outcome, seconds: float, waited: float) -> Attempt:
    if isinstance(outcome, Response):
        return Attempt(number, outcome.status, None, seconds, waited)
    return Attempt(number, None, type(outcome).__name__, seconds, waited)


def _tell(hooks: tuple[Hook, ...], event: Event) -> None:
    for hook in hooks:
        hook(event)


def drive(
    steps: Generator[Step, Answer, Done],
    transport: Transport,
    limiter: Limiter | None,
    sleep: Callable[[float], None],
) -> Done:
    """Carry out the steps of a call, blocking."""
    answer: Answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            done: Done = end.value
            return done
        if isinstance(step, Send):
            try:
                answer = transport.exchange(step.request)
            except TransportError as error:
                answer = error
        elif isinstance(step, Sleep):
            sleep(step.seconds)
            answer = None
        else:
            answer = _limit(step, limiter)


async def drive_async(
    steps: Generator[Step, Answer, Done],
    transport: AsyncTransport,
    limiter: Limiter | None,
    sleep: Callable[[float], Awaitable[None]],
) -> Done:
    """Carry out the steps of a call, asynchronously."""
    answer: Answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            done: Done = end.value
            return done
        if isinstance(step, Send):
            try:
                answer = await transport.exchange(step.request)
            except TransportError as error:
                answer = error
        elif isinstance(step, Sleep):
            await sleep(step.seconds)
            answer = None
        else:
            answer = _limit(step, limiter)


def _limit(step: Acquire | Learn, limiter: Limiter | None) -> Grant | None:
    if limiter is None:
        return Grant(0.0, reserved=True)
    if isinstance(step, Acquire):
        return limiter.acquire(step.ask)
    limiter.learn(step.ask, step.response.status, step.response.headers)
    return None
