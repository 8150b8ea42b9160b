"""The configuration of a client: the arguments of its constructor, completed from the environment and checked
once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.credentials import Credentials
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.environment import OFFICIAL_PREFIX, read_environment
from aftership_tracking.runtime.options import Default, Timeout, TimeoutInput
from aftership_tracking.runtime.wire.request import check_base_url

if TYPE_CHECKING:
    from aftership_tracking.runtime.attempt import Decision
    from aftership_tracking.runtime.hooks import Hook
    from aftership_tracking.runtime.limits.protocol import Limiter
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["ClientSetup", "Settings", "read_base_url", "read_timeout"]

DEFAULT_BASE_URL = "https://api.aftership.com"


class Settings(NamedTuple):
    """The settings of a client that `with_options` may replace, `base_url` excepted. Times are seconds."""

    base_url: str
    timeout: Timeout
    deadline: float | None
    max_retries: int
    max_response_bytes: int
    headers: Mapping[str, str]
    strict: bool
    on_surprise: Callable[[Surprise], None] | None
    hooks: tuple[Hook, ...]
    retry: Callable[[Any], Decision] | None
    """The rule of the caller for what is repeated, a `RetryFunction`; None for the one of the client."""
    user_agent: str = ""
    """How the application names itself; empty if it does not."""

    def __repr__(self) -> str:
        limits = f"{self.timeout!r} deadline={self.deadline!r} max_retries={self.max_retries!r}"
        return f"<Settings {self.base_url} {limits}>"


class ClientSetup(NamedTuple):
    """Everything that a client was configured with. It never changes; `_replace` makes another one."""

    version: str
    """Version of the API, such as "2024-01"."""
    models: str
    """Dotted name of the module with the models."""
    settings: Settings
    credentials: Credentials
    limiter: Limiter | None
    clocks: Clocks
    warned: set[str]
    """API versions that the client has warned about. Copies of a client share the set."""

    def __repr__(self) -> str:
        return f"<ClientSetup {self.version} {self.settings!r}>"


def read_base_url(given: str | None) -> str:
    """Return the URL of the service, without the path of the API. Raises UsageError if it is not valid."""
    url = given
    if url is None:
        url = read_environment("AFTERSHIP_BASE_URL", f"{OFFICIAL_PREFIX}DOMAIN") or DEFAULT_BASE_URL
        url = url if "://" in url else f"https://{url}"
    checked = check_base_url(url)
    # Only the path is checked: a host may have such a name.
    if _ENDS_LIKE_THE_API.search(urlsplit(checked).path):
        raise UsageError(
            "base_url must end before /tracking: the client adds /tracking and the version itself"
        )
    return checked


_ENDS_LIKE_THE_API = re.compile(r"/tracking(/\d{4}-\d{2})?$")


def read_timeout(given: TimeoutInput | Default) -> Timeout:
    """Return the timeouts of one attempt. A single number limits connecting and reading alike."""
    if isinstance(given, Default):
        # The official SDK counts in milliseconds.
        milliseconds = read_environment(f"{OFFICIAL_PREFIX}TIMEOUT")
        if milliseconds is None:
            return Timeout()
        given = read_number(f"{OFFICIAL_PREFIX}TIMEOUT", milliseconds) / 1000
    timeout = given if isinstance(given, Timeout) else Timeout(given, given)
    for limit in (timeout.connect, timeout.read):
        if limit is not None and not 0 < _as_number(limit) <= _LONGEST_WAIT:
            raise UsageError(
                "a timeout must be seconds, more than 0 and no more than a day, a Timeout of them, or None "
                f"for no limit; this is {limit!r}"
            )
    return timeout


# A day. Sockets and threads do not accept times that are much longer, or infinite.
_LONGEST_WAIT = 86_400.0


def _as_number(given: object) -> float:
    """Return a number unchanged, and for everything else NaN, which is within no limits."""
    return given if isinstance(given, int | float) and not isinstance(given, bool) else math.nan


def read_retries(given: int | Default, default: int) -> int:
    """Return how often a failed attempt is repeated."""
    if isinstance(given, Default):
        text = read_environment(f"{OFFICIAL_PREFIX}MAX_RETRY")
        if text is not None and not text.strip().isdecimal():
            raise UsageError(
                f"the environment variable {OFFICIAL_PREFIX}MAX_RETRY must be a whole number, 0 or more"
            )
        given = default if text is None else int(text)
    if type(given) is not int or given < 0:
        raise UsageError(f"max_retries must be a whole number, 0 or more; this is {given!r}")
    return given


def read_retry(given: object) -> Callable[[Any], Decision] | None:
    """Check the function that decides what is repeated."""
    if given is not None and (isinstance(given, type) or not callable(given)):
        raise UsageError(
            f"retry must be a function from an AttemptOutcome to a Decision, or None; this is {given!r}.",
            hint="How often a failed attempt is repeated is max_retries.",
        )
    return cast("Callable[[Any], Decision] | None", given)


def read_size(given: int) -> int:
    """Check how large a response may be."""
    if type(given) is not int or given < 1:
        raise UsageError(f"max_response_bytes must be a whole number, 1 or more; this is {given!r}")
    return given


def read_deadline(given: float | None) -> float | None:
    """Check the limit of a whole call."""
    if given is not None and not 0 < _as_number(given) <= _LONGEST_WAIT:
        raise UsageError(
            "a deadline must be seconds, more than 0 and no more than a day, or None for no limit; this is "
            f"{given!r}"
        )
    return given


def read_hooks(given: object, *, may_await: bool) -> tuple[Hook, ...]:
    """Check the hooks of a client. Raises UsageError for what is not callable, and for a coroutine function
    that a sync client could not await.
    """
    if callable(given) or not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        raise UsageError(
            f"hooks must be a list of callables; this is a {type(given).__name__}",
            hint="Write hooks=[hook] for one, hooks=[] for none.",
        )
    hooks = tuple(given)
    for hook in hooks:
        if not callable(hook):
            raise UsageError(f"hooks must be a list of callables; a {type(hook).__name__} is among them")
        if not may_await and _is_coroutine_function(hook):
            raise UsageError("a sync client cannot await a hook that is async def: give a plain function")
    return hooks


def _is_coroutine_function(hook: Hook) -> bool:
    from inspect import iscoroutinefunction

    # The second question is for objects with `async def __call__`.
    return iscoroutinefunction(hook) or iscoroutinefunction(type(hook).__call__)


def shift_clock(clocks: Clocks, offset: float) -> Clocks:
    """Return clocks whose Unix time is later than that of the machine by a number of seconds. Raises
    UsageError for what is not a number.
    """
    if not -_MOST_OFFSET <= _as_number(offset) <= _MOST_OFFSET:
        raise UsageError(f"clock_offset must be a number of seconds, a year at most; this is {offset!r}")
    clock = clocks.clock
    if isinstance(clock, ShiftedClock):
        clock = clock.original
    elif not offset:
        return clocks
    return replace(clocks, clock=ShiftedClock(clock, offset) if offset else clock)


class ShiftedClock:
    """A clock that is later than another one by a number of seconds."""

    __slots__ = ("_offset", "original")

    def __init__(self, original: Callable[[], float], offset: float) -> None:
        self.original = original
        self._offset = offset

    def __call__(self) -> float:
        return self.original() + self._offset


_MOST_OFFSET = 366 * 86_400.0


def read_flag(name: str, given: object) -> bool:
    """Check a switch. Text such as "false" would otherwise count as true."""
    if not isinstance(given, bool):
        raise UsageError(f"{name} must be True or False; this is a {type(given).__name__}")
    return given


def read_listener(given: object) -> Callable[[Surprise], None] | None:
    """Check what is called with the differences of a response."""
    if given is not None and not callable(given):
        raise UsageError(f"on_surprise must be a callable or None; this is a {type(given).__name__}")
    return cast("Callable[[Surprise], None] | None", given)


def read_number(name: str, text: str) -> float:
    """Read a number from the environment."""
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"the environment variable {name} must be a number") from None


def read_proxy() -> str | None:
    """Return the proxy of the official SDK's variable. httpx itself reads the other proxy variables."""
    return read_environment(f"{OFFICIAL_PREFIX}PROXY")
