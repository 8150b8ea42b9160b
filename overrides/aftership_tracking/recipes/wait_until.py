"""Waits until a tracking reaches a status, or until a test of the caller accepts it.

The wait also ends when no further news of the tracking is expected, because then it would never be met.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from aftership_tracking.errors import (
    AfterShipError,
    RateLimitError,
    ServerError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
    UsageError,
)
from aftership_tracking.recipes.actions import Action, Get, Notify, Wait
from aftership_tracking.runtime.calls.call_options import read_options
from aftership_tracking.runtime.calls.likely_mistakes import find_mistake, known_values, warn_once
from aftership_tracking.runtime.options import Default, Options

if TYPE_CHECKING:
    from aftership_tracking.runtime.clocks import Clocks
    from aftership_tracking.runtime.settings import ClientSetup

__all__ = ["FinalStateError", "StopWhen", "WaitSettings", "WaitTimeoutError", "wait_until"]

GROWTH = 1.5
# Several processes that began to wait at the same time do not read at the same time again.
SPREAD = 0.2
# Seconds. The wait may last for weeks, one call may not.
LONGEST_READ = 86_400.0


StopWhen: TypeAlias = "Callable[[Any], bool] | Literal['final'] | None"


class WaitTimeoutError(TimeoutError):
    """The tracking did not reach the status in time."""

    def __init__(self, message: str, *, tracking: Any, reads: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.tracking = tracking
        """The tracking as it was last read; None if it could not be read at all."""
        self.reads = reads
        """How often it was read, or tried to be."""


class FinalStateError(AfterShipError):
    """No further news of the tracking is expected, so it will not become what was waited for."""

    def __init__(self, message: str, *, tracking: Any, reads: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.tracking = tracking
        """The tracking as it was last read."""
        self.reads = reads
        """How often it was read, or tried to be."""


class WaitSettings(NamedTuple):
    """What to wait for, how long, and how often to read. Times are seconds."""

    tags: tuple[str, ...] | None
    until: Callable[[Any], bool] | None
    stop_when: StopWhen
    timeout: float | None
    interval: float
    max_wait: float
    on_change: Callable[[Any], object] | None

    @classmethod
    def read(
        cls,
        tag: str | Iterable[str] | None,
        until: Callable[[Any], bool] | None,
        *,
        stop_when: StopWhen,
        timeout: float | None,
        interval: float,
        max_wait: float,
        on_change: Callable[[Any], object] | None,
    ) -> WaitSettings:
        """Return the arguments of a caller, checked. Raises UsageError for those that cannot work."""
        _check_functions(
            until=until, stop_when=None if stop_when == "final" else stop_when, on_change=on_change
        )
        _check_numbers(timeout=timeout, interval=interval, max_wait=max_wait)
        if tag is not None and not isinstance(tag, Iterable):
            raise UsageError(f"tag must be a string, or several; this is {tag!r}")
        # Read once: it may be an iterator, and every read of the tracking compares with it.
        tags = None if tag is None else (tag,) if isinstance(tag, str) else tuple(tag)
        if not all(isinstance(one, str) for one in tags or ()):
            raise UsageError(f"tag must be a string, or several; this is {tags!r}")
        if any("," in one for one in tags or ()):
            raise UsageError('a tag has no comma: give several as a list, as in tag=["Delivered", "Expired"]')
        if (tags is None) == (until is None) or (tags is not None and not all(tags or ("",))):
            raise UsageError("wait for a tag, or until a test accepts: give one of `tag` and `until`")
        if timeout is not None and not timeout >= 0:
            raise UsageError(f"timeout must be seconds, 0 or more, or None for no end; this is {timeout!r}")
        if not 0 < interval <= max_wait:
            raise UsageError("interval must be seconds, more than 0 and no more than max_wait")
        return cls(tags, until, stop_when, timeout, interval, max_wait, on_change)

    def is_met_by(self, tracking: Any) -> bool:
        """Whether the tracking is as it was waited for."""
        if self.until is not None:
            return _ask("until", self.until, tracking)
        return getattr(tracking, "tag", None) in (self.tags or ())

    def must_stop_at(self, tracking: Any) -> bool:
        """Whether there is nothing more to wait for."""
        if self.stop_when == "final":
            return getattr(tracking, "is_final", False) is True
        return self.stop_when is not None and _ask("stop_when", self.stop_when, tracking)


def _check_functions(**given: object) -> None:
    for name, value in given.items():
        if value is not None and not callable(value):
            also = '"final", ' if name == "stop_when" else ""
            raise UsageError(f"{name} must be {also}a function of a tracking, or None; this is {value!r}")


def _check_numbers(**given: object) -> None:
    for name, value in given.items():
        if type(value) not in (int, float) and not (value is None and name == "timeout"):
            raise UsageError(f"{name} must be a number of seconds; this is {value!r}")


def _ask(name: str, test: Callable[[Any], bool], tracking: Any) -> bool:
    """Return what a test of the caller says. Raises UsageError for one that would have to be awaited: what it
    returns would count as true.
    """
    found: Any = test(tracking)
    if isawaitable(found):
        close = getattr(found, "close", None)
        if close is not None:
            close()
        raise UsageError(f"`{name}` must be a plain function: this one must be awaited")
    return bool(found)


def wait_until(
    id: str, settings: WaitSettings, options: Options | None, setup: ClientSetup
) -> Generator[Action, Any, Any]:
    """Return the actions of the wait. Their result is the tracking.

    They raise WaitTimeoutError or FinalStateError. Warns with LikelyMistakeWarning of a misspelled tag.
    """
    known = known_values(setup.models, "DeliveryStatus")
    for tag in settings.tags or ():
        sentence = find_mistake("tag", tag, known)
        if sentence is not None:
            warn_once("wait_until tag", sentence)
    options = read_options(options)
    if isinstance(options.deadline, Default):
        options = replace(options, deadline=setup.settings.deadline)
    return _wait_until(id, settings, options, setup.clocks)


def _wait_until(
    id: str, settings: WaitSettings, options: Options, clocks: Clocks
) -> Generator[Action, Any, Any]:
    begun, interval = clocks.monotonic(), settings.interval
    tracking: Any = None
    trouble: AfterShipError | None = None
    reads = 0

    def time_left() -> float | None:
        return None if settings.timeout is None else settings.timeout - (clocks.monotonic() - begun)

    while True:
        reads += 1
        try:
            current = yield Get(id, _limit_deadline(options, time_left()))
        except (TransportError, RateLimitError, ServerError) as error:
            # The client has retried already. The failure may be over at the next read.
            trouble = error.with_traceback(None)
        else:
            trouble = None
            if tracking is None or _read_state(current) != _read_state(tracking):
                interval = settings.interval
                if settings.on_change is not None:
                    yield Notify(settings.on_change, current)
            tracking = current
            if settings.is_met_by(tracking):
                return tracking
            if settings.must_stop_at(tracking):
                raise _make_final_error(id, settings, tracking, reads)
        left = time_left()
        if left is not None and left <= 0:
            raise _make_timeout_error(id, settings, tracking, reads) from trouble
        pause = interval * (1 - SPREAD + 2 * SPREAD * clocks.random())
        yield Wait(pause if left is None else min(pause, left))
        interval = min(interval * GROWTH, settings.max_wait)


def _limit_deadline(options: Options, left: float | None) -> Options:
    """Return options with which one read does not outlast the wait by much. The last read gets a second."""
    if left is None:
        return options
    longest = min(max(left, 1.0), LONGEST_READ)
    given = options.deadline
    return replace(
        options, deadline=longest if given is None or isinstance(given, Default) else min(given, longest)
    )


def _read_state(tracking: Any) -> tuple[object, ...]:
    checkpoints = getattr(tracking, "checkpoints", None)
    return (
        getattr(tracking, "tag", None),
        getattr(tracking, "subtag", None),
        getattr(tracking, "updated_at", None),
        len(checkpoints) if isinstance(checkpoints, list) else None,
    )


def _describe_tag(tracking: Any) -> str:
    return f"is {getattr(tracking, 'tag', 'of unknown status')}"


def _count_reads(reads: int) -> str:
    return "1 read" if reads == 1 else f"{reads} reads"


def _make_timeout_error(id: str, settings: WaitSettings, tracking: Any, reads: int) -> WaitTimeoutError:
    state = "could not be read" if tracking is None else _describe_tag(tracking)
    return WaitTimeoutError(
        f"the tracking {id} {state} after {settings.timeout:g} s of waiting and {_count_reads(reads)}",
        tracking=tracking,
        reads=reads,
        hint="The service requests news from couriers every few hours: wait longer, or use a webhook.",
    )


def _make_final_error(id: str, settings: WaitSettings, tracking: Any, reads: int) -> FinalStateError:
    if settings.stop_when != "final":
        reason, hint = "`stop_when` ends the wait", None
    else:
        reason = "no further news is expected"
        hint = "To wait all the same, such as after a retrack, give stop_when=None."
    return FinalStateError(
        f"the tracking {id} {_describe_tag(tracking)} after {_count_reads(reads)}, and {reason}",
        tracking=tracking,
        reads=reads,
        hint=hint,
    )
