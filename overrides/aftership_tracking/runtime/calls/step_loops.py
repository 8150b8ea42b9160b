"""The sync and the async loop that carry out the steps of a call. The sync and async clients differ only here
and in `client`.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from aftership_tracking.errors import (
    CallError,
    DecodeError,
    TimeoutError,  # noqa: A004 - it is a TimeoutError of Python too
    TransportError,
)
from aftership_tracking.runtime.auth.authenticator import StoreWork
from aftership_tracking.runtime.auth.renewal import RenewalRequest
from aftership_tracking.runtime.calls.flow import (
    Acquire,
    CompletedCall,
    Learn,
    Notify,
    Send,
    Sleep,
    Step,
    StepResult,
)
from aftership_tracking.runtime.calls.notify import notify, notify_async
from aftership_tracking.runtime.limits import Grant, Limiter
from aftership_tracking.runtime.wire.deadline import run_within
from aftership_tracking.runtime.wire.request import Outcome, Request
from aftership_tracking.runtime.wire.transport import AsyncTransport, Transport

if TYPE_CHECKING:
    from asyncio import Future, Task

__all__ = ["run_steps", "run_steps_async"]


def run_steps(
    steps: Generator[Step, StepResult, CompletedCall],
    transport: Transport,
    limiter: Limiter | None,
    sleep: Callable[[float], None],
) -> CompletedCall:
    """Carry out the steps of a call, sync."""
    result: StepResult = None
    try:
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                return cast(CompletedCall, end.value)
            if isinstance(step, Send) and step.renewal is not None and step.patience is not None:
                result = _renew_within(step.patience, transport, step.renewal)
            elif isinstance(step, Send):
                result = _exchange(transport, step.request)
            elif isinstance(step, Sleep):
                sleep(step.seconds)
                result = None
            elif isinstance(step, Notify):
                notify(step.hooks, step.event)
                result = None
            elif isinstance(step, StoreWork):
                result = _do_work(step)
            else:
                result = _use_limiter(step, limiter)
    finally:
        # A call that is interrupted releases its resources now, and not when its traceback is forgotten.
        steps.close()


async def run_steps_async(
    steps: Generator[Step, StepResult, CompletedCall],
    transport: AsyncTransport,
    limiter: Limiter | None,
    sleep: Callable[[float], Awaitable[None]],
) -> CompletedCall:
    """Carry out the steps of a call, async."""
    result: StepResult = None
    try:
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                return cast(CompletedCall, end.value)
            if isinstance(step, Send) and step.renewal is not None:
                result = await _renew_async(step.patience, transport, step.renewal)
            elif isinstance(step, Send):
                result = await _exchange_async(transport, step.request)
            elif isinstance(step, Sleep):
                await sleep(step.seconds)
                result = None
            elif isinstance(step, Notify):
                await notify_async(step.hooks, step.event)
                result = None
            elif isinstance(step, StoreWork):
                result = await _do_work_async(step)
            elif getattr(limiter, "blocking", False):
                import anyio

                # It reads a file or queries a server, which must not block the event loop.
                result = await anyio.to_thread.run_sync(_use_limiter, step, limiter)
            else:
                result = _use_limiter(step, limiter)
    finally:
        # A cancelled call releases its resources now, and not at the next garbage collection.
        steps.close()


def _exchange(transport: Transport, request: Request) -> Outcome:
    try:
        return transport.exchange(request)
    except (TransportError, DecodeError) as error:
        return error


async def _exchange_async(transport: AsyncTransport, request: Request) -> Outcome:
    try:
        return await transport.exchange(request)
    except (TransportError, DecodeError) as error:
        return error


def _renew_within(seconds: float, transport: Transport, renewal: RenewalRequest) -> Outcome | None:
    """Send a renewal in a thread of its own. If the call does not wait for it any more, the thread uses and
    stores what it brings.
    """
    lock = threading.Lock()
    outcomes: list[Outcome] = []

    def send() -> None:
        outcome = _exchange(transport, renewal.request)
        with lock:
            if not renewal.is_late:
                outcomes.append(outcome)
                return
        renewal.finish_late(outcome)
        renewal.store_late()

    with suppress(TimeoutError):
        run_within(seconds, send)
    with lock:
        renewal.is_late = not outcomes
    return outcomes[0] if outcomes else None


# The event loop itself holds its tasks only weakly.
_LATE_RENEWALS: set[Task[None]] = set()


async def _renew_async(
    seconds: float | None, transport: AsyncTransport, renewal: RenewalRequest
) -> Outcome | None:
    """Send a renewal in a task of its own. If the call does not wait for it any more, or is cancelled, that
    task uses and stores what it brings.
    """
    # Imported with anyio before the first call.
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Another framework, such as trio: there a call that ends also ends its renewal.
        request = renewal.request
        limits = [each for each in (seconds, request.within) if each is not None]
        return await _exchange_async(transport, request._replace(within=min(limits, default=None)))
    sending = asyncio.ensure_future(_exchange_async(transport, renewal.request))
    done: set[Task[Outcome]] = set()
    try:
        done, _ = await asyncio.wait({sending}, timeout=seconds)
    finally:
        if not done:
            renewal.is_late = True
            task = asyncio.ensure_future(_finish_late(sending, renewal))
            _LATE_RENEWALS.add(task)
            task.add_done_callback(_LATE_RENEWALS.discard)
    return sending.result() if done else None


async def _finish_late(sending: Future[Outcome], renewal: RenewalRequest) -> None:
    import anyio

    outcome: Outcome | None = None
    try:
        outcome = await sending
    finally:
        renewal.finish_late(outcome)
    await anyio.to_thread.run_sync(renewal.store_late)


async def _do_work_async(step: StoreWork) -> CallError | None:
    if not step.blocking:
        return _do_work(step)
    import anyio

    return await anyio.to_thread.run_sync(_do_work, step)


def _do_work(step: StoreWork) -> CallError | None:
    try:
        step.run()
    except CallError as error:
        return error
    return None


def _use_limiter(step: Acquire | Learn, limiter: Limiter | None) -> Grant | None:
    if limiter is None:
        return Grant(wait=0.0, reserved=True)
    if isinstance(step, Acquire):
        return limiter.acquire(step.slot_request)
    limiter.learn(step.slot_request, step.response.status, step.response.headers)
    return None
