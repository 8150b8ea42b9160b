"""An account with parcels on a mock over HTTP, without the packages that other tests need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from aftership_tracking import AfterShip
from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.runtime.clocks import Clocks, use_clocks
from reading_support.server import serve_mock

PARCELS = ("ITE010D-3-{}", "testing-courier"), ("AB{:07}", "usps"), ("CD{:07}", "usps")


class Shop:
    """Parcels, a third of which have checkpoints after some days."""

    def __init__(self, count: int) -> None:
        self.clock = ManualClock()
        self.mock = Mock(clock=self.clock)
        with self.clocks():
            http = httpx.Client(transport=self.mock.transport())
            self.client = AfterShip("k", http_client=http, limiter=None)
        self.added: list[str] = []
        for _ in range(count):
            self.add()

    @contextmanager
    def clocks(self) -> Iterator[None]:
        """Clients that are made inside have the clock of the mock."""
        with use_clocks(Clocks(clock=lambda: self.clock.now().timestamp())):
            yield

    def add(self) -> str:
        """Add a parcel."""
        number = len(self.added)
        form, slug = PARCELS[number % len(PARCELS)]
        created = self.client.trackings.create(tracking_number=form.format(643642 + number), slug=slug)
        self.clock.advance(seconds=60)
        self.added.append(created.id)
        return created.id

    def change(self, identifier: str, title: str) -> None:
        """Change a parcel."""
        self.client.trackings.update(identifier, title=title)
        self.clock.advance(seconds=60)

    def rows(self) -> dict[str, tuple[str, int]]:
        """The title and the number of checkpoints of every parcel by its id."""
        oldest = self.clock.now().replace(year=self.clock.now().year - 1)
        found = self.client.trackings.list(created_at_min=oldest, limit=200)
        return {one.id: (one.title, len(one.checkpoints)) for one in found}

    @contextmanager
    def serve(self, before: Callable[[], Any] = lambda: None) -> Iterator[str]:
        """Serve the mock; `before` is called before each request."""
        with serve_mock(self.mock, before) as url:
            yield url
