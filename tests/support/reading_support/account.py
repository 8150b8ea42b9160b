"""An account on a mock whose clock the test moves, and clients with the same clock."""

from __future__ import annotations

from typing import Any

import httpx

from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.clocks import Clocks, use_clocks
from contract_support.client.calls import complete

NUMBERED = "2024-01"
CURSORS = "2026-07"
VERSIONS = (NUMBERED, CURSORS)


class Account:
    """One account, accessed in one API version."""

    def __init__(self, version: str = CURSORS, count: int = 0) -> None:
        self.version = version
        self.clock = ManualClock()
        self.mock = Mock(clock=self.clock)
        self.clocks = Clocks(clock=lambda: self.clock.now().timestamp())
        self.requested: list[httpx.URL] = []
        self.client = self.new_client()
        self._number = 0
        self.add(count)

    def new_client(self, *, clocks: Clocks | None = None, **settings: Any) -> Any:
        transport = self.mock.transport()

        def handle(request: httpx.Request) -> httpx.Response:
            self.requested.append(request.url)
            return transport.handle_request(request)

        http = httpx.Client(transport=httpx.MockTransport(handle))
        with use_clocks(clocks or self.clocks):
            return registry.package(self.version).AfterShip(
                "k", **{"http_client": http, "limiter": None, **settings}
            )

    def new_async_client(self, **settings: Any) -> Any:
        http = httpx.AsyncClient(transport=self.mock.async_transport())
        with use_clocks(self.clocks):
            return registry.package(self.version).AsyncAfterShip(
                "k", **{"http_client": http, "limiter": None, **settings}
            )

    def add(self, count: int = 1, *, seconds: float = 60) -> list[str]:
        """Add trackings; time passes after each."""
        ids = []
        for _ in range(count):
            self._number += 1
            given = {"tracking_number": f"AB{self._number:07}", "slug": "usps"}
            created = self.client.trackings.create(**complete(self.version, "trackings", "create", **given))
            ids.append(created.id)
            self.clock.advance(seconds)
        return ids

    def change(self, identifier: str, *, seconds: float = 60) -> None:
        """Change a tracking; time passes after it."""
        self._number += 1
        given = {"title": f"title {self._number}"}
        self.client.trackings.update(identifier, **complete(self.version, "trackings", "update", **given))
        self.clock.advance(seconds)

    def everything(self) -> dict[str, str]:
        """Return the `updated_at` of every tracking by its id."""
        oldest = self.clock.now().replace(year=self.clock.now().year - 1)
        return {one.id: str(one.updated_at) for one in self.client.trackings.list(created_at_min=oldest)}


def read_changes(changes: Any) -> dict[str, str]:
    """Read changes to the end and return `updated_at` by id. Each tracking may come only once."""
    found: dict[str, str] = {}
    for one in changes:
        assert one.id not in found, "the same tracking came twice"
        found[one.id] = str(one.updated_at)
    return found
