"""Waiting for a tracking to become what somebody waits for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from aftership_tracking.errors import (
    AfterShipError,
    RateLimitError,
    ServerError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
    UsageError,
)
from aftership_tracking.recipes.calls import Get, Sleep, Step, Tell
from aftership_tracking.runtime.options import Default, Options

if TYPE_CHECKING:
    from aftership_tracking.runtime.clocks import Clocks
    from aftership_tracking.runtime.settings import ClientSetup

__all__ = ["WaitTimeoutError", "Wish", "wait"]

GROWTH = 1.5
# Those who began to wait together do not come back together.
SPREAD = 0.2
# Seconds. The waiting may last for weeks, one call may not.
LONGEST_LOOK = 86_400.0


class WaitTimeoutError(TimeoutError):
    """The tracking did not become what was waited for in time."""

    def __init__(self, message: str, *, tracking: Any, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.tracking = tracking
        """As it was read last; None if it could not be read at all."""


class Wish(NamedTuple):
    """What is waited for, and how patiently. Times are seconds."""

    tag: str | Collection[str] | None
    until: Callable[[Any], bool] | None
    timeout: float | None
    interval: float
    longest_interval: float
    on_change: Callable[[Any], object] | None

    def fits(self, tracking: Any) -> bool:
        """Judge a tracking."""
        if self.until is not None:
            return self.until(tracking)
        wanted = (self.tag,) if isinstance(self.tag, str) else self.tag or ()
        return getattr(tracking, "tag", None) in wanted

    def check(self) -> None:
        """Raise UsageError for what cannot be waited for."""
        if (self.tag is None) == (self.until is None) or (self.tag is not None and not self.tag):
            raise UsageError("wait for a tag, or until a test says yes: give one of `tag` and `until`")
        if self.timeout is not None and not self.timeout >= 0:
            raise UsageError(
                f"timeout must be seconds, 0 or more, or None for no end; this is {self.timeout!r}"
            )
        if not 0 < self.interval <= self.longest_interval:
            raise UsageError("interval must be seconds, more than 0 and no more than longest_interval")


def wait(id: str, wish: Wish, options: Options | None, setup: ClientSetup) -> Generator[Step, Any, Any]:
    """Return the steps of waiting, which give the tracking or raise WaitTimeoutError. Raises UsageError."""
    wish.check()
    options = options or Options()
    if isinstance(options.deadline, Default):
        options = options._replace(deadline=setup.settings.deadline)
    return _steps(id, wish, options, setup.clocks)


def _steps(id: str, wish: Wish, options: Options, clocks: Clocks) -> Generator[Step, Any, Any]:
    begun, interval = clocks.monotonic(), wish.interval
    tracking: Any = None
    trouble: AfterShipError | None = None

    def left() -> float | None:
        return None if wish.timeout is None else wish.timeout - (clocks.monotonic() - begun)

    while True:
        try:
            now = yield Get(id, _within(options, left()))
        except (TransportError, RateLimitError, ServerError) as error:
            # The client has tried again already. It may be over at the next look.
            trouble = error.with_traceback(None)
        else:
            trouble = None
            if tracking is None or _state(now) != _state(tracking):
                interval = wish.interval
                if wish.on_change is not None:
                    yield Tell(wish.on_change, now)
            tracking = now
            if wish.fits(tracking):
                return tracking
        remaining = left()
        if remaining is not None and remaining <= 0:
            raise _too_late(id, wish, tracking) from trouble
        pause = interval * (1 - SPREAD + 2 * SPREAD * clocks.random())
        yield Sleep(pause if remaining is None else min(pause, remaining))
        interval = min(interval * GROWTH, wish.longest_interval)


def _within(options: Options, left: float | None) -> Options:
    """Keep one look from lasting much longer than the waiting. The last one gets a second."""
    if left is None:
        return options
    longest = min(max(left, 1.0), LONGEST_LOOK)
    given = options.deadline
    return options._replace(
        deadline=longest if given is None or isinstance(given, Default) else min(given, longest)
    )


def _state(tracking: Any) -> tuple[object, ...]:
    checkpoints = getattr(tracking, "checkpoints", None)
    return (
        getattr(tracking, "tag", None),
        getattr(tracking, "subtag", None),
        getattr(tracking, "updated_at", None),
        len(checkpoints) if isinstance(checkpoints, list) else None,
    )


def _too_late(id: str, wish: Wish, tracking: Any) -> WaitTimeoutError:
    state = "could not be read" if tracking is None else f"is {getattr(tracking, 'tag', 'of unknown status')}"
    return WaitTimeoutError(
        f"the tracking {id} {state} after {wish.timeout:g} s of waiting",
        tracking=tracking,
        hint="Couriers are asked every few hours: wait longer, or let a webhook tell.",
    )
