"""Transports for httpx that hand requests to the mock in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from aftership_tracking.mock.wire.message import MockRequest, MockResponse

Handle = Callable[[MockRequest], MockResponse]


class MockTransport(httpx.BaseTransport):
    """For `httpx.Client(transport=...)`. `Mock.transport` makes one.

    `handle`: responds to each request.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of httpx, which calls this."""
        request.read()
        response = self._handle(_from_httpx(request))
        if response.delay:
            time.sleep(_patience(response, request))
        return _to_httpx(response, request)


class AsyncMockTransport(httpx.AsyncBaseTransport):
    """For `httpx.AsyncClient(transport=...)`. `Mock.async_transport` makes one.

    `handle`: responds to each request.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of httpx, which calls this."""
        await request.aread()
        response = self._handle(_from_httpx(request))
        if response.delay:
            await _sleep(_patience(response, request))
        return _to_httpx(response, request)


def _from_httpx(request: httpx.Request) -> MockRequest:
    path, _, query = request.url.raw_path.partition(b"?")
    return MockRequest(request.method, path, query, dict(request.headers), request.content)


def _patience(response: MockResponse, request: httpx.Request) -> float:
    """Return the seconds that a caller waits for a response that is delayed."""
    limit: float | None = request.extensions.get("timeout", {}).get("read")
    return response.delay if limit is None else min(response.delay, limit)


async def _sleep(seconds: float) -> None:
    # Callers may run on any event loop that anyio knows; without anyio it is that of asyncio.
    try:
        import anyio
    except ImportError:
        await asyncio.sleep(seconds)
    else:
        await anyio.sleep(seconds)


def _to_httpx(response: MockResponse, request: httpx.Request) -> httpx.Response:
    if response.delay > _patience(response, request):
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    if response.drop in ("before", "after"):
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    headers = dict(response.headers)
    if response.drop == "during":
        return httpx.Response(response.status, headers=headers, stream=_Cut(response.body), request=request)
    body = b"" if request.method == "HEAD" else response.body
    return httpx.Response(response.status, headers=headers, content=body, request=request)


class _Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends in the middle."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part
