"""The two loops that carry out the steps of a call. Everything that differs between the colours is here and
in the clients.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import cast

from aftership_tracking.errors import DecodeError, TransportError
from aftership_tracking.runtime.calls.flow import Acquire, Done, Learn, Send, Sleep, Step, StepResult
from aftership_tracking.runtime.limits import Grant, Limiter
from aftership_tracking.runtime.wire.transport import AsyncTransport, Transport

__all__ = ["drive", "drive_async"]


def drive(
    steps: Generator[Step, StepResult, Done],
    transport: Transport,
    limiter: Limiter | None,
    sleep: Callable[[float], None],
) -> Done:
    """Carry out the steps of a call, blocking."""
    result: StepResult = None
    try:
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                return cast(Done, end.value)
            if isinstance(step, Send):
                try:
                    result = transport.exchange(step.request)
                except (TransportError, DecodeError) as error:
                    result = error
            elif isinstance(step, Sleep):
                sleep(step.seconds)
                result = None
            else:
                result = _limit(step, limiter)
    finally:
        # A call that is broken off lets go of what it holds now, and not when its traceback is forgotten.
        steps.close()


async def drive_async(
    steps: Generator[Step, StepResult, Done],
    transport: AsyncTransport,
    limiter: Limiter | None,
    sleep: Callable[[float], Awaitable[None]],
) -> Done:
    """Carry out the steps of a call, asynchronously."""
    result: StepResult = None
    try:
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                return cast(Done, end.value)
            if isinstance(step, Send):
                try:
                    result = await transport.exchange(step.request)
                except (TransportError, DecodeError) as error:
                    result = error
            elif isinstance(step, Sleep):
                await sleep(step.seconds)
                result = None
            elif getattr(limiter, "blocking", False):
                import anyio

                # It asks a file or a server, which must not stop the loop.
                result = await anyio.to_thread.run_sync(_limit, step, limiter)
            else:
                result = _limit(step, limiter)
    finally:
        # A cancelled call lets go of what it holds now, and not when memory is tidied.
        steps.close()


def _limit(step: Acquire | Learn, limiter: Limiter | None) -> Grant | None:
    if limiter is None:
        return Grant(0.0, reserved=True)
    if isinstance(step, Acquire):
        return limiter.acquire(step.slot_request)
    limiter.learn(step.slot_request, step.response.status, step.response.headers)
    return None
