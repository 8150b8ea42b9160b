"""A mock on a port, in a thread of the test, so that a browser reaches it and the test looks into it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from aftership_tracking.mock import Mock
from aftership_tracking.mock.wire.http_server import build_server
from aftership_tracking.webhooks.sending.sender import Outgoing
from page_support.console import KEY
from patience import PATIENCE, wait_until


class ServedMock:
    """A mock, its URL, and the webhooks that it sent; nothing receives these."""

    def __init__(self, mock: Mock, url: str) -> None:
        self.mock = mock
        self.url = url
        self.received: list[Outgoing] = []
        mock.webhooks.transport = self._receive

    def _receive(self, request: Outgoing) -> int:
        self.received.append(request)
        return 200

    def call(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """Call the newest version of the API."""
        headers = {"as-api-key": KEY, **parts.pop("headers", {})}
        url = f"{self.url}/tracking/2026-07{path}"
        return httpx.request(method, url, headers=headers, timeout=PATIENCE, **parts)

    def clear(self) -> None:
        """Begin again, without URLs of webhooks."""
        self.mock.reset()
        self.received.clear()
        for endpoint in self.mock.webhooks.endpoints:
            self.mock.webhooks.remove(endpoint)


@contextmanager
def serve_here(mock: Mock) -> Iterator[ServedMock]:
    """Serve a mock on a free port of the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = build_server(mock)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive(), "the mock listens")
            yield ServedMock(mock, f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()
