"""What an observer sees of each attempt. The records are frozen, and their repr holds no keys and no
bodies.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

from aftership_tracking.runtime.attempt import Decision
from aftership_tracking.runtime.wire.request import Outcome, Request

__all__ = ["AttemptEnded", "AttemptStarted", "Event", "Hook"]


class AttemptStarted(NamedTuple):
    """A request is about to be sent, signed and final."""

    operation: str
    attempt: int
    request: Request


class AttemptEnded(NamedTuple):
    """A request was answered, or failed on the way."""

    operation: str
    attempt: int
    request: Request
    outcome: Outcome
    """The response, or the transport error."""
    seconds: float
    decision: Decision
    """Whether it is sent again, after how long, and why."""


Event: TypeAlias = AttemptStarted | AttemptEnded


class Hook(Protocol):
    """A callable for events. It runs in the way of the call: be quick. An exception it raises ends the
    call.
    """

    def __call__(self, event: Event, /) -> None:
        """Observe one event."""
