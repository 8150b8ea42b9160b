"""A mock that is driven through `/_mock/`: in this process, or as the command on a port."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.mock.documents.conversion import CODE_VERSION
from aftership_tracking.mock.wire.message import MockResponse
from contract_support.document.installed import ReadOnce
from patience import PATIENCE

COMMAND = [sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0", "--json"]
# The names in these tests are those of one version, so it is the newest that their mocks serve.
NEWEST = CODE_VERSION
SERVED = [version for version in ReadOnce.versions() if version <= NEWEST]


@dataclass
class Driver:
    """A test in another language, as it were: it only sends requests."""

    client: httpx.Client
    key: str = "test-key"

    def get(self, path: str, **parts: Any) -> Any:
        response = self.client.get(f"/_mock/{path}", **parts)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        response = self.client.post(f"/_mock/{path}", json=body)
        assert response.status_code == status, response.text
        return response.json()

    def refused(self, path: str, body: Any, status: int = 400) -> tuple[str, str]:
        """The code and the sentence of a refusal."""
        error = self.post(path, body, status)["error"]
        assert set(error) == {"code", "message"}
        return error["code"], error["message"]

    def call(self, method: str, path: str, version: str = NEWEST, **parts: Any) -> httpx.Response:
        """Call the API."""
        headers = {"as-api-key": self.key, **parts.pop("headers", {})}
        return self.client.request(method, f"/tracking/{version}{path}", headers=headers, **parts)

    def create(self, number: str = "PARCEL0001", slug: str = "usps", **fields: Any) -> dict[str, Any]:
        response = self.call("POST", "/trackings", json={"tracking_number": number, "slug": slug, **fields})
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.json()["data"]
        return found

    def tracking(self, identifier: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/trackings/{identifier}").json()["data"]
        return found

    def trackings(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", f"/trackings?{query}").json()["data"]["trackings"]
        return found


@dataclass
class Sandboxed(Driver):
    """A driver of a mock in this process, whose clock stands still."""

    client: httpx.Client = field(init=False)
    options: dict[str, Any] = field(default_factory=dict)
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        self.mock = Mock(**{"versions": SERVED, "clock": self.clock, "documents": ReadOnce, **self.options})
        self.client = httpx.Client(transport=self.mock.transport(), base_url="http://mock")

    def respond(self, method: str, path: str, **parts: Any) -> MockResponse:
        from aftership_tracking.mock import MockRequest

        return self.mock.handle(MockRequest.to(method, f"/tracking/{NEWEST}{path}", key=self.key, **parts))


@contextmanager
def run_mock(*options: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """`aftership mock` on a free port: what it says when it is ready, and the process."""
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.kill()


@pytest.fixture
def sandbox() -> Sandboxed:
    return Sandboxed()


@pytest.fixture
def new_sandbox() -> type[Sandboxed]:
    return Sandboxed


@pytest.fixture(scope="session")
def start_mock() -> Any:
    return run_mock


@pytest.fixture(scope="module")
def served() -> Iterator[Driver]:
    """The command on a port. Its tests share it, and reset it."""
    with run_mock() as (ready, _), httpx.Client(base_url=ready["url"], timeout=PATIENCE) as client:
        yield Driver(client)
