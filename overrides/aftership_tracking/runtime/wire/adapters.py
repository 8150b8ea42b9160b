"""Adapters from httpx to the transport interface, for clients and for transports of httpx.

A transport does less than a client: no cookies, no redirects, no settings to merge. It is all we need, and
costs half the time.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aftership_tracking.errors import (
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    UsageError,
)
from aftership_tracking.runtime.wire.content import Body, check_size, read_body
from aftership_tracking.runtime.wire.headers import SIGNATURES, Headers
from aftership_tracking.runtime.wire.http_errors import describe_route, mark_error_of_caller, translate_error
from aftership_tracking.runtime.wire.httpx_internals import refuse_extra_bytes
from aftership_tracking.runtime.wire.request import Request, Response
from aftership_tracking.runtime.wire.request_builder import ACCEPT_ENCODING, RequestBuilder

__all__ = ["AsyncClientAdapter", "AsyncTransportAdapter", "ClientAdapter", "TransportAdapter"]


class Adapter:
    """Sends with a function that takes one of our requests and returns a response of httpx whose body is not
    read yet.
    """

    def __init__(self, wrapped: Any, send: Callable[[Request], Any], *, owned: bool) -> None:
        self.wrapped = wrapped
        """The client or transport of httpx. Whoever owns it closes it."""
        self._send = send
        # A client of the caller must not be used on both sides of a fork; our own ones never are.
        self._process = None if owned else 0

    def _check_process(self) -> None:
        if self._process is None:
            return
        here = os.getpid()
        if self._process not in (0, here):
            raise UsageError(
                "this http_client was used before the process forked, and its connections belong to the "
                "parent: make a new http_client in the child, or let the client make its own"
            )
        self._process = here

    def _describe(self, request: Request) -> str:
        find_proxy = getattr(self.wrapped, "find_proxy", None)
        return describe_route(request.url, find_proxy)


class SyncAdapter(Adapter):
    """The sync exchange."""

    def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        self._check_process()
        try:
            if request.within is None:
                return self._exchange(request)
            from aftership_tracking.runtime.wire.deadline import run_within

            return run_within(request.within, lambda: self._exchange(request))
        except Exception as error:  # noqa: BLE001 - other errors are raised again
            failed = translate_error(error, self._describe(request))
        # Raised outside of the handler, so that the error has no context: its frames hold headers.
        raise failed

    def _exchange(self, request: Request) -> Response:
        end = None if request.within is None else time.monotonic() + request.within
        response = self._send(request)
        headers = _headers(response)
        if getattr(response, "is_stream_consumed", True):
            content = check_size(response.content, request.most)
            _forget_stream(response)
        else:
            try:
                parts = response.stream if end is None else _read_until(end, response.stream)
                content = read_body(parts, headers.get("content-encoding", ""), request.most)
                unknown = refuse_extra_bytes(response)
                if unknown is not None:
                    unknown.close()
            finally:
                response.close()
                _forget_stream(response)
        return Response(response.status_code, headers, content)


def _forget_stream(response: Any) -> None:
    """Let go of the connection that a response was read from.

    A response of httpx and its stream refer to each other, so the content of each page would stay in memory
    until Python looks for cycles, which it seldom does if nothing else needs it.
    """
    httpx = sys.modules.get("httpx")
    if httpx is not None and isinstance(response, httpx.Response):
        response.stream = httpx.ByteStream(b"")


def _read_until(end: float, parts: Any) -> Any:
    from aftership_tracking.runtime.wire.deadline import read_until

    return read_until(end, parts)


class AsyncAdapter(Adapter):
    """The async exchange."""

    async def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        self._check_process()
        try:
            if request.within is None:
                return await self._exchange(request)
            import anyio

            with anyio.move_on_after(request.within):
                return await self._exchange(request)
            raise TimeoutError("the response was not complete in time")  # noqa: TRY301 - handled like all others
        except Exception as error:  # noqa: BLE001 - other errors are raised again
            failed = translate_error(error, self._describe(request))
        raise failed

    async def _exchange(self, request: Request) -> Response:
        response = await self._send(request)
        headers = _headers(response)
        if getattr(response, "is_stream_consumed", True):
            content = check_size(response.content, request.most)
            _forget_stream(response)
        else:
            body = Body(headers.get("content-encoding", ""), request.most)
            try:
                async for part in response.stream:
                    body.add(part)
                unknown = refuse_extra_bytes(response)
                if unknown is not None:
                    await unknown.aclose()
            finally:
                await response.aclose()
                _forget_stream(response)
            content = body.whole()
        return Response(response.status_code, headers, content)


class ClientAdapter(SyncAdapter):
    """Adapts an object with httpx's `build_request` and `send` to the transport interface."""

    def __init__(self, client: Any, *, owned: bool = False) -> None:
        def send(request: Request) -> Any:
            built = _build_with_client(client, request)
            try:
                return client.send(built, follow_redirects=False, stream=True)
            except Exception as error:
                mark_error_of_caller(error, built)
                raise

        super().__init__(client, send, owned=owned)


class AsyncClientAdapter(AsyncAdapter):
    """The async version of `ClientAdapter`."""

    def __init__(self, client: Any, *, owned: bool = False) -> None:
        async def send(request: Request) -> Any:
            built = _build_with_client(client, request)
            try:
                return await client.send(built, follow_redirects=False, stream=True)
            except Exception as error:
                mark_error_of_caller(error, built)
                raise

        super().__init__(client, send, owned=owned)


class TransportAdapter(SyncAdapter):
    """Adapts a transport of httpx, or of a successor, to the transport interface."""

    def __init__(self, transport: Any, *, owned: bool = False) -> None:
        build = RequestBuilder(transport).build
        super().__init__(transport, lambda request: transport.handle_request(build(request)), owned=owned)


class AsyncTransportAdapter(AsyncAdapter):
    """The async version of `TransportAdapter`."""

    def __init__(self, transport: Any, *, owned: bool = False) -> None:
        build = RequestBuilder(transport).build

        def send(request: Request) -> Awaitable[Any]:
            sent: Awaitable[Any] = transport.handle_async_request(build(request))
            return sent

        super().__init__(transport, send, owned=owned)


def _build_with_client(client: Any, request: Request) -> Any:
    # A tuple, because httpx and its successors all accept one, and this module does not import their classes.
    connect, read = request.timeout.connect, request.timeout.read
    built = client.build_request(
        request.method,
        request.url,
        headers=request.headers.plain(ACCEPT_ENCODING),
        content=request.body or None,
        timeout=(connect, read, read, connect),
    )
    check_unchanged(request, built)
    return built


def _headers(response: Any) -> Headers:
    return Headers.from_raw(response.headers.raw)


def check_unchanged(request: Request, built: Any) -> None:
    """Check that a client of httpx built a signed request unchanged: its path, query and header names.

    A client that has settings of its own may add parameters and headers, and then the signature no longer
    fits. Raises UsageError.
    """
    if not any(name in request.headers for name in SIGNATURES):
        return
    if built.url.raw_path.decode("ascii") != request.target:
        raise UsageError(
            "the http_client changes the URL (does it have its own params?), so the signature would not fit"
        )
    for name in map(str.lower, built.headers):
        if name.startswith("as-") and name not in request.headers:
            raise UsageError(
                f"the http_client adds the header {name}, so the signature would not fit: give it as "
                "headers={...} of the client instead"
            )
