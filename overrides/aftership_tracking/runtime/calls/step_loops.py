"""The sync and the async loop that carry out the steps of a call. The sync and async clients differ only here
and in `client`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import cast

from aftership_tracking.errors import CallError, DecodeError, TransportError
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
from aftership_tracking.runtime.wire.transport import AsyncTransport, Transport

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
    try:
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                return cast(CompletedCall, end.value)
            if isinstance(step, Send):
                try:
                    result = await transport.exchange(step.request)
                except (TransportError, DecodeError) as error:
                    result = error
            elif isinstance(step, Sleep):
                await sleep(step.seconds)
                result = None
            elif isinstance(step, Notify):
                await notify_async(step.hooks, step.event)
                result = None
            elif isinstance(step, StoreWork):
                if step.blocking:
                    import anyio

                    result = await anyio.to_thread.run_sync(_do_work, step)
                else:
                    result = _do_work(step)
            elif getattr(limiter, "blocking", False):
                import anyio

                # It reads a file or queries a server, which must not block the event loop.
                result = await anyio.to_thread.run_sync(_use_limiter, step, limiter)
            else:
                result = _use_limiter(step, limiter)
    finally:
        # A cancelled call releases its resources now, and not at the next garbage collection.
        steps.close()


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
