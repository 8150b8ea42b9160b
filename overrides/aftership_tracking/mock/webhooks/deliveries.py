"""Deliveries: the queue of those that wait, what follows from an attempt, and the log. Nothing is sent here.

The request of a delivery is made once. Every attempt sends the same bytes with the settings of the first.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftership_tracking.mock.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.sending.retry_schedule import MOST_ATTEMPTS, delay_before, is_accepted
from aftership_tracking.webhooks.sending.sender import Outgoing

LOG_CAPACITY = 100_000


class Kind(StrEnum):
    """Why something is sent."""

    GENUINE = "genuine"
    DUPLICATE = "duplicate"
    FORGED = "forged"
    UNKNOWN = "unknown"
    TEST = "test"


class DeliveryOutcome(StrEnum):
    """What follows from an attempt."""

    TAKEN = "taken"
    AGAIN = "again"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent next, and when. `attempt` counts from 1."""

    endpoint: Endpoint
    request: Outgoing = field(repr=False)
    event_id: str
    event: str
    tag: str | None
    version: str | None
    kind: Kind
    due: datetime
    attempt: int = 1
    doubled: bool = False
    parcel: str = ""

    @property
    def lane(self) -> tuple[int, str]:
        """Deliveries of one lane, a parcel at a URL, are sent one after the other."""
        return self.endpoint.number, self.parcel


@dataclass(frozen=True, slots=True)
class Attempt:
    """A record of the log. It holds no secret and no body, and only the parts of the URL that may be shown.

    `status` is None if no response came; then `error` says why: the class of what was raised, and the start
    of its message, in which URLs and headers are masked.
    """

    endpoint: int
    url: str
    event_id: str
    event: str
    tag: str | None
    version: str | None
    kind: Kind
    attempt: int
    due: datetime
    sent: datetime
    status: int | None
    error: str | None
    outcome: DeliveryOutcome


def outcome_of(delivery: Delivery, status: int | None) -> DeliveryOutcome:
    """Return what follows from a response; `status` is None when there was none."""
    if is_accepted(status):
        return DeliveryOutcome.TAKEN
    # Forged deliveries and test events are sent only once.
    if delivery.kind in (Kind.FORGED, Kind.TEST) or delivery.attempt == MOST_ATTEMPTS:
        return DeliveryOutcome.DROPPED
    return DeliveryOutcome.AGAIN


def next_delivery(
    delivery: Delivery, outcome: DeliveryOutcome, sent: datetime, pace: float = 1.0
) -> Delivery | None:
    """Return what has to be sent after an attempt; None when nothing has to be.

    The delay starts with the attempt that failed, and passes at the pace of parcels. A doubled delivery is
    sent once more after it was accepted.
    """
    if outcome is DeliveryOutcome.AGAIN:
        attempt = delivery.attempt + 1
        return replace(delivery, attempt=attempt, due=sent + timedelta(seconds=delay_before(attempt) / pace))
    if outcome is DeliveryOutcome.TAKEN and delivery.doubled:
        return replace(delivery, attempt=1, due=sent, doubled=False, kind=Kind.DUPLICATE)
    return None


class DeliveryQueue:
    """The deliveries that wait, by due time; those of the same time stay in order. Its owner holds a lock.

    While one of a lane is being sent, the others of the lane are held: two threads would let a later event
    overtake an earlier one.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Delivery]] = []
        self._held: dict[tuple[int, str], list[tuple[datetime, int, Delivery]]] = {}
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._waiting) + sum(map(len, self._held.values()))

    def put(self, delivery: Delivery) -> None:
        heapq.heappush(self._waiting, (delivery.due, next(self._order), delivery))

    def take(self, now: datetime) -> Delivery | None:
        """Remove and return the first delivery that is due and may be sent; its lane is busy from now on."""
        while self._waiting and self._waiting[0][0] <= now:
            entry = heapq.heappop(self._waiting)
            held = self._held.get(entry[2].lane)
            if held is None:
                self._held[entry[2].lane] = []
                return entry[2]
            held.append(entry)
        return None

    def release(self, delivery: Delivery) -> bool:
        """End the sending of a delivery; whether others of its lane were held."""
        held = self._held.pop(delivery.lane, [])
        for entry in held:
            heapq.heappush(self._waiting, entry)
        return bool(held)

    def next_at(self) -> datetime | None:
        return self._waiting[0][0] if self._waiting else None

    def all(self) -> tuple[Delivery, ...]:
        """The deliveries in the order in which they are due."""
        entries = [*self._waiting, *itertools.chain.from_iterable(self._held.values())]
        return tuple(delivery for _, _, delivery in sorted(entries, key=lambda entry: entry[:2]))

    def clear(self) -> None:
        self._waiting.clear()
        self._held.clear()


class DeliveryLog:
    """Every attempt to deliver: one frozen record each, the newest last. The oldest are dropped."""

    def __init__(self, capacity: int = LOG_CAPACITY) -> None:
        # Appending to a deque is atomic, so no lock is needed.
        self._attempts: deque[Attempt] = deque(maxlen=capacity)

    def add(self, attempt: Attempt) -> None:
        self._attempts.append(attempt)

    def clear(self) -> None:
        self._attempts.clear()

    def of(self, event_id: str) -> tuple[Attempt, ...]:
        """The attempts of one event, at all URLs."""
        return tuple(attempt for attempt in self if attempt.event_id == event_id)

    def __len__(self) -> int:
        return len(self._attempts)

    def __iter__(self) -> Iterator[Attempt]:
        return iter(tuple(self._attempts))

    def __getitem__(self, index: int) -> Attempt:
        return self._attempts[index]
