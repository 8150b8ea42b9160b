"""What a store promises: the states of a key, the claim, and the three methods."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from aftership_tracking.errors import AfterShipError, StorageError
from aftership_tracking.webhooks.sending.retry_schedule import SPAN

__all__ = ["COUNT_FOR", "KEEP", "LEASE", "AlreadyHandledError", "Claim", "ClaimState", "Store", "StoreError"]

LEASE = 300.0
"""Seconds that a claim lasts. It has to be longer than the slowest handler."""

KEEP = 604_800.0
"""Seconds that a handled event is remembered: a week. The last attempt of AfterShip's retry table comes
245,730 seconds after the first.
"""

COUNT_FOR = float(SPAN)
"""Seconds that a store remembers how often a key was claimed, after its last claim ended: the time of
AfterShip's retries.
"""


class ClaimState(Enum):
    """What a store knows about a key."""

    NEW = "new"
    BUSY = "busy"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The result of `Store.claim`. Only a claim with the state NEW gives the right to handle the event."""

    state: ClaimState
    key: str
    """The key that was claimed: that of an event."""
    token: str = ""
    """Distinguishes this claim from any other claim of the same key. It is empty unless the state is NEW."""
    attempt: int = 1
    """How often the key has been claimed since it was last done, this claim included. A store that does not
    count says 1.
    """


class Store(Protocol):
    """Anything that remembers keys. Threads share it, and so do processes if it is made for several.

    Whatever a method raises is a failure of the store. Those of this package raise `StoreError`.
    """

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds. It returns at once, whatever others do with the key."""
        ...

    def complete(self, claim: Claim, *, keep: float) -> bool:
        """Remember for `keep` seconds that the key is done. Return False if the claim ran out and another
        caller had or has the key.
        """
        ...

    def release(self, claim: Claim) -> bool:
        """Forget the claim, so that the key is new again. Return False if the key is done, or if another
        caller has it.
        """
        ...


class AlreadyHandledError(AfterShipError):
    """The event is done already, so a handler must not do it again. A receiver takes this as success."""


class StoreError(StorageError):
    """The store failed: a file that is locked or a disk that is full, a server that does not respond. A
    receiver raises it if no handler was started; the next delivery tries again.
    """
