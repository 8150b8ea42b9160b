"""What the mock stores: one account per API key, with its parcels and its connections to couriers.

All versions share one store.
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self
from weakref import ref

from aftership_tracking.mock.parcels.parcel import Parcel

RETENTION = timedelta(days=120)
_ID_LENGTH = 32
_LEGACY_ID_LENGTH = 24
# What has ids of a stream of its own. One more of a kind does not change the ids of the others.
PARCEL, CONNECTION, PREDICTION, OBJECT = "parcels", "connections", "predictions", "objects"
_TRACE = "traces"
# So many keys without an account are noted; then those are dropped whose account nobody uses any more, or
# holds something.
_MOST_EMPTY = 100
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


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What callers sent to operations that the mock has no code for."""

    serial: int
    value: dict[str, Any]
    is_gone: bool = False
    """Whether it was deleted. It stays, because the documents may give out its id again."""


class Account:
    """What belongs to one API key. Hold `lock` while you use it.

    As a context manager it makes a request whole: what changes inside is undone if the block raises. So
    whoever changes a parcel or a connection calls `edit` first.

    Args:
        preserve: called once, when the account holds something for the first time.
    """

    def __init__(self, preserve: Callable[[Account], object] | None = None) -> None:
        self._preserve = preserve
        self.lock = threading.RLock()
        self.connections: dict[str, Connection] = {}
        self.objects: dict[tuple[str, tuple[Any, ...]], StoredObject] = {}
        """By the path of the operation with its names left out, and the values of the path."""
        self._undo: list[Callable[[], object]] = []
        self._by_id: dict[str, Parcel] = {}
        self._by_legacy_id: dict[str, Parcel] = {}
        self._by_number: dict[tuple[str, str], Parcel] = {}
        self._serial = 0
        self._touched: list[tuple[Parcel, datetime]] | None = None
        self._newest_first: list[Parcel] | None = None
        self._created: tuple[datetime, datetime] | None = None

    def __len__(self) -> int:
        return len(self._by_id)

    def __enter__(self) -> Self:
        self.lock.acquire()
        self._undo.clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                for undo in reversed(self._undo):
                    undo()
            elif self._preserve is not None and (self._by_id or self.connections or self.objects):
                self._preserve(self)
                self._preserve = None
        finally:
            self._undo.clear()
            self.lock.release()

    def edit(self, changed: Parcel | Connection) -> None:
        """Announce that a parcel or connection of this account is about to be changed."""
        self._newest_first = None
        for field in fields(changed):
            self._undo.append(partial(setattr, changed, field.name, getattr(changed, field.name)))

    def new_serial(self) -> int:
        """The next number in the order of creation."""
        self._serial += 1
        return self._serial

    def newest_first(self) -> Sequence[Parcel]:
        """All parcels, the newest first.

        It is the same list until one comes, goes or is edited: pages that were shown before are known by it.
        """
        if self._newest_first is None:
            self._newest_first = list(reversed(self._by_id.values()))
            times = [parcel.created_at for parcel in self._newest_first]
            self._created = (min(times), max(times)) if times else None
        return self._newest_first

    @property
    def created(self) -> tuple[datetime, datetime] | None:
        """When the first and the last parcel were created; None without any."""
        self.newest_first()
        return self._created

    def by_id(self, identifier: str) -> Parcel | None:
        """The parcel of an id. Short ids are valid in every version."""
        return self._by_id.get(identifier) or self._by_legacy_id.get(identifier)

    def by_number(self, slug: str, tracking_number: str) -> Parcel | None:
        return self._by_number.get((slug, tracking_number))

    def add(self, parcel: Parcel) -> None:
        self._put(parcel)
        self._undo.append(partial(self._take, parcel))
        self._note(parcel, parcel.changed_at)

    def add_connection(self, connection: Connection) -> None:
        self.connections[connection.id] = connection
        self._undo.append(partial(self.connections.pop, connection.id))

    def remove(self, parcel: Parcel) -> None:
        self._note(parcel, parcel.changed_at)
        self._undo.append(partial(self._put_back, parcel))
        self._take(parcel)

    def remove_connection(self, connection: Connection) -> None:
        self._undo.append(partial(self._put_connection_back, connection))
        del self.connections[connection.id]

    def store_object(self, key: tuple[str, tuple[Any, ...]], stored: StoredObject | None) -> None:
        """Store what was sent to a path, or forget it (None)."""
        before = self.objects.get(key)
        if before is None:
            self._undo.append(partial(self.objects.pop, key, None))
        else:
            self._undo.append(partial(self.objects.__setitem__, key, before))
        if stored is None:
            self.objects.pop(key, None)
        else:
            self.objects[key] = stored

    def change_courier(self, parcel: Parcel, slug: str) -> None:
        """Move a parcel that `edit` was called for."""
        self._undo.append(partial(self._move, parcel.slug, slug, parcel))
        self._move(slug, parcel.slug, parcel)
        parcel.slug = slug

    def touch(self, parcel: Parcel, now: datetime) -> None:
        """Record that the caller has changed a parcel that `edit` was called for."""
        parcel.changed_at = now
        self._note(parcel, now)

    def replan(self, parcel: Parcel, now: datetime) -> None:
        """Record that the plan of a parcel is another one, and that nobody has changed the parcel."""
        self._note(parcel, now)

    def listen(self) -> None:
        """Note from now on which parcels callers add, change and remove. Existing parcels count as added."""
        with self.lock:
            if self._touched is None:
                self._touched = [(parcel, parcel.changed_at) for parcel in self._by_id.values()]

    def take_touched(self) -> list[tuple[Parcel, datetime]]:
        """Return the noted parcels with the times of their changes, and start a new list."""
        if not self._touched:
            return []
        with self.lock:
            found, self._touched = self._touched, []
            return found

    def _note(self, parcel: Parcel, at: datetime) -> None:
        if self._touched is not None:
            self._touched.append((parcel, at))
            self._undo.append(self._touched.pop)

    def _put(self, parcel: Parcel) -> None:
        self._newest_first = None
        self._by_id[parcel.id] = parcel
        self._by_legacy_id[parcel.legacy_id] = parcel
        self._by_number[parcel.slug, parcel.tracking_number] = parcel

    def _take(self, parcel: Parcel) -> None:
        self._newest_first = None
        del self._by_id[parcel.id]
        del self._by_legacy_id[parcel.legacy_id]
        del self._by_number[parcel.slug, parcel.tracking_number]

    def _move(self, slug: str, before: str, parcel: Parcel) -> None:
        self._by_number[slug, parcel.tracking_number] = self._by_number.pop((before, parcel.tracking_number))

    def _put_back(self, parcel: Parcel) -> None:
        self._put(parcel)
        self._by_id = dict(sorted(self._by_id.items(), key=lambda item: item[1].serial))

    def _put_connection_back(self, connection: Connection) -> None:
        self.connections[connection.id] = connection
        self.connections = dict(sorted(self.connections.items(), key=lambda item: item[1].serial))

    def clear(self) -> None:
        """Remove everything of this account. Its order of creation starts again."""
        with self.lock:
            for parcel in list(self._by_id.values()):
                self.remove(parcel)
            self._undo.clear()
            self.connections.clear()
            self.objects.clear()
            self._serial = 0

    @property
    def serial(self) -> int:
        """The last number in the order of creation."""
        return self._serial

    def load(self, parcels: Iterable[Parcel], serial: int) -> None:
        """Put back parcels that were stored elsewhere, with their numbers."""
        with self:
            for parcel in parcels:
                self.add(parcel)
            self._serial = serial

    def put_in_order(self) -> None:
        """Give parcels of past times their numbers in the order of creation, the oldest first."""
        with self.lock:
            ordered = sorted(self._by_id.values(), key=lambda parcel: (parcel.created_at, parcel.serial))
            if ordered == list(self._by_id.values()):
                return
            serials = sorted(parcel.serial for parcel in ordered)
            for parcel, serial in zip(ordered, serials, strict=True):
                parcel.serial = serial
            self._newest_first = None
            self._by_id = {parcel.id: parcel for parcel in ordered}

    def forget_old(self, now: datetime) -> None:
        """Remove parcels past the retention. They are stored in the order of their creation."""
        # Found first and removed then: to ask a dict for its first entry again after each removal is slow.
        old: list[Parcel] = []
        for parcel in self._by_id.values():
            if now - parcel.created_at <= RETENTION:
                break
            old.append(parcel)
        for parcel in old:
            self.remove(parcel)


