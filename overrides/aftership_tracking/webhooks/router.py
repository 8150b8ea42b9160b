"""Chooses the handler that gets an event. One event goes to one handler, the most specific that fits:

1. `on_tag(tag, first_only=True)`, when a tracking gets this tag for the first time
2. `on_tag(tag)`
3. `on(event)`
4. the fallback

There is one handler because a handler that fails gets the event again. With two handlers, the retry after a
failure of the second would repeat the first. To do two things, call two functions from one handler.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.event_codes import EVENTS, TAGS, UPDATE

if TYPE_CHECKING:
    from aftership_tracking.webhooks.events.event import Event

__all__ = ["Fallback", "Handler", "Router", "is_async_function"]

Handler = Callable[["Event"], object]
"""A function that handles an event. Its result is not used. If it raises, AfterShip delivers again."""
Fallback = Callable[["Event", bool], object]
"""A handler that also gets whether this package knows the code of the event."""

H = TypeVar("H", bound=Handler)


class _Entry(NamedTuple):
    call: Callable[..., object]
    is_async: bool
    name: str


class Router:
    """Gives each event to its handler.

    Handlers are plain functions or `async def`. `dispatch_async` takes both: a plain function runs in a
    thread, so that it may be slow. `dispatch` takes plain functions only. After the first event no handler
    can be registered: every event meets the same handlers.

        router = Router(fallback=ignore)

        @router.on_tag("Delivered", first_only=True)
        def delivered(event: Event) -> None: ...

    Args:
        fallback: gets every event that has no other handler, also events of future codes. It is mandatory
            because the set of codes is open. Its second argument says whether the code is known. If it
            returns, the event counts as handled; if it raises, AfterShip delivers again.
    """

    def __init__(self, fallback: Fallback) -> None:
        if not callable(fallback):
            raise UsageError("The fallback must be a function of the event and of a bool: is its code known?")
        self._fallback = _make_entry(fallback)
        self._by_event: dict[str, _Entry] = {}
        self._by_tag: dict[tuple[str, bool], _Entry] = {}
        self._async_names = [self._fallback.name] if self._fallback.is_async else []
        self._closed = False

    def on(self, event: str, *, unlisted: bool = False) -> Callable[[H], H]:
        """Register a handler for an event code, such as `edd_revise`.

        A single status has no code of its own. It is `tracking_update` with a tag, see `on_tag`.

        Args:
            event: the code.
            unlisted: set it for a code that is not documented. Without it, such a code is refused as a
                mistake.

        Raises:
            UsageError: the code is not documented or has a handler, or events have been dispatched.
        """
        _check(event, EVENTS, "event code", unlisted)

        def register(handler: H) -> H:
            self._register(handler, f"on({event!r})", self._by_event, event)
            return handler

        return register

    def on_tag(self, tag: str, *, first_only: bool = False, unlisted: bool = False) -> Callable[[H], H]:
        """Register a handler for `tracking_update` events whose tracking has this tag, such as `Delivered`.

        A tag is sent many times, once for each update of the courier. No tag is final: an `Exception` may
        follow `Delivered`.

        Args:
            tag: the delivery status.
            first_only: only when the tracking gets the tag for the first time. Later events with the tag go
                to `on_tag(tag)`, to `on("tracking_update")` or to the fallback.
            unlisted: set it for a tag that is not documented. Without it, such a tag is refused as a mistake.

        Raises:
            UsageError: the tag is not documented or has such a handler, or events have been dispatched.
        """
        _check(tag, TAGS, "tag", unlisted)

        def register(handler: H) -> H:
            rule = f"on_tag({tag!r}, first_only={first_only})"
            self._register(handler, rule, self._by_tag, (tag, first_only))
            return handler

        return register

    def dispatch(self, event: Event) -> None:
        """Give the event to its handler and wait for it. An error of the handler is raised here.

        Raises:
            UsageError: a handler is async.
        """
        self.require_sync()
        result = self.call(event)
        if isinstance(result, Awaitable):
            _close(result)
            name = self._find(event)[0].name
            raise UsageError(f"{name} is async: use dispatch_async.")

    def call(self, event: Event) -> object:
        """Call the handler of the event. Return its result, which is awaitable if the handler is async."""
        self._closed = True
        entry, arguments = self._find(event)
        return entry.call(*arguments)

    def is_async_for(self, event: Event) -> bool:
        """Whether the handler of the event is `async def`."""
        return self._find(event)[0].is_async

    async def dispatch_async(self, event: Event) -> None:
        """Do the same as `dispatch`, for sync and async handlers. A sync one runs in a thread of anyio."""
        self._closed = True
        entry, arguments = self._find(event)
        if entry.is_async:
            result = entry.call(*arguments)
        else:
            # Imported lazily: code that only verifies needs no event loop. anyio comes with httpx.
            from anyio import to_thread

            result = await to_thread.run_sync(entry.call, *arguments)
        if isinstance(result, Awaitable):
            await result

    def require_sync(self) -> None:
        """Raise UsageError, with its name, if a handler is async."""
        if self._async_names:
            raise UsageError(
                f"{', '.join(self._async_names)}: an async handler needs dispatch_async.",
                hint="Serve the receiver with aftership_tracking.webhooks.asgi, or write plain functions.",
            )

    def _find(self, event: Event) -> tuple[_Entry, tuple[object, ...]]:
        if event.event == UPDATE and self._by_tag:
            tag = event.tag or ""
            found = self._by_tag.get((tag, True)) if event.is_first_tag is True else None
            found = found or self._by_tag.get((tag, False))
            if found is not None:
                return found, (event,)
        found = self._by_event.get(event.event)
        return (self._fallback, (event, event.is_known_event)) if found is None else (found, (event,))

    def _register(self, handler: Handler, rule: str, entries: dict[Any, _Entry], key: object) -> None:
        if self._closed:
            raise UsageError(f"{rule}: register handlers before the first event is dispatched.")
        if key in entries:
            raise UsageError(f"{rule} has a handler. One event goes to one handler: call both from it.")
        if not callable(handler):
            raise UsageError(f"{rule}: a handler must be a function of the event.")
        entries[key] = entry = _make_entry(handler)
        if entry.is_async:
            self._async_names.append(entry.name)


def is_async_function(function: Any) -> bool:
    """Whether a call returns a coroutine. It looks through `functools.partial` and callable objects."""
    from inspect import iscoroutinefunction

    return _is(function, iscoroutinefunction)


def _make_entry(handler: Callable[..., object]) -> _Entry:
    from inspect import isasyncgenfunction, isgeneratorfunction

    name = str(getattr(handler, "__qualname__", type(handler).__qualname__))
    if _is(handler, isgeneratorfunction) or _is(handler, isasyncgenfunction):
        # A call would run nothing of it, and the event would count as handled.
        raise UsageError(
            f"{name} is a generator: a handler is a plain function or `async def`, without yield."
        )
    return _Entry(handler, is_async_function(handler), name)


def _check(name: str, known: tuple[str, ...], kind: str, unlisted: bool) -> None:
    if name not in known and not unlisted:
        # Imported lazily: code that only verifies has no typing errors to explain.
        from difflib import get_close_matches

        meant = "".join(f" Did you mean {each!r}?" for each in get_close_matches(name, known, 1))
        raise UsageError(
            f"No {kind} {name!r} is documented.{meant} The documented ones are {', '.join(known)}.",
            hint="If AfterShip sends it anyway, register it with unlisted=True.",
        )


def _is(handler: Any, kind: Callable[[Any], bool]) -> bool:
    while hasattr(handler, "func"):  # functools.partial
        handler = handler.func
    return kind(handler) or kind(getattr(handler, "__call__", None))  # noqa: B004


def _close(result: Any) -> None:
    # Without this, a coroutine that nobody awaits warns when it is collected.
    if hasattr(result, "close"):
        result.close()
