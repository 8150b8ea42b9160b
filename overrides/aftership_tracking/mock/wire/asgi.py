"""Serves the mock over ASGI: reads a request up to a maximum size and time, and writes the response."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol
from urllib.parse import quote

import anyio

from aftership_tracking.mock.wire.message import (
    MAX_BODY_BYTES,
    MAX_CONTROL_BYTES,
    MockRequest,
    MockResponse,
    Unreadable,
    is_control_path,
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handle = Callable[[MockRequest], MockResponse]

POLICY_VIOLATION = 1008
READ_TIMEOUT = 30.0
"""Seconds that a body may take by default."""
UNREADABLE = "aftership.unreadable"
"""Where the scope says why the server could not read the whole request; see `Unreadable`."""
IS_TIMED = "aftership.is-timed"
"""What the scope has if the server itself limits the time that a request takes to arrive."""
IS_BODILESS = "aftership.is-bodiless"
"""What the scope has if the server knows that the request has no body to wait for."""
# So many times the limit of a body is read and dropped: a caller who is still sending reads no response.
_DROPPED_TIMES = 16
_WITH_BODY = frozenset({b"content-length", b"transfer-encoding"})


class Background(Protocol):
    """What runs in the background while the application is served."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


async def serve(
    handle: Handle,
    scope: Scope,
    receive: Receive,
    send: Send,
    background: Background | None = None,
    *,
    read_timeout: float = READ_TIMEOUT,
) -> None:
    """Serve one ASGI connection. `read_timeout`: seconds that the body of a request may take."""
    if scope["type"] == "http":
        await _http(handle, scope, receive, send, read_timeout)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send, background)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
    else:
        raise ValueError(f"the mock does not speak {scope['type']}")


async def _http(handle: Handle, scope: Scope, receive: Receive, send: Send, read_timeout: float) -> None:
    path, mount = _path(scope)
    most = MAX_CONTROL_BYTES if is_control_path(path) else MAX_BODY_BYTES
    body: bytes | None
    if IS_BODILESS in scope:
        body, unreadable = b"", scope.get(UNREADABLE, "")
    else:
        body, unreadable = await _read(scope, receive, most, read_timeout)
    if body is None:
        return
    # Handling is short and waits for nothing, so a thread would only cost time.
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope.get("query_string", b"")
    response = handle(MockRequest(scope["method"], path, query, headers, body, mount, unreadable))
    if response.delay:
        await asyncio.sleep(response.delay)
    if response.drop in ("before", "after"):
        await _lose_connection(send, receive)
        return
    sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if unreadable or len(body) > most:
        # The rest of the body was not read, so the connection cannot be used again.
        sent.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": sent})
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


async def _read(scope: Scope, receive: Receive, most: int, timeout: float) -> tuple[bytes | None, Unreadable]:
    """Return the body, cut if it is too long, and why it is not complete. None: the caller left."""
    if IS_TIMED in scope or not any(name.lower() in _WITH_BODY for name, _ in scope["headers"]):
        # Nothing to wait for, or nothing to do about it.
        body = await _read_parts(receive, most)
        return body, scope.get(UNREADABLE, "")
    with anyio.move_on_after(timeout):
        body = await _read_parts(receive, most)
        # The server may find out while the body is read.
        return body, scope.get(UNREADABLE, "")
    return b"", "slow"


async def _read_parts(receive: Receive, most: int) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        if not parts and not message.get("more_body", False):
            # Most requests come in one piece.
            return bytes(part)
        if size <= most:
            parts.append(part)
        size += len(part)
        if not message.get("more_body", False) or size > _DROPPED_TIMES * most:
            return b"".join(parts)


def _path(scope: Scope) -> tuple[bytes, bytes]:
    """Return the path of a request, and the prefix before it."""
    raw = scope.get("raw_path")
    path = quote(scope["path"], safe="/").encode("ascii") if raw is None else raw.partition(b"?")[0]
    # A server or another application may have mounted the mock under a prefix.
    root = scope.get("root_path", "")
    prefix = quote(root, safe="/").encode("ascii") if root else b""
    if prefix and path.startswith(prefix + b"/"):
        return path[len(prefix) :], prefix
    return path, b""


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
