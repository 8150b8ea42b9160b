"""A receiver as an ASGI application: for uvicorn and its like, or mounted in Starlette and FastAPI.

It answers under any path, so where it is mounted is up to you. Mind the slash: a framework that answers a
path with a redirect to another has not accepted the delivery.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.deliveries import Delivery, Reply
from aftership_tracking.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.headers import read_headers

__all__ = ["WebhookApplication"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


class WebhookApplication:
    """ASGI 3, for HTTP.

    A delivery that its headers condemn is answered before its body is read, and a body is read no further
    than the `max_body` of the endpoint. While a body is slow to come nothing but its connection waits.

    Args:
        endpoint: answers the deliveries: a `Receiver`, or a `TokenEndpoint`.
        body_timeout: seconds that a whole body may take to arrive, then the answer is 408. None: any time.
            AfterShip's own timeout is not documented; its bodies are some kilobytes.
    """

    def __init__(self, endpoint: Endpoint, *, body_timeout: float | None = 10.0) -> None:
        if body_timeout is not None and not body_timeout > 0:
            raise UsageError("body_timeout is a positive number of seconds, or None.")
        self._endpoint = endpoint
        self._body_timeout = body_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI wants it."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
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
            body = await self._body(receive)
            if body is None:
                return
            if isinstance(body, bytes):
                reply = await self._endpoint.accept_async(head._replace(body=body))
                await _answer(reply, send, ())
                return
            reply = body
        # What is left of the body is not wanted: over HTTP/1 that takes the end of the connection.
        is_first = str(scope.get("http_version", "1.1")).startswith("1")
        await _answer(reply, send, ((b"connection", b"close"),) if is_first else ())

    async def _body(self, receive: Receive) -> bytes | Reply | None:
        """The body; or what to answer instead; or None, if the other end has gone."""
        from anyio import move_on_after

        with move_on_after(self._body_timeout):
            return await _read(receive, self._endpoint.max_body)
        return Reply(408, _TEXT, b"the body took too long\n")


async def _read(receive: Receive, most: int) -> bytes | Reply | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            return Reply(413, _TEXT, b"refused: too_large\n")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _answer(reply: Reply, send: Send, more: tuple[tuple[bytes, bytes], ...]) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    length = (b"content-length", str(len(reply.body)).encode())
    await send({"type": "http.response.start", "status": reply.status, "headers": [*headers, length, *more]})
    await send({"type": "http.response.body", "body": reply.body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
