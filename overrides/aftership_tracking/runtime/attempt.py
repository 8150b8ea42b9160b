"""The outcome of sending a request once, and the decision that followed. Errors and hooks carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Attempt", "Decision"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The outcome of sending a request once."""

    number: int
    """1 for the first."""
    status: int | None
    """HTTP status; None if no response arrived."""
    error: str | None
    """Name of the transport error; None if a response arrived."""
    seconds: float
    """How long it took."""
    waited: float
    """How long the client waited afterwards; 0 after the last attempt."""
    why: str
    """Why the attempt was repeated, or why not."""


class Decision(NamedTuple):
    """What to do after an attempt."""

    again: bool
    """Whether the request is sent again."""
    after: float
    """Seconds to wait before that."""
    why: str
    """The reason, in a few words."""
