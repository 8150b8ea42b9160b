"""What was made of an object is remembered while the facts that it was made from are equal.

To collect the facts may take longer than to compare them. So it is remembered too until when they hold, and
for which parts of the object.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

# Two of the largest pages, and more. An entry takes some 20 kB, and each version has a memory of its own.
CAPACITY = 500
# Pages are the first ones, as a rule: programs ask again and again what is new. The largest takes 7 MB, and
# as much again as the whole response with it.
PAGES = 4


Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """A bounded memory; what was not used for the longest time is forgotten. Several threads may share it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[int, tuple[Any, Any, Made]] = OrderedDict()
        self._spans: dict[int, tuple[tuple[Any, ...], datetime, datetime]] = {}
        self._lock = threading.Lock()

    def find(self, owner: object, parts: tuple[Any, ...], now: datetime) -> Made | None:
        """Return what was made of the owner if its facts still hold, as `hold` said; else None."""
        key = id(owner)
        with self._lock:
            entry, span = self._entries.get(key), self._spans.get(key)
            if entry is None or span is None or entry[0] is not owner or not span[1] <= now < span[2]:
                return None
            for part, known in zip(parts, span[0], strict=True):
                if part is not known:
                    return None
            self._entries.move_to_end(key)
            return entry[2]

    def hold(
        self, owner: object, made: Made, parts: tuple[Any, ...], since: datetime, until: datetime
    ) -> None:
        """Say how long the facts of what `get` returned hold if no part is replaced by another object."""
        with self._lock:
            entry = self._entries.get(id(owner))
            if entry is not None and entry[0] is owner and entry[2] is made:
                self._spans[id(owner)] = (parts, since, until)

    def until(self, owner: object) -> datetime | None:
        """Return until when the facts of what was made of the owner hold, as far as `hold` said."""
        with self._lock:
            entry, span = self._entries.get(id(owner)), self._spans.get(id(owner))
            return None if entry is None or span is None or entry[0] is not owner else span[2]

    def put(
        self, owner: object, made: Made, parts: tuple[Any, ...], since: datetime, until: datetime
    ) -> None:
        """Remember what was made of an owner, for `find`. Neither `get` nor `hold` is needed then."""
        with self._lock:
            self._put(owner, parts, made)
            self._spans[id(owner)] = (parts, since, until)

    def get(self, owner: object, facts: object, make: Callable[[], Made]) -> Made:
        """Return what `make` makes, or what it made before of the same owner and equal facts."""
        key = id(owner)
        with self._lock:
            entry = self._entries.get(key)
            # The entry holds its owner, so no other object can have the same id meanwhile.
            if entry is not None and entry[0] is owner and entry[1] == facts:
                self._entries.move_to_end(key)
                return entry[2]
        made = make()
        with self._lock:
            self._put(owner, facts, made)
        return made

    def _put(self, owner: object, facts: object, made: Made) -> None:
        key = id(owner)
        self._entries[key] = (owner, facts, made)
        self._entries.move_to_end(key)
        self._spans.pop(key, None)
        if len(self._entries) > self._capacity:
            oldest, _ = self._entries.popitem(last=False)
            self._spans.pop(oldest, None)
