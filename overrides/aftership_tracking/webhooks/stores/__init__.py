"""Stores remember which events were handled. `Store` says what a store promises.

A store knows each key in one of three states: new, claimed for a while, or done.

    claim     -> NEW: this caller handles the event; BUSY: another one does; DONE: it was handled before
    complete  the event is handled; remember that
    release   the handler failed; the next delivery may try again

A claim has a lease. When the process that holds it dies, the claim runs out and the next delivery gets it.
Each claim has a token of its own, so that a caller that comes back after its lease ran out cannot touch the
claim of another.

This guarantees by itself: as long as handlers end within their lease, no event is handled by two processes
at a time, and none again after `complete`. One gap is left: a process that dies between the effect of its
handler and `complete` did its work, and the next delivery does it again. Close it in one of two ways: write
the effect and the memory of it in one transaction (`SqliteStore.transaction`), or make the effect harmless
to repeat, with the event's id as its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.webhooks.stores.protocol import (
    KEEP,
    LEASE,
    AlreadyHandledError,
    Claim,
    ClaimState,
    Store,
    StoreError,
)

if TYPE_CHECKING:
    from aftership_tracking.webhooks.stores.memory import MemoryStore as MemoryStore
    from aftership_tracking.webhooks.stores.redis import RedisStore as RedisStore
    from aftership_tracking.webhooks.stores.sqlite import SqliteStore as SqliteStore

__all__ = [
    "KEEP",
    "LEASE",
    "AlreadyHandledError",
    "Claim",
    "ClaimState",
    "MemoryStore",
    "RedisStore",
    "SqliteStore",
    "Store",
    "StoreError",
]

_MODULE_OF = {"MemoryStore": "memory", "RedisStore": "redis", "SqliteStore": "sqlite"}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.runtime.lazy_imports import load

    found: object = getattr(load(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = found
    return found
