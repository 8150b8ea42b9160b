"""What an inbox holds, and what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

__all__ = ["DeliveryQueue", "EntryState", "Headers", "Inbox", "InboxEntry"]

Headers = tuple[tuple[str, str], ...]
"""Names in lower case and values of the headers that are stored with a body."""


class EntryState(Enum):
    """What happens to an entry next."""

    WAITING = "waiting"
    """A worker takes it when it is due, or has taken it."""
    DEAD = "dead"
    """Its handler failed too often, or it is not an event. Nothing happens until somebody retries it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxEntry:
    """One delivery that was verified and stored. Its repr shows neither headers nor body."""

    number: int
    """Its number in the inbox, from 1 in the order of arrival."""
    body: bytes
    """The raw bytes, as they were signed."""
    headers: Headers
    """Those that are needed to read the body again: its version, its type, its signature."""
    received: float
    """When it arrived: Unix time in seconds."""
    state: EntryState
    due: float
    """When a worker may take it: Unix time in seconds. While a worker has it, the end of its lease."""
    attempts: int
    """How often a worker has taken it."""
    error: str = ""
    """Why the last attempt failed: the class and the message of the error."""

    def __repr__(self) -> str:
        return (
            f"InboxEntry(number={self.number}, {self.state.value}, attempts={self.attempts}, "
            f"{len(self.body)} bytes)"
        )


class DeliveryQueue(Protocol):
    """Where an `InboxEndpoint` puts deliveries: an inbox, or a queue of your own."""

    def put(self, body: bytes, headers: Headers) -> object:
        """Store a delivery so that nothing but the loss of the disk loses it. Raise if that fails."""
        ...


class Inbox(Protocol):
    """Anything that stores deliveries. Threads share it, and so do processes.

    A worker takes an entry for a lease and then ends it in one of three ways. When the worker dies, the lease
    runs out and another one takes the entry. The three methods do nothing to an entry that somebody else has
    taken since, and return False.

    Whatever a method raises is a failure of the inbox. Those of this package raise `StoreError`.
    """

    def put(self, body: bytes, headers: Headers) -> int:
        """Store a delivery so that nothing but the loss of the disk loses it. Return its number."""
        ...

    def take(self, *, most: int, lease: float) -> list[InboxEntry]:
        """Take up to `most` entries that are due, those that are due longest first."""
        ...

    def finish(self, entry: InboxEntry) -> bool:
        """Remove an entry that was handled."""
        ...

    def postpone(self, entry: InboxEntry, *, delay: float, error: str) -> bool:
        """Make an entry due again in `delay` seconds."""
        ...

    def bury(self, entry: InboxEntry, *, error: str) -> bool:
        """Make an entry a dead letter."""
        ...

    def entries(self, state: EntryState | None = None) -> Iterator[InboxEntry]:
        """Return the entries of a state, or all, in the order of their numbers."""
        ...

    def find(self, number: int) -> InboxEntry | None:
        """Return the entry with this number; None if there is none."""
        ...

    def retry(self, number: int) -> bool:
        """Make an entry due now, with all its attempts before it. Return False if there is none."""
        ...

    def purge(self, *, older_than: float, state: EntryState | None = EntryState.DEAD) -> int:
        """Remove entries that arrived more than `older_than` seconds ago. Return how many.

        Args:
            state: those of this state only. None: all, also those that nobody has handled yet.
        """
        ...
