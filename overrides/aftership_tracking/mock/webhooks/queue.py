"""The deliveries that wait, the one that is due first in front."""

from __future__ import annotations

import heapq
import itertools
from datetime import datetime

from aftership_tracking.mock.webhooks.delivery import Delivery


class Queue:
    """Deliveries that are due at one moment keep their order. Its owner holds a lock."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Delivery]] = []
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, delivery: Delivery) -> None:
        heapq.heappush(self._waiting, (delivery.due, next(self._order), delivery))

    def take(self, now: datetime) -> Delivery | None:
        """Remove and give the first delivery, if it is due."""
        if not self._waiting or self._waiting[0][0] > now:
            return None
        return heapq.heappop(self._waiting)[2]

    def next_at(self) -> datetime | None:
        return self._waiting[0][0] if self._waiting else None

    def all(self) -> tuple[Delivery, ...]:
        """The deliveries in the order in which they are due."""
        return tuple(delivery for _, _, delivery in sorted(self._waiting, key=lambda entry: entry[:2]))

    def clear(self) -> None:
        self._waiting.clear()
