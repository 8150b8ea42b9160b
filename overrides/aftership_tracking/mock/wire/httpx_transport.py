"""Transports for httpx that hand requests to the mock in this process."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from aftership_tracking.mock.wire.message import MockRequest, MockResponse

Handle = Callable[[MockRequest], MockResponse]


class MockTransport(httpx.BaseTransport):
    """For `httpx.Client(transport=...)`."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return _to_httpx(self._handle(_from_httpx(request)), request)


class AsyncMockTransport(httpx.AsyncBaseTransport):
    """For `httpx.AsyncClient(transport=...)`."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return _to_httpx(self._handle(_from_httpx(request)), request)


def _from_httpx(request: httpx.Request) -> MockRequest:
    path, _, query = request.url.raw_path.partition(b"?")
    return MockRequest(request.method, path, query, dict(request.headers), request.content)


def _to_httpx(response: MockResponse, request: httpx.Request) -> httpx.Response:
    body = b"" if request.method == "HEAD" else response.body
    return httpx.Response(response.status, headers=dict(response.headers), content=body, request=request)
