"""A receiver whose handler notes what it saw."""

from __future__ import annotations

from typing import Any

from aftership_tracking.webhooks import Event, Receiver, Router
from aftership_tracking.webhooks.stores import MemoryStore
from receiver_support.events import VERIFIER


class Shop:
    """A receiver, the events that its handler saw, and the error that the handler raises."""

    def __init__(self, **options: Any) -> None:
        self.seen: list[str] = []
        self.errors: list[tuple[Exception, Event | None]] = []
        self.failing: Exception | None = None
        self.store = MemoryStore()
        options = {"store": self.store, "on_error": lambda *failure: self.errors.append(failure), **options}
        self.receiver = Receiver(VERIFIER, Router(fallback=self.handle), **options)

    def handle(self, event: Event, known: bool) -> None:
        self.seen.append(event.event_id)
        if self.failing is not None:
            raise self.failing
