"""What the mock remembers: one account per API key, and its parcels in one canonical form.

The canonical form of a parcel is what callers said about it, the plan of its life, and nothing that can be
computed from the two.
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aftership_tracking.mock.journey import Plan, State, state_at

RETENTION = timedelta(days=120)
_ID_LENGTH = 24
_ID_LETTERS = string.ascii_lowercase + string.digits


@dataclass(slots=True)
class Parcel:
    """One followed parcel. `details` holds the fields as the caller gave them, by their canonical names."""

    id: str
    tracking_number: str
    slug: str
    created_at: datetime
    changed_at: datetime
    plan: Plan
    details: dict[str, Any] = field(default_factory=dict)

    def state(self, now: datetime) -> State:
        return state_at(self.plan, now)

    def updated_at(self, state: State) -> datetime:
        """The last change, by the caller or by the courier."""
        return max(self.changed_at, state.changed_at)


class Account:
    """The parcels of one API key. Hold `lock` while using it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._by_id: dict[str, Parcel] = {}
        self._by_number: dict[tuple[str, str], Parcel] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def newest_first(self) -> Iterator[Parcel]:
        return reversed(self._by_id.values())

    def by_id(self, identifier: str) -> Parcel | None:
        return self._by_id.get(identifier)

    def by_number(self, slug: str, tracking_number: str) -> Parcel | None:
        return self._by_number.get((slug, tracking_number))

    def add(self, parcel: Parcel) -> None:
        self._by_id[parcel.id] = parcel
        self._by_number[parcel.slug, parcel.tracking_number] = parcel

    def remove(self, parcel: Parcel) -> None:
        del self._by_id[parcel.id]
        del self._by_number[parcel.slug, parcel.tracking_number]

    def change_courier(self, parcel: Parcel, slug: str) -> None:
        del self._by_number[parcel.slug, parcel.tracking_number]
        parcel.slug = slug
        self._by_number[slug, parcel.tracking_number] = parcel

    def forget_old(self, now: datetime) -> None:
        """Drop what is past the retention. Parcels are kept in the order of their creation."""
        while self._by_id:
            oldest = next(iter(self._by_id.values()))
            if now - oldest.created_at <= RETENTION:
                return
            self.remove(oldest)


class Store:
    """All accounts of one mock."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything; ids start again from the seed."""
        with self._lock:
            self._random = random.Random(self._seed)  # noqa: S311 - ids need no secrecy
            self._accounts: dict[str, Account] = {}

    def account(self, api_key: str) -> Account:
        with self._lock:
            return self._accounts.setdefault(api_key, Account())

    def new_id(self) -> str:
        with self._lock:
            return "".join(self._random.choices(_ID_LETTERS, k=_ID_LENGTH))

    def new_trace_id(self) -> str:
        with self._lock:
            return f"{self._random.getrandbits(128):032x}"
