"""Serves the mock over ASGI: reads a request up to a maximum size, and writes the response."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import quote

from aftership_tracking.mock.wire.message import MAX_BODY_BYTES, MAX_CONTROL_BYTES, MockRequest, MockResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handle = Callable[[MockRequest], MockResponse]

POLICY_VIOLATION = 1008


class Background(Protocol):
    """What runs in the background while the application is served."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


async def serve(
    handle: Handle, scope: Scope, receive: Receive, send: Send, background: Background | None = None
) -> None:
    """Serve one ASGI connection."""
    if scope["type"] == "http":
        await _http(handle, scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send, background)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
    else:
        raise ValueError(f"the mock does not speak {scope['type']}")


async def _http(handle: Handle, scope: Scope, receive: Receive, send: Send) -> None:
    request = _request(scope)
    most = MAX_CONTROL_BYTES if request.is_control else MAX_BODY_BYTES
    body, is_complete = await _read(receive, most)
    if body is None:
        return
    # Handling is short and waits for nothing, so a thread would only cost time.
    response = handle(replace(request, body=body))
    if response.delay:
        await asyncio.sleep(response.delay)
    if response.drop in ("before", "after"):
        await _lose_connection(send, receive)
        return
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if not is_complete:
        # The rest of the body was not read, so the connection cannot be used again.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    content = b"" if scope["method"] == "HEAD" else response.body
    if response.drop == "during":
        await send({"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True})
        await _lose_connection(send, receive)
        return
    await send({"type": "http.response.body", "body": content})


async def _lose_connection(send: Send, receive: Receive) -> None:
    """Close the connection under a response. ASGI has no word for that.

    The `send` of uvicorn is a method of the object that holds the connection. Other servers close it, more or
    less, when an application fails.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedError("a planned fault drops this connection")
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(receive: Receive, most: int) -> tuple[bytes | None, bool]:
    """Return the body, and whether it is complete: a body that is too long is cut. None: the caller left."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, False
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if not message.get("more_body", False):
            return b"".join(parts), True
        if size > most:
            return b"".join(parts), False


def _request(scope: Scope) -> MockRequest:
    """Return the request without its body."""
    raw = scope.get("raw_path")
    path = quote(scope["path"], safe="/").encode("ascii") if raw is None else raw.partition(b"?")[0]
    # A server or another application may have mounted the mock under a prefix.
    prefix = quote(scope.get("root_path", ""), safe="/").encode("ascii")
    is_below = bool(prefix) and path.startswith(prefix + b"/")
    if is_below:
        path = path[len(prefix) :]
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    mount = prefix if is_below else b""
    return MockRequest(scope["method"], path, scope.get("query_string", b""), headers, b"", mount)


async def _lifespan(receive: Receive, send: Send, background: Background | None) -> None:
    while True:
        message = await receive()
        if background is not None:
            await asyncio.to_thread(
                background.start if message["type"] == "lifespan.startup" else background.stop
            )
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
