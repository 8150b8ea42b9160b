"""Memory of the events that were handled: what a store promises. The stores are in modules of their own.

A store knows each key in one of three states: new, claimed for a while, or done.

    claim     -> NEW: this caller handles the event; BUSY: another one does; DONE: it was handled before
    complete  the event is handled; remember that
    release   the handler failed; the next delivery may try again

A claim has a lease. When the process that holds it dies, the claim runs out and the next delivery gets it.
Each claim has a token of its own, so that a caller that comes back after its lease ran out cannot touch the
claim of another.

What that guarantees by itself: as long as handlers end within their lease, no event is handled by two at a
time, and none again after `complete`. One gap is left: a process that dies between the effect of its handler
and `complete` did its work, and the next delivery does it again. Close it in one of two ways: write the
effect and the memory of it in one transaction (`SqliteStore.transaction`), or make the effect harmless to
repeat, with the event's id as its key.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aftership_tracking.errors import AfterShipError

if TYPE_CHECKING:
    from aftership_tracking.webhooks.stores.memory import MemoryStore as MemoryStore
    from aftership_tracking.webhooks.stores.redis import RedisStore as RedisStore
    from aftership_tracking.webhooks.stores.sqlite import SqliteStore as SqliteStore

__all__ = [
    "KEEP",
    "LEASE",
    "AlreadyHandledError",
    "Claim",
    "MemoryStore",
    "RedisStore",
    "SqliteStore",
    "State",
    "Store",
    "StoreError",
]

LEASE = 300.0
"""Seconds that a claim lasts. It has to be longer than the slowest handler."""

KEEP = 604_800.0
"""Seconds that a handled event is remembered: a week. The last attempt of AfterShip's retry table comes
245,730 seconds after the first.
"""


class State(Enum):
    """What a store knows about a key."""

    NEW = "new"
    BUSY = "busy"
    DONE = "done"


class Claim(NamedTuple):
    """The answer of a store. Only a claim with the state NEW gives a right: to handle the event."""

    state: State
    key: str
    token: str = ""
    """Tells this claim from any other one of the same key; empty unless the state is NEW."""


class Store(Protocol):
    """Anything that remembers keys. It is shared by threads, and by processes if they are to share it."""

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds. It returns at once, whatever others do with the key."""
        ...

    def complete(self, claim: Claim, *, keep: float) -> bool:
        """Remember for `keep` seconds that the key is done. False: the claim ran out, and another had or has
        the key.
        """
        ...

    def release(self, claim: Claim) -> bool:
        """Forget the claim, so that the key is new again. False: the key is done, or it is another's."""
        ...


class AlreadyHandledError(AfterShipError):
    """The event is done already, so a handler must not do it again. A receiver takes this as success."""


class StoreError(AfterShipError):
    """The store could not be asked, so no handler was started. The next delivery may fare better."""


_HOMES = {"MemoryStore": "memory", "RedisStore": "redis", "SqliteStore": "sqlite"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
