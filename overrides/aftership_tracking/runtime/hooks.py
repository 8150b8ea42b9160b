"""What a hook receives for each call and each of its attempts. The records are frozen, and their repr shows
no keys or bodies.

This module is imported when a client is given a hook: making the records takes longer than making a client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from aftership_tracking.runtime.attempt import Decision
from aftership_tracking.runtime.wire.request import Outcome, Request

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "Call",
    "CallEnded",
    "CallStarted",
    "Event",
    "Hook",
]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Call:
    """One call of a method. Every event of the call holds this same object, so it can be a key of a dict that
    remembers what began: two calls are never equal.
    """

    operation: str
    """Id of the operation, such as `get-tracking-by-id`."""
    method: str
    """HTTP method."""
    api_version: str
    """The requested version of the API, such as "2026-07"."""
    base_url: str
    """The URL of the service, without the path of the API."""
    path_template: str
    """The path below `base_url` with the names of its parameters, never their values:
    `/tracking/2026-07/trackings/{id}`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallStarted:
    """A call begins. It may wait for the rate limit before its first attempt."""

    call: Call

    @property
    def operation(self) -> str:
        """Id of the operation."""
        return self.call.operation


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptStarted:
    """A request is signed and final, and is about to be sent."""

    call: Call
    attempt: int
    """1 for the first."""
    request: Request

    @property
    def operation(self) -> str:
        """Id of the operation."""
        return self.call.operation


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptEnded:
    """The response to a request arrived, or the transport failed. An attempt that is interrupted, by Ctrl-C
    or because its task is cancelled, has no such event: `CallEnded` follows at once.
    """

    call: Call
    attempt: int
    """1 for the first."""
    request: Request
    outcome: Outcome
    """The response, or the transport error."""
    seconds: float
    """How long it took."""
    decision: Decision
    """Whether the request is sent again, after how long, and why."""

    @property
    def operation(self) -> str:
        """Id of the operation."""
        return self.call.operation


@dataclass(frozen=True, kw_only=True, slots=True)
class CallEnded:
    """A call ended, in whatever way: each `CallStarted` is followed by this event."""

    call: Call
    attempt_count: int
    """How often the request was sent, as far as it is known: 0 if nothing was sent or the call was
    interrupted."""
    status: int | None
    """HTTP status of the final response; None if there is none."""
    # Not in the repr: an error may hold a response, and the errors of other libraries may show anything.
    error: BaseException | None = field(repr=False)
    """What ended the call instead of a final response: an error of this package, a cancellation, Ctrl-C, the
    error of a hook."""
    seconds: float
    """How long it took, with all waits."""

    @property
    def operation(self) -> str:
        """Id of the operation."""
        return self.call.operation


Event: TypeAlias = CallStarted | AttemptStarted | AttemptEnded | CallEnded
"""What a hook receives."""


class Hook(Protocol):
    """A callable that receives events. The call waits for it, so it must be quick. An exception it raises
    ends the call.

    A hook of an async client may be `async def`; it is awaited. A hook may also have a method
    `request_headers(call, attempt)` that returns a mapping of headers to add to the request of an attempt,
    before it is signed. It is not awaited.
    """

    def __call__(self, event: Event, /) -> object:
        """Observe one event. What it returns is ignored."""
