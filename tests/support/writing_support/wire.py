"""A transport between a client and the mock: it records requests, and fails as the test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import httpx

from aftership_tracking import documents
from aftership_tracking.mock import Clock, ManualClock, Mock, MockRequest, MockResponse

NEWEST = "2026-07"

# What may happen to a request. A `lost` one reaches the service, and its response does not come back.
LOST, FAILED, GARBLED, REFUSED, UNREACHABLE = "lost", "failed", "garbled", "refused", "unreachable"


class ReadOnce:
    """The installed documents, each read from disk once."""

    versions = staticmethod(documents.versions)
    document = staticmethod(cache(documents.document))
    data = staticmethod(cache(documents.data))


def new_mock(clock: Clock | None = None, **settings: Any) -> Mock:
    """Return a mock that reads no document twice."""
    return Mock(clock=clock or ManualClock(), documents=ReadOnce, **settings)


class Wire(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Passes requests to the mock. `creates` is what happens to the next creates, in this order."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self.sent: list[httpx.Request] = []
        self.creates: list[str] = []
        self.judge: Callable[[httpx.Request, dict[str, Any]], str | None] = lambda _request, _body: None
        self.edit: Callable[[MockResponse], MockResponse] = lambda response: response
        self._lock = threading.Lock()

    def methods(self) -> list[str]:
        """Return the HTTP methods of the requests that were sent."""
        return [request.method for request in self.sent]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._handle(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.sent.append(request)
            fate = self.creates.pop(0) if request.method == "POST" and self.creates else None
        body = json.loads(request.content) if request.content else {}
        fate = fate or self.judge(request, body.get("tracking", body))
        if fate == FAILED:
            return httpx.Response(500, json={"meta": {"code": 500, "message": "no"}, "data": {}})
        if fate == REFUSED:
            return httpx.Response(401, json={"meta": {"code": 401, "message": "no"}, "data": {}})
        if fate == UNREACHABLE:
            raise httpx.ConnectError("nobody there", request=request)
        path, _, query = request.url.raw_path.partition(b"?")
        response = self.edit(
            self.mock.handle(MockRequest(request.method, path, query, dict(request.headers), request.content))
        )
        if fate == LOST:
            raise httpx.ReadError("cut", request=request)
        if fate == GARBLED:
            return httpx.Response(200, text="<html>")
        return httpx.Response(response.status, headers=dict(response.headers), content=response.body)


def without(*names: str) -> Callable[[MockResponse], MockResponse]:
    """Return an edit that removes these fields from the `data` of a 4003."""

    def edit(response: MockResponse) -> MockResponse:
        content = json.loads(response.body)
        if content["meta"]["code"] != 4003:
            return response
        found = content["data"].get("tracking", content["data"])
        for name in names:
            found.pop(name, None)
        return replace(response, body=json.dumps(content).encode())

    return edit
