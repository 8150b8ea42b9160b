"""Calls of a generated client to a mock that serves the same made-up document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from aftership_tracking import documents
from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse
from generator_support.constructs import findings
from generator_support.installed import installed


class OneDocument:
    """A source with one document, and the facts of the package."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def versions(self) -> tuple[str, ...]:
        return (str(self.raw["info"]["version"]),)

    def document(self, version: str) -> dict[str, Any]:
        assert version in self.versions()
        found: dict[str, Any] = self.raw
        return found

    def data(self, name: str) -> Any:
        return documents.data(name)


@dataclass(frozen=True)
class Mocked:
    """A generated package, and a mock of its document."""

    package: ModuleType
    mock: Mock

    def both(self, act: Callable[[Any], Any], **settings: Any) -> list[Any]:
        """What a call returns from the sync and from the async client; `act` gets `client.things`."""
        given = {"api_key": "key", "max_retries": 0, "limiter": None, "strict": True, **settings}
        with httpx.Client(transport=self.mock.transport()) as http:
            found = [act(self.package.AfterShip(http_client=http, **given).things)]

        async def run() -> Any:
            async with httpx.AsyncClient(transport=self.mock.async_transport()) as http_async:
                return await act(self.package.AsyncAfterShip(http_client=http_async, **given).things)

        return [*found, asyncio.run(run())]

    def send(self, method: str, target: str, **parts: Any) -> MockResponse:
        """Send a request that the client would not send."""
        version = self.mock.versions[0]
        return self.mock.handle(
            MockRequest.to(method, f"/tracking/{version}{target}", **{"key": "key", **parts})
        )


@contextmanager
def mocked(raw: Any, folder: Path, **options: Any) -> Iterator[Mocked]:
    """The client of a document that passes the lint, and a mock of it."""
    assert (found := findings(raw)) == [], found
    # The key of the client is in this header whatever the document says; the mock reads the document.
    raw["components"]["securitySchemes"]["Key"]["name"] = "as-api-key"
    with installed(raw, folder) as package:
        yield Mocked(package, Mock(clock=ManualClock(), documents=OneDocument(raw), **options))


def refused(response: MockResponse, status: int, *, hint: str) -> None:
    """Check that a response is an error in the envelope of the document, with a hint that says something."""
    assert (response.status, response.headers["content-type"]) == (status, "application/json")
    assert response.json["meta"]["code"] == status
    assert "data" in response.json
    assert hint in response.headers["as-mock-hint"]
