"""What was made of an object is remembered while the facts that it was made from are equal."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

# Two of the largest pages, and more. An entry takes some 20 kB, and each version has a memory of its own.
CAPACITY = 500


Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """A bounded memory; what was not used for the longest time is forgotten. Several threads may share it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[int, tuple[Any, Any, Made]] = OrderedDict()
        self._lock = threading.Lock()

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
            self._entries[key] = (owner, facts, made)
            self._entries.move_to_end(key)
            if len(self._entries) > self._capacity:
                self._entries.popitem(last=False)
        return made
