"""Decides which of two events of one tracking is newer.

Deliveries come in any order, if only because of retries. Every event carries the whole tracking, so the
newest wins, whatever its status. `Delivered` is not the end: a parcel may be returned after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Position", "is_newer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """The position of an event in the history of its tracking. It is small enough to be stored with it."""

    ts: int
    """When the event occurred, in seconds since 1970 (UTC)."""
    updated_at: datetime | None = None
    """When the tracking was last changed, with its zone; None if the event does not say it."""


def is_newer(one: Position, other: Position) -> bool:
    """Return whether `one` comes after `other`. `updated_at` decides only where `ts` is equal.

    If two events are equal in both, neither is newer than the other.
    """
    if one.ts != other.ts:
        return one.ts > other.ts
    if one.updated_at is None or other.updated_at is None:
        return False
    return one.updated_at > other.updated_at
