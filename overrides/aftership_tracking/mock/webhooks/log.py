"""Every attempt to deliver: one frozen record each, the newest last, the oldest forgotten."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from aftership_tracking.mock.webhooks.delivery import Attempt

CAPACITY = 100_000


class DeliveryLog:
    """A bounded list of attempts."""

    def __init__(self, capacity: int = CAPACITY) -> None:
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
