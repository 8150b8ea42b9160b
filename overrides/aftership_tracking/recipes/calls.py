"""The calls that the recipes are made of, as steps that a generator yields, and the two loops that do them.

The bases of generated classes cannot see the methods of these, so they reach them by name. Every version has
`create`, `get`, `update` and `list`; a test holds that.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import cache
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import AfterShipError

if TYPE_CHECKING:
    from aftership_tracking.runtime.options import Options

__all__ = [
    "Create",
    "Find",
    "Get",
    "Sleep",
    "Step",
    "Tell",
    "Update",
    "carry_out",
    "carry_out_async",
    "field_names",
]

R = TypeVar("R")


class Create(NamedTuple):
    """Step: create. Its answer is the tracking."""

    fields: Mapping[str, Any]
    options: Options

    def call(self, trackings: Any) -> Any:
        """Begin the call; an asynchronous client gives something to await."""
        return trackings.create(**self.fields, options=self.options)


class Get(NamedTuple):
    """Step: get by id. Its answer is the tracking."""

    id: str
    options: Options

    def call(self, trackings: Any) -> Any:
        """Begin the call; an asynchronous client gives something to await."""
        return trackings.get(self.id, options=self.options)


class Update(NamedTuple):
    """Step: update by id. Its answer is the tracking."""

    id: str
    fields: Mapping[str, Any]
    options: Options

    def call(self, trackings: Any) -> Any:
        """Begin the call; an asynchronous client gives something to await."""
        return trackings.update(self.id, **self.fields, options=self.options)


class Find(NamedTuple):
    """Step: list by these filters. Its answer is a list of those that `fits` accepts, two at most."""

    filters: Mapping[str, Any]
    fits: Callable[[Any], bool]
    options: Options

    def call(self, trackings: Any) -> Any:
        """Begin to list."""
        return trackings.list(**self.filters, options=self.options)


class Sleep(NamedTuple):
    """Step: wait so many seconds."""

    seconds: float


class Tell(NamedTuple):
    """Step: show a tracking to the caller's own function. What it raises ends the recipe."""

    listener: Callable[[Any], object]
    tracking: Any


Step: TypeAlias = Create | Get | Update | Find | Sleep | Tell


def carry_out(
    steps: Generator[Step, Any, R], trackings: Any, sleep: Callable[[float], None] = time.sleep
) -> R:
    """Carry out the steps, blocking. The error of a call is raised where its answer is waited for."""
    answer: Any = None
    failure: AfterShipError | None = None
    try:
        while True:
            try:
                step = steps.send(answer) if failure is None else steps.throw(failure)
            except StopIteration as end:
                result: R = end.value
                return result
            answer, failure = None, None
            if isinstance(step, Sleep):
                sleep(step.seconds)
            elif isinstance(step, Tell):
                step.listener(step.tracking)
            else:
                try:
                    answer = _two(step, trackings) if isinstance(step, Find) else step.call(trackings)
                except AfterShipError as error:
                    failure = error
    finally:
        # An error that leaves here must not hold itself by way of this frame.
        failure = None


async def carry_out_async(
    steps: Generator[Step, Any, R], trackings: Any, sleep: Callable[[float], Awaitable[object]] | None = None
) -> R:
    """Carry out the steps, asynchronously; the twin of `carry_out`."""
    answer: Any = None
    failure: AfterShipError | None = None
    try:
        while True:
            try:
                step = steps.send(answer) if failure is None else steps.throw(failure)
            except StopIteration as end:
                result: R = end.value
                return result
            answer, failure = None, None
            if isinstance(step, Sleep):
                await (_sleep_anywhere if sleep is None else sleep)(step.seconds)
            elif isinstance(step, Tell):
                told = step.listener(step.tracking)
                if isawaitable(told):
                    await told
            else:
                try:
                    if isinstance(step, Find):
                        answer = await _two_async(step, trackings)
                    else:
                        answer = await step.call(trackings)
                except AfterShipError as error:
                    failure = error
    finally:
        # An error that leaves here must not hold itself by way of this frame.
        failure = None


def _two(step: Find, trackings: Any) -> list[Any]:
    found: list[Any] = []
    for tracking in step.call(trackings):
        if step.fits(tracking):
            found.append(tracking)
        if len(found) > 1:
            break
    return found


async def _two_async(step: Find, trackings: Any) -> list[Any]:
    found: list[Any] = []
    async for tracking in step.call(trackings):
        if step.fits(tracking):
            found.append(tracking)
        if len(found) > 1:
            break
    return found


async def _sleep_anywhere(seconds: float) -> None:
    # anyio comes with httpx and sleeps under asyncio and under trio.
    import anyio

    await anyio.sleep(seconds)


def field_names(resource: type, method: str) -> frozenset[str]:
    """Return the fields that a generated method takes by name, without `options`."""
    return _names(getattr(resource, method))


@cache
def _names(function: Any) -> frozenset[str]:
    from inspect import Parameter, signature

    parameters = signature(function).parameters.values()
    return frozenset(each.name for each in parameters if each.kind is Parameter.KEYWORD_ONLY) - {"options"}
