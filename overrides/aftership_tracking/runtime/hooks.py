"""What a hook receives for each attempt. The records are frozen, and their repr shows no keys or bodies."""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

from aftership_tracking.runtime.attempt import Decision
from aftership_tracking.runtime.wire.request import Outcome, Request

__all__ = ["AttemptEnded", "AttemptStarted", "Event", "Hook"]


class AttemptStarted(NamedTuple):
    """A request is signed and final, and is about to be sent."""

    operation: str
    attempt: int
    request: Request


class AttemptEnded(NamedTuple):
    """The response to a request arrived, or the transport failed."""

    operation: str
    attempt: int
    request: Request
    outcome: Outcome
    """The response, or the transport error."""
    seconds: float
    decision: Decision
    """Whether the request is sent again, after how long, and why."""


Event: TypeAlias = AttemptStarted | AttemptEnded


class Hook(Protocol):
    """A callable that receives events. The call waits for it, so it must be quick. An exception it raises
    ends the call.
    """

    def __call__(self, event: Event, /) -> None:
        """Observe one event."""
