"""Hooks: see each call and each attempt while it happens.

A hook is a callable that is given to a client (`hooks=[...]`) and receives these records. `Call` is what all
events of one call have in common. Hooks of an async client may be `async def`.
"""

from __future__ import annotations

from aftership_tracking.runtime.attempt import Attempt, Decision
from aftership_tracking.runtime.hooks import (
    AttemptEnded,
    AttemptStarted,
    Call,
    CallEnded,
    CallStarted,
    Event,
    Hook,
)
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = [
    "Attempt",
    "AttemptEnded",
    "AttemptStarted",
    "Call",
    "CallEnded",
    "CallStarted",
    "Decision",
    "Event",
    "Headers",
    "Hook",
    "Outcome",
    "Request",
    "Response",
]
