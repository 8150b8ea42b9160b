"""Calls the hooks of a client, and reports the beginning and the end of each call to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING

from aftership_tracking.errors import CallError, UsageError

if TYPE_CHECKING:
    from aftership_tracking.runtime.calls.flow import CompletedCall
    from aftership_tracking.runtime.hooks import Call, Event, Hook

__all__ = ["notify", "notify_async", "observe_call", "observe_call_async"]


def notify(hooks: Sequence[Hook], event: Event) -> None:
    """Call each hook. What a hook raises ends the call."""
    for hook in hooks:
        result = hook(event)
        # Most hooks return None. That a plain function returns a coroutine cannot be known before.
        if result is not None and isawaitable(result):
            close = getattr(result, "close", None)
            if close is not None:
                close()
            raise UsageError("a sync client cannot await what a hook returned: give a plain function")


async def notify_async(hooks: Sequence[Hook], event: Event) -> None:
    """Call each hook, and await what it returns if it is `async def`. What a hook raises ends the call."""
    for hook in hooks:
        result = hook(event)
        if result is not None and isawaitable(result):
            await result


def observe_call(
    call: Call, hooks: Sequence[Hook], monotonic: Callable[[], float], run: Callable[[], CompletedCall]
) -> CompletedCall:
    """Run a call between its first and its last event. The last one reaches every hook, whatever happened."""
    begun = monotonic()
    try:
        notify(hooks, _describe_start(call))
        completed = run()
    except BaseException as error:
        ended = _describe_failure(call, error, monotonic() - begun)
        _add_notes(error, _notify_each(hooks, ended))
        raise
    _raise_first(_notify_each(hooks, _describe_success(call, completed, monotonic() - begun)))
    return completed


async def observe_call_async(
    call: Call,
    hooks: Sequence[Hook],
    monotonic: Callable[[], float],
    run: Callable[[], Awaitable[CompletedCall]],
) -> CompletedCall:
    """Run a call between its first and its last event. The last one reaches every hook, whatever happened."""
    begun = monotonic()
    try:
        await notify_async(hooks, _describe_start(call))
        completed = await run()
    except BaseException as error:
        ended = _describe_failure(call, error, monotonic() - begun)
        _add_notes(error, await _notify_each_async(hooks, ended))
        raise
    _raise_first(await _notify_each_async(hooks, _describe_success(call, completed, monotonic() - begun)))
    return completed


def _notify_each(hooks: Sequence[Hook], event: Event) -> list[Exception]:
    """Call every hook, also after one of them failed. Return what they raised."""
    failures = []
    for hook in hooks:
        try:
            notify((hook,), event)
        except Exception as failure:  # noqa: BLE001 - it is raised, or noted on the error that the caller sees
            failures.append(failure)
    return failures


async def _notify_each_async(hooks: Sequence[Hook], event: Event) -> list[Exception]:
    failures = []
    for hook in hooks:
        try:
            await notify_async((hook,), event)
        except Exception as failure:  # noqa: BLE001 - it is raised, or noted on the error that the caller sees
            failures.append(failure)
    return failures


def _describe_start(call: Call) -> Event:
    from aftership_tracking.runtime.hooks import CallStarted

    return CallStarted(call=call)


def _describe_success(call: Call, completed: CompletedCall, seconds: float) -> Event:
    from aftership_tracking.runtime.hooks import CallEnded

    return CallEnded(
        call=call,
        attempt_count=len(completed.attempts),
        status=completed.response.status,
        error=None,
        seconds=seconds,
    )


def _describe_failure(call: Call, error: BaseException, seconds: float) -> Event:
    from aftership_tracking.runtime.hooks import CallEnded

    count = len(error.attempts) if isinstance(error, CallError) else 0
    return CallEnded(call=call, attempt_count=count, status=None, error=error, seconds=seconds)


def _raise_first(failures: Sequence[Exception]) -> None:
    if failures:
        _add_notes(failures[0], failures[1:])
        raise failures[0]


def _add_notes(error: BaseException, failures: Sequence[Exception]) -> None:
    # The error of the call is what the caller must see, but the failure of a hook is not lost.
    for failure in failures:
        if failure is not error:
            error.add_note(f"A hook failed as well, after that: {type(failure).__name__}: {failure}")
