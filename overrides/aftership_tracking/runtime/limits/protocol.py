"""The interface of a limiter: it receives a `SlotRequest` and returns a `Grant`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from aftership_tracking.runtime.operation import RateLimit

__all__ = ["Grant", "Limiter", "SlotRequest"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotRequest:
    """A request for a slot: for permission to send one request. `dataclasses.replace` makes a changed one."""

    bucket: str
    """Names what shares the limit. It holds a fingerprint of the account, never a key."""
    limit: RateLimit
    longest: float | None = None
    """Seconds that the caller can wait at most; None for any time."""
    priority: int = 0
    """Higher goes first, for limiters that know priorities."""
    ticket: int | None = None
    """The `ticket` of the grant that said to try again; None the first time."""
    took: float = 0.0
    """For `learn` alone: seconds from sending the request to receiving its response."""
    within: float | None = None
    """Seconds until the deadline of the call, so a limiter that reads a store must return before; None if the
    call has no deadline.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """The result of a `SlotRequest`."""

    wait: float
    """Seconds to wait."""
    reserved: bool
    """True: send after waiting. False: nothing is reserved, so try again after waiting, or give up."""
    ticket: int | None = None
    """Preserves the caller's position in the queue: put it into the next `SlotRequest`."""


class Limiter(Protocol):
    """Anything that spreads requests over time. It may be shared by clients and by threads.

    A limiter that reads a file or calls a server has an attribute `blocking = True`; async clients then call
    it in a thread. It must return within `slot_request.within` seconds: nothing interrupts it.

    A limiter that can say how much of its limits is used may have a method `usage(prefix)`, which returns a
    tuple of `BucketUsage` for the buckets whose name begins with the prefix; `client.limits` shows them.
    """

    def acquire(self, slot_request: SlotRequest) -> Grant:
        """Reserve a slot for one request, or say when to try again. It returns at once and never sleeps."""
        ...

    def learn(self, slot_request: SlotRequest, status: int, headers: Mapping[str, str]) -> None:
        """Take note of the response to a granted request; `read_feedback` reads its headers."""
        ...
