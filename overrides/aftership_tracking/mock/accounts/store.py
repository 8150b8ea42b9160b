"""What the mock stores: one account per API key, with its parcels and its connections to couriers.

All versions share one store.
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftership_tracking.mock.parcels.parcel import Parcel

RETENTION = timedelta(days=120)
_ID_LENGTH = 32
_LEGACY_ID_LENGTH = 24
_ID_LETTERS = string.ascii_lowercase + string.digits


@dataclass(slots=True)
class Connection:
    """An account at a courier that the service may use."""

    id: str
    courier_slug: str
    credentials: dict[str, str]
    created_at: datetime
    updated_at: datetime
    serial: int


class Account:
    """What belongs to one API key. Hold `lock` while you use it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.connections: dict[str, Connection] = {}
        self._by_id: dict[str, Parcel] = {}
        self._by_legacy_id: dict[str, Parcel] = {}
        self._by_number: dict[tuple[str, str], Parcel] = {}
        self._serial = 0
        self._touched: list[Parcel] | None = None

    def __len__(self) -> int:
        return len(self._by_id)

    def new_serial(self) -> int:
        """The next number in the order of creation."""
        self._serial += 1
        return self._serial

    def newest_first(self) -> Iterator[Parcel]:
        return reversed(self._by_id.values())

    def by_id(self, identifier: str) -> Parcel | None:
        """The parcel of an id. Short ids are valid in every version."""
        return self._by_id.get(identifier) or self._by_legacy_id.get(identifier)

    def by_number(self, slug: str, tracking_number: str) -> Parcel | None:
        return self._by_number.get((slug, tracking_number))

    def add(self, parcel: Parcel) -> None:
        self._by_id[parcel.id] = parcel
        self._by_legacy_id[parcel.legacy_id] = parcel
        self._by_number[parcel.slug, parcel.tracking_number] = parcel
        self._note(parcel)

    def touch(self, parcel: Parcel, now: datetime) -> None:
        """Record that the caller has changed a parcel."""
        parcel.changed_at = now
        self._note(parcel)

    def listen(self) -> None:
        """Note from now on which parcels callers add, change and remove. Existing parcels count as added."""
        with self.lock:
            if self._touched is None:
                self._touched = list(self._by_id.values())

    def take_touched(self) -> list[Parcel]:
        """Return the noted parcels and start a new list."""
        if not self._touched:
            return []
        with self.lock:
            found, self._touched = self._touched, []
            return found

    def _note(self, parcel: Parcel) -> None:
        if self._touched is not None:
            self._touched.append(parcel)

    def remove(self, parcel: Parcel) -> None:
        self._note(parcel)
        del self._by_id[parcel.id]
        del self._by_legacy_id[parcel.legacy_id]
        del self._by_number[parcel.slug, parcel.tracking_number]

    def change_courier(self, parcel: Parcel, slug: str) -> None:
        del self._by_number[parcel.slug, parcel.tracking_number]
        parcel.slug = slug
        self._by_number[slug, parcel.tracking_number] = parcel

    def forget_old(self, now: datetime) -> None:
        """Remove parcels past the retention. They are stored in the order of their creation."""
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
        self._is_listening = False
        self.clear()

    def clear(self) -> None:
        """Remove everything; ids start again from the seed."""
        with self._lock:
            self._random = random.Random(self._seed)  # noqa: S311 - ids need no secrecy
            self._accounts: dict[str, Account] = {}

    def account(self, api_key: str) -> Account:
        with self._lock:
            found = self._accounts.get(api_key)
            if found is None:
                found = self._accounts[api_key] = Account()
                if self._is_listening:
                    found.listen()
            return found

    def accounts(self) -> list[tuple[str, Account]]:
        """All accounts with their API keys."""
        with self._lock:
            return list(self._accounts.items())

    def listen(self) -> None:
        """Let every account note what callers change, also accounts that are opened later."""
        with self._lock:
            self._is_listening = True
            for account in self._accounts.values():
                account.listen()

    def new_id(self) -> str:
        with self._lock:
            return "".join(self._random.choices(_ID_LETTERS, k=_ID_LENGTH))

    def new_ids(self, chosen: str | None) -> tuple[str, str]:
        """Return the id of a new parcel, which the caller may choose, and its shorter id."""
        drawn = self.new_id()
        return drawn if chosen is None else chosen, drawn[:_LEGACY_ID_LENGTH]

    def new_trace_id(self) -> str:
        with self._lock:
            return f"{self._random.getrandbits(128):032x}"
