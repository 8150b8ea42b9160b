"""Waits until a tracking reaches a status, or until a test of the caller accepts it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from aftership_tracking.errors import (
    AfterShipError,
    RateLimitError,
    ServerError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
    UsageError,
)
from aftership_tracking.recipes.actions import Action, Get, Notify, Wait
from aftership_tracking.runtime.options import Default, Options

if TYPE_CHECKING:
    from aftership_tracking.runtime.clocks import Clocks
    from aftership_tracking.runtime.settings import ClientSetup

__all__ = ["WaitSettings", "WaitTimeoutError", "wait_until"]

GROWTH = 1.5
# Several processes that began to wait at the same time do not read at the same time again.
SPREAD = 0.2
# Seconds. The wait may last for weeks, one call may not.
LONGEST_READ = 86_400.0


class WaitTimeoutError(TimeoutError):
    """The tracking did not reach the status in time."""

    def __init__(self, message: str, *, tracking: Any, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.tracking = tracking
        """The tracking as it was last read; None if it could not be read at all."""


class WaitSettings(NamedTuple):
    """What to wait for, how long, and how often to read. Times are seconds."""

    tag: str | Collection[str] | None
    until: Callable[[Any], bool] | None
    timeout: float | None
    interval: float
    longest_interval: float
    on_change: Callable[[Any], object] | None

    def is_met_by(self, tracking: Any) -> bool:
        """Whether the tracking is as it was waited for."""
        if self.until is not None:
            return self.until(tracking)
        wanted = (self.tag,) if isinstance(self.tag, str) else self.tag or ()
        return getattr(tracking, "tag", None) in wanted

    def check(self) -> None:
        """Raise UsageError for settings that cannot work."""
        if (self.tag is None) == (self.until is None) or (self.tag is not None and not self.tag):
            raise UsageError("wait for a tag, or until a test accepts: give one of `tag` and `until`")
        if self.timeout is not None and not self.timeout >= 0:
            raise UsageError(
                f"timeout must be seconds, 0 or more, or None for no end; this is {self.timeout!r}"
            )
        if not 0 < self.interval <= self.longest_interval:
            raise UsageError("interval must be seconds, more than 0 and no more than longest_interval")


def wait_until(
    id: str, settings: WaitSettings, options: Options | None, setup: ClientSetup
) -> Generator[Action, Any, Any]:
    """Return the actions of the wait. Their result is the tracking, or WaitTimeoutError is raised.

    Raises UsageError for settings that cannot work.
    """
    settings.check()
    options = options or Options()
    if isinstance(options.deadline, Default):
        options = replace(options, deadline=setup.settings.deadline)
    return _wait_until(id, settings, options, setup.clocks)


def _wait_until(
    id: str, settings: WaitSettings, options: Options, clocks: Clocks
) -> Generator[Action, Any, Any]:
    begun, interval = clocks.monotonic(), settings.interval
    tracking: Any = None
    trouble: AfterShipError | None = None

    def time_left() -> float | None:
        return None if settings.timeout is None else settings.timeout - (clocks.monotonic() - begun)

    while True:
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
        left = time_left()
        if left is not None and left <= 0:
            raise _make_timeout_error(id, settings, tracking) from trouble
        pause = interval * (1 - SPREAD + 2 * SPREAD * clocks.random())
        yield Wait(pause if left is None else min(pause, left))
        interval = min(interval * GROWTH, settings.longest_interval)


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


def _make_timeout_error(id: str, settings: WaitSettings, tracking: Any) -> WaitTimeoutError:
    state = "could not be read" if tracking is None else f"is {getattr(tracking, 'tag', 'of unknown status')}"
    return WaitTimeoutError(
        f"the tracking {id} {state} after {settings.timeout:g} s of waiting",
        tracking=tracking,
        hint="The service requests news from couriers every few hours: wait longer, or use a webhook.",
    )