class Store:
    """All accounts of one mock. `pace`: how many times faster than in reality new parcels move.

    Where any key is good, each opens an account. One that holds nothing lives only while somebody uses it,
    so a stream of invented keys does not fill the memory.
    """

    def __init__(self, seed: int, pace: float = 1.0) -> None:
        self.pace = pace
        self._seed = seed
        self._lock = threading.Lock()
        self._is_listening = False
        self.clear()

    def clear(self) -> None:
        """Remove everything; ids start again from the seed."""
        with self._lock:
            self._streams: dict[tuple[str, str], random.Random] = {}
            self._accounts: dict[str, Account] = {}
            self._empty: dict[str, ref[Account]] = {}

    def account(self, api_key: str) -> Account:
        with self._lock:
            # Not with `or`: an account without trackings is false.
            found = self._accounts.get(api_key)
            if found is None and (used := self._empty.get(api_key)) is not None:
                found = used()
            if found is None:
                found = Account(partial(self._accounts.__setitem__, api_key))
                if len(self._empty) >= _MOST_EMPTY:
                    # Those that hold something by now would be looked at again with each new key.
                    self._empty = {
                        key: each
                        for key, each in self._empty.items()
                        if each() is not None and key not in self._accounts
                    }
                self._empty[api_key] = ref(found)
                if self._is_listening:
                    found.listen()
            return found

    @property
    def random_state(self) -> list[tuple[str, str, Any]]:
        """Where the ids are in their streams, by kind and API key; as JSON."""
        with self._lock:
            return [(kind, api_key, stream.getstate()) for (kind, api_key), stream in self._streams.items()]

    @random_state.setter
    def random_state(self, state: Sequence[tuple[str, str, Any]]) -> None:
        with self._lock:
            self._streams.clear()
            for kind, api_key, (version, numbers, rest) in state:
                self._stream(kind, api_key).setstate((version, tuple(numbers), rest))

    def accounts(self) -> list[tuple[str, Account]]:
        """All accounts that hold or held something, with their API keys."""
        with self._lock:
            return list(self._accounts.items())

    def listen(self) -> None:
        """Let every account note what callers change, also accounts that are opened later."""
        with self._lock:
            self._is_listening = True
            empty = [account for each in self._empty.values() if (account := each()) is not None]
            accounts = [*self._accounts.values(), *empty]
        # Whoever uses an account may wait for the lock of the store, so not under it.
        for account in accounts:
            account.listen()

    def new_id(self, kind: str, api_key: str | None) -> str:
        """Draw the next id of a kind for an account. No other kind and no other account changes it."""
        with self._lock:
            return "".join(self._stream(kind, api_key or "").choices(_ID_LETTERS, k=_ID_LENGTH))

    def new_ids(self, api_key: str | None, chosen: str | None) -> tuple[str, str]:
        """Return the id of a new parcel, which the caller may choose, and its shorter id."""
        drawn = self.new_id(PARCEL, api_key)
        return drawn if chosen is None else chosen, drawn[:_LEGACY_ID_LENGTH]

    def new_trace_id(self) -> str:
        with self._lock:
            return "%032x" % self._stream(_TRACE, "").getrandbits(128)  # noqa: UP031 - twice as fast

    def _stream(self, kind: str, api_key: str) -> random.Random:
        found = self._streams.get((kind, api_key))
        if found is None:
            seed = f"{self._seed}/{kind}/{api_key}"
            found = self._streams[kind, api_key] = random.Random(seed)  # noqa: S311 - ids need no secrecy
        return found
