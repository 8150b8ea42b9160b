"""The sync and the async loop that carry out the steps of a call. The sync and async clients differ only here
and in `client`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias, cast

from aftership_tracking.errors import AfterShipError, CallError, DecodeError, TransportError
from aftership_tracking.runtime.auth.authenticator import StoreWork
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
            if isinstance(step, Send):
                try:
                    result = transport.exchange(step.request)
                except (TransportError, DecodeError) as error:
                    result = error
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
    # Empty once another task has taken them over.
    owned = [steps]
    try:
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                return cast(CompletedCall, end.value)
            if isinstance(step, Send) and step.is_renewal:
                result = await _renew(owned, step.request, transport)
            elif isinstance(step, Send):
                result = await _exchange(transport, step.request)
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
        for each in owned:
            each.close()


async def _exchange(transport: AsyncTransport, request: Request) -> Outcome:
    try:
        return await transport.exchange(request)
    except (TransportError, DecodeError) as error:
        return error


_Steps: TypeAlias = "Generator[Step, StepResult, CompletedCall]"
# The event loop itself holds its tasks only weakly.
_LATE_RENEWALS: set[Task[None]] = set()


async def _renew(owned: list[_Steps], request: Request, transport: AsyncTransport) -> Outcome:
    """Send a renewal. If the call is cancelled meanwhile, a task of its own receives the response, and uses
    and stores what it brings: the service may have replaced the old credentials already.
    """
    # Imported with anyio before the first call.
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Another framework, such as trio: there a cancelled call ends its renewal.
        return await _exchange(transport, request)
    renewal = asyncio.ensure_future(_exchange(transport, request))
    try:
        return await asyncio.shield(renewal)
    except asyncio.CancelledError:
        task = asyncio.ensure_future(_finish_renewal(owned.pop(), renewal))
        _LATE_RENEWALS.add(task)
        task.add_done_callback(_LATE_RENEWALS.discard)
        raise


async def _finish_renewal(steps: _Steps, renewal: Future[Outcome]) -> None:
    try:
        outcome = await renewal
        # What ends the call does not matter: nobody waits for it.
        with suppress(AfterShipError, StopIteration):
            step = steps.send(outcome)
            if isinstance(step, StoreWork):
                await _do_work_async(step)
    finally:
        steps.close()


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
