"""A receiver as an ASGI application: for uvicorn and other servers, or mounted in Starlette and FastAPI.

It responds under any path, so you choose where to mount it. Mind the slash: if a framework redirects one path
to another, the delivery is not accepted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.errors import (
    BodyError,
    BodyMissingError,
    BodyTimeoutError,
    BodyTooLargeError,
)
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply
from aftership_tracking.webhooks.incoming.headers import AnyHeaders, announced_length, read_headers

if TYPE_CHECKING:
    from starlette.routing import Route

__all__ = ["WebhookApplication"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class WebhookApplication:
    """An ASGI 3 application for HTTP.

    If the headers are reason enough to refuse a delivery, the response is sent before the body is read. A
    body is read no further than the `max_body` of the endpoint. A slow body blocks nothing but its
    connection.

    Args:
        endpoint: responds to the deliveries: a `Receiver` or a `TokenEndpoint`.
        body_timeout: seconds that a whole body may take to arrive. After that the status is 408. None: no
            limit. AfterShip's own timeout is not documented; its bodies are some kilobytes.
    """

    def __init__(self, endpoint: Endpoint, *, body_timeout: float | None = 10.0) -> None:
        if body_timeout is not None and not 0 < body_timeout < float("inf"):
            raise UsageError("body_timeout is a positive number of seconds, or None.")
        # A mounted application gets no lifespan, so this is the time before the first delivery.
        endpoint.warm()
        self._endpoint = endpoint
        self._body_timeout = body_timeout

    def as_route(self, path: str) -> Route:
        """Return a route of Starlette for exactly this path: `app.routes.append(hook.as_route("/hook"))`.

        FastAPI and Starlette redirect a mount's own path to the one with a slash, and a redirect counts as a
        failed delivery. A route responds at its path itself. Deliveries to other paths are not served.

        Raises:
            UsageError: starlette is not installed, or the path does not begin with a slash.
        """
        if not path.startswith("/"):
            raise UsageError(f"The path {path!r} does not begin with a slash.")
        try:
            # Imported lazily: the application itself needs no framework.
            from starlette.routing import Route
        except ImportError:
            raise UsageError("as_route() needs starlette, which comes with FastAPI.") from None
        return Route(path, self, include_in_schema=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI specifies."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _serve_lifespan(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            raise UsageError(f"ASGI connections of type {scope['type']!r} are not served.")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        head = Delivery(
            method=scope["method"],
            path=scope["path"],
            headers=read_headers(scope["headers"]),
            body=b"",
            peer=client[0] if client else None,
        )
        reply = self._endpoint.admit(head)
        if reply is None:
            try:
                body = await self._read_body(receive, head.headers)
            except BodyError as error:
                reply = self._endpoint.refuse(error)
            else:
                if body is not None:
                    reply = await self._endpoint.accept_async(replace(head, body=body))
                    await _send_reply(reply, send, ())
                return
        # The rest of the body is not read. Over HTTP/1 the connection has to end for that.
        is_http_1 = str(scope.get("http_version", "1.1")).startswith("1")
        await _send_reply(reply, send, ((b"connection", b"close"),) if is_http_1 else ())

    async def _read_body(self, receive: Receive, headers: AnyHeaders) -> bytes | None:
        """Return the body; None if the client is gone. Raises BodyError."""
        from anyio import move_on_after

        parts: list[bytes] = []
        with move_on_after(self._body_timeout):
            return await _read_parts(receive, self._endpoint.max_body, parts, headers)
        if any(parts):
            raise BodyTimeoutError(f"the body took longer than {self._body_timeout:g} s")
        raise BodyMissingError(waited=True)


async def _read_parts(receive: Receive, most: int, parts: list[bytes], headers: AnyHeaders) -> bytes | None:
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise BodyTooLargeError(f"the body has more than {most} bytes")
        parts.append(part)
        if not message.get("more_body", False):
            # Servers hold a client to the length that it announced. So someone else has read this body.
            if not size and announced_length(headers):
                raise BodyMissingError
            return b"".join(parts)


async def _send_reply(reply: Reply, send: Send, more: tuple[tuple[bytes, bytes], ...]) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    length = (b"content-length", str(len(reply.body)).encode())
    await send({"type": "http.response.start", "status": reply.status, "headers": [*headers, length, *more]})
    await send({"type": "http.response.body", "body": reply.body})


async def _serve_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
