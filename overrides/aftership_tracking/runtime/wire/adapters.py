"""What puts httpx behind the seam: a client that a caller gave, or one of httpx's transports by itself.

The second does less: no cookies, no redirects, no settings to merge. That is all the client needs, and half
the work.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from aftership_tracking.errors import (
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    UsageError,
)
from aftership_tracking.runtime.wire.content import ACCEPTED, Body, check_size, read_body
from aftership_tracking.runtime.wire.headers import SIGNATURES, Headers
from aftership_tracking.runtime.wire.http_errors import as_ours
from aftership_tracking.runtime.wire.request import Request, Response

__all__ = ["AsyncClientAdapter", "AsyncTransportAdapter", "ClientAdapter", "TransportAdapter"]


class Adapter:
    """Sends by a function that takes one of our requests and returns an answer of httpx with its body still
    to be read.
    """

    def __init__(self, below: Any, send: Callable[[Request], Any], *, owned: bool) -> None:
        self.below = below
        """What sends, for the one who closes it."""
        self._send = send
        # What belongs to the caller must not be used on both sides of a fork; what is ours never is.
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


class BlockingAdapter(Adapter):
    """One exchange, blocking."""

    def exchange(self, request: Request) -> Response:
        """Send and receive."""
        self._check_process()
        try:
            if request.within is None:
                return self._exchange(request)
            from aftership_tracking.runtime.wire.deadline import in_time

            return in_time(request.within, lambda: self._exchange(request))
        except Exception as error:  # noqa: BLE001 - what is not ours is raised again
            failed = as_ours(error)
        # Out here, so that what is raised has no context: its frames hold headers.
        raise failed

    def _exchange(self, request: Request) -> Response:
        end = None if request.within is None else time.monotonic() + request.within
        answer = self._send(request)
        headers = _headers(answer)
        if getattr(answer, "is_stream_consumed", True):
            content = check_size(answer.content, request.most)
        else:
            try:
                parts = answer.stream if end is None else _until(end, answer.stream)
                content = read_body(parts, headers.get("content-encoding", ""), request.most)
                give_up_if_more_came(answer.stream)
            finally:
                answer.close()
        return Response(answer.status_code, headers, content)


def _until(end: float, parts: Any) -> Any:
    from aftership_tracking.runtime.wire.deadline import until

    return until(end, parts)


class AsynchronousAdapter(Adapter):
    """One exchange, asynchronously."""

    async def exchange(self, request: Request) -> Response:
        """Send and receive."""
        self._check_process()
        try:
            if request.within is None:
                return await self._exchange(request)
            import anyio

            with anyio.move_on_after(request.within):
                return await self._exchange(request)
            raise TimeoutError("the answer was not whole in time")  # noqa: TRY301 - left like all others
        except Exception as error:  # noqa: BLE001 - what is not ours is raised again
            failed = as_ours(error)
        raise failed

    async def _exchange(self, request: Request) -> Response:
        answer = await self._send(request)
        headers = _headers(answer)
        if getattr(answer, "is_stream_consumed", True):
            content = check_size(answer.content, request.most)
        else:
            body = Body(headers.get("content-encoding", ""), request.most)
            try:
                async for part in answer.stream:
                    body.add(part)
                give_up_if_more_came(answer.stream)
            finally:
                await answer.aclose()
            content = body.whole()
        return Response(answer.status_code, headers, content)


class ClientAdapter(BlockingAdapter):
    """Puts an object with httpx's `build_request` and `send` behind the seam."""

    def __init__(self, client: Any, *, owned: bool = False) -> None:
        super().__init__(
            client,
            lambda request: client.send(_built(client, request), follow_redirects=False, stream=True),
            owned=owned,
        )


class AsyncClientAdapter(AsynchronousAdapter):
    """The same for an asynchronous client."""

    def __init__(self, client: Any, *, owned: bool = False) -> None:
        super().__init__(
            client,
            lambda request: client.send(_built(client, request), follow_redirects=False, stream=True),
            owned=owned,
        )


class TransportAdapter(BlockingAdapter):
    """Puts a transport of httpx behind the seam."""

    def __init__(self, transport: Any, *, owned: bool = False) -> None:
        import httpx

        super().__init__(
            transport, lambda request: transport.handle_request(_bare(httpx, request)), owned=owned
        )


class AsyncTransportAdapter(AsynchronousAdapter):
    """The same for an asynchronous transport."""

    def __init__(self, transport: Any, *, owned: bool = False) -> None:
        import httpx

        super().__init__(
            transport, lambda request: transport.handle_async_request(_bare(httpx, request)), owned=owned
        )


def _built(client: Any, request: Request) -> Any:
    # A tuple, because httpx and its successors all take one and their own classes are not known here.
    connect, read = request.timeout
    built = client.build_request(
        request.method,
        request.url,
        headers=request.headers.plain(_ENCODING),
        content=request.body or None,
        timeout=(connect, read, read, connect),
    )
    check_unchanged(request, built)
    return built


def _bare(httpx: Any, request: Request) -> Any:
    connect, read = request.timeout
    return httpx.Request(
        request.method,
        request.url,
        headers=request.headers.plain(_ENCODING),
        content=request.body or None,
        extensions={"timeout": {"connect": connect, "read": read, "write": read, "pool": connect}},
    )


_ENCODING = {"accept-encoding": ACCEPTED}


def _headers(answer: Any) -> Headers:
    return Headers.from_raw(answer.headers.raw)


def check_unchanged(request: Request, built: Any) -> None:
    """Compare a signed request with what a client of httpx made of it: its path and query, its header names.

    A client that has settings of its own may add parameters and headers, and then the signature fits no
    longer. Raises UsageError.
    """
    if not any(name in request.headers for name in SIGNATURES):
        return
    if built.url.raw_path.decode("ascii") != request.target:
        raise UsageError(
            "the http_client changes the URL (has it params of its own?), so the signature would not fit"
        )
    for name in map(str.lower, built.headers):
        if name.startswith("as-") and name not in request.headers:
            raise UsageError(
                f"the http_client adds the header {name}, so the signature would not fit: give it as "
                "headers={...} of the client instead"
            )


def give_up_if_more_came(stream: Any) -> None:
    """Let a connection end with this answer, if more has arrived on it than the answer.

    `stream` is that of a response of httpx, read to its end and not closed yet. What is known of another
    library's stream is nothing, and nothing is done to it.
    """
    # These names are private; the fault matrix notices when they change.
    try:
        state = stream._httpcore_stream._stream._connection._h11_state
    except AttributeError:
        # httpx's client puts one more stream around it.
        bound = getattr(stream, "_stream", None)
        inner = getattr(getattr(bound, "_httpcore_stream", None), "_stream", None)
        state = getattr(getattr(inner, "_connection", None), "_h11_state", None)
    if state is not None and state.trailing_data[0]:
        # A connection that failed is closed and not used again.
        state.send_failed()
