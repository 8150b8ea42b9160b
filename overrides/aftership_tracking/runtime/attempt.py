"""What came of sending a request once, and what was decided then. Two records, known to errors and hooks."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Attempt", "Decision"]


class Attempt(NamedTuple):
    """What came of sending once."""

    number: int
    """1 for the first."""
    status: int | None
    """HTTP status; None if no answer arrived."""
    error: str | None
    """Name of the transport error; None if an answer arrived."""
    seconds: float
    """How long it took."""
    waited: float
    """How long the client waited afterwards; 0 after the last."""
    why: str
    """Why it was repeated, or why not."""


class Decision(NamedTuple):
    """What to do after an attempt."""

    again: bool
    after: float
    """Seconds to wait before it."""
    why: str
