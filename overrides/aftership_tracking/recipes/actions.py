"""The actions that recipes consist of, and the two loops that perform them: sync and async.

A recipe is a generator that yields actions and is sent the result of each, so one recipe serves both clients.
The bases of generated classes cannot see the methods that are generated, so actions call these by name. Every
version has `create`, `get`, `update` and `list`; a test checks that.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import cache
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import AfterShipError
from aftership_tracking.runtime.clocks import sleep_anywhere
from aftership_tracking.runtime.models.unset import UNSET

if TYPE_CHECKING:
    from aftership_tracking.runtime.options import Options

__all__ = [
    "Action",
    "Create",
    "Find",
    "Get",
    "Notify",
    "Update",
    "Wait",
    "argument_names",
    "clearing_arguments",
    "run_actions",
    "run_actions_async",
]

R = TypeVar("R")


class Create(NamedTuple):
    """Create a tracking. The result is the tracking."""

    fields: Mapping[str, Any]
    options: Options

    def call(self, trackings: Any) -> Any:
        """Call the method; that of an async client returns an awaitable."""
        return trackings.create(**self.fields, options=self.options)


class Get(NamedTuple):
    """Get a tracking by its id. The result is the tracking."""

    id: str
    options: Options

    def call(self, trackings: Any) -> Any:
        """Call the method; that of an async client returns an awaitable."""
        return trackings.get(self.id, options=self.options)


class Update(NamedTuple):
    """Update a tracking by its id. The result is the tracking."""

    id: str
    fields: Mapping[str, Any]
    options: Options

    def call(self, trackings: Any) -> Any:
        """Call the method; that of an async client returns an awaitable."""
        return trackings.update(self.id, **self.fields, options=self.options)


class Find(NamedTuple):
    """List trackings by these filters. The result is a list of those that `fits` accepts, two at most."""

    filters: Mapping[str, Any]
    fits: Callable[[Any], bool]
    options: Options

    def call(self, trackings: Any) -> Any:
        """Call the method; its result is iterated over."""
        return trackings.list(**self.filters, options=self.options)


class Wait(NamedTuple):
    """Wait for so many seconds."""

    seconds: float


class Notify(NamedTuple):
    """Pass a tracking to the caller's own function. What this function raises ends the recipe."""

    listener: Callable[[Any], object]
    tracking: Any


Action: TypeAlias = Create | Get | Update | Find | Wait | Notify


def run_actions(
    actions: Generator[Action, Any, R], trackings: Any, sleep: Callable[[float], None] = time.sleep
) -> R:
    """Perform the actions with a sync client and return the result of the recipe.

    The error of a call is raised in the recipe, where it yielded the action.
    """
    result: Any = None
    failure: AfterShipError | None = None
    try:
        while True:
            try:
                action = actions.send(result) if failure is None else actions.throw(failure)
            except StopIteration as end:
                final: R = end.value
                return final
            result, failure = None, None
            if isinstance(action, Wait):
                sleep(action.seconds)
            elif isinstance(action, Notify):
                action.listener(action.tracking)
            else:
                try:
                    if isinstance(action, Find):
                        result = _find_two(action, trackings)
                    else:
                        result = action.call(trackings)
                except AfterShipError as error:
                    failure = error
    finally:
        # An error that is raised from here must not refer to itself through this frame.
        failure = None


async def run_actions_async(
    actions: Generator[Action, Any, R],
    trackings: Any,
    sleep: Callable[[float], Awaitable[object]] = sleep_anywhere,
) -> R:
    """Perform the actions with an async client: the async version of `run_actions`."""
    result: Any = None
    failure: AfterShipError | None = None
    try:
        while True:
            try:
                action = actions.send(result) if failure is None else actions.throw(failure)
            except StopIteration as end:
                final: R = end.value
                return final
            result, failure = None, None
            if isinstance(action, Wait):
                await sleep(action.seconds)
            elif isinstance(action, Notify):
                returned = action.listener(action.tracking)
                if isawaitable(returned):
                    await returned
            else:
                try:
                    if isinstance(action, Find):
                        result = await _find_two_async(action, trackings)
                    else:
                        result = await action.call(trackings)
                except AfterShipError as error:
                    failure = error
    finally:
        # An error that is raised from here must not refer to itself through this frame.
        failure = None


def _find_two(action: Find, trackings: Any) -> list[Any]:
    found: list[Any] = []
    for tracking in action.call(trackings):
        if action.fits(tracking):
            found.append(tracking)
        if len(found) > 1:
            break
    return found


async def _find_two_async(action: Find, trackings: Any) -> list[Any]:
    found: list[Any] = []
    async for tracking in action.call(trackings):
        if action.fits(tracking):
            found.append(tracking)
        if len(found) > 1:
            break
    return found


def argument_names(resource: type, method: str) -> frozenset[str]:
    """Return the names of the keyword arguments of a generated method, without `options`."""
    return _read_argument_names(getattr(resource, method))


def clearing_arguments(resource: type, method: str) -> frozenset[str]:
    """Return the names of the arguments of a generated method that None clears: their default is UNSET."""
    return _read_clearing_arguments(getattr(resource, method))


@cache
def _read_clearing_arguments(function: Any) -> frozenset[str]:
    from inspect import signature

    return frozenset(each.name for each in signature(function).parameters.values() if each.default is UNSET)


@cache
def _read_argument_names(function: Any) -> frozenset[str]:
    from inspect import Parameter, signature

    parameters = signature(function).parameters.values()
    return frozenset(each.name for each in parameters if each.kind is Parameter.KEYWORD_ONLY) - {"options"}
