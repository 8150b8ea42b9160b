"""What a limiter is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from aftership_tracking.runtime.operation import RateLimit

__all__ = ["Ask", "Grant", "Limiter"]


class Ask(NamedTuple):
    """A wish to send one request."""

    bucket: str
    """What shares the limit. It holds a fingerprint of the account, never a key."""
    limit: RateLimit
    longest: float | None = None
    """Seconds that the caller can wait; None for any time."""
    priority: int = 0
    """Higher goes first, for limiters that know priorities."""
    ticket: int | None = None
    """The `ticket` of the grant that said to ask again; None when this wish is new."""
    took: float = 0.0
    """For `learn` alone: seconds from sending the request to its answer."""


class Grant(NamedTuple):
    """The answer to an `Ask`."""

    wait: float
    """Seconds to wait."""
    reserved: bool
    """True: send after waiting. False: nothing is reserved, so ask again after waiting, or give up."""
    ticket: int | None = None
    """What keeps the place in the line: bring it along when asking again."""


class Limiter(Protocol):
    """Anything that spreads requests over time. It may be shared by clients and by threads.

    A limiter that asks a file or a server has an attribute `blocking = True`; asynchronous clients then call
    it in a thread.
    """

    def acquire(self, ask: Ask) -> Grant:
        """Reserve a place for one request, or say when to ask again. It returns at once and never sleeps."""
        ...

    def learn(self, ask: Ask, status: int, headers: Mapping[str, str]) -> None:
        """Take note of the response to a granted request; `read_feedback` reads its headers."""
        ...
