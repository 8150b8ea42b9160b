"""Sends exactly the bytes of a test to an ASGI application, and lets a test change what passes.

An HTTP library would repair odd paths, headers and chunks before the application sees them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Request:
    """One request as bytes; `path` is the raw path, still escaped."""

    method: str
    path: bytes
    query: bytes = b""
    headers: Headers = ()
    body: bytes = b""
    chunks: tuple[bytes, ...] | None = None


@dataclass(frozen=True)
class Response:
    """One response as the application sent it."""

    status: int
    headers: Headers
    body: bytes

    def headers_by_name(self) -> dict[str, str]:
        return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.headers}

    def json(self) -> Any:
        return json.loads(self.body)

    def with_json(self, value: Any) -> Response:
        """Return a copy with another JSON body and its length in the header."""
        body = json.dumps(value).encode()
        others = tuple(pair for pair in self.headers if pair[0].lower() != b"content-length")
        return replace(self, body=body, headers=(*others, (b"content-length", str(len(body)).encode())))


def request(
    method: str,
    path: str,
    *,
    query: str = "",
    body: Any = None,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """Build an ordinary request from a JSON body, headers, and an escaped path and query."""
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    if key is not None:
        pairs.append((b"as-api-key", key.encode("latin-1")))
    raw = b""
    if body is not None:
        raw = json.dumps(body).encode()
        pairs.append((b"content-type", b"application/json"))
    return Request(method, path.encode("ascii"), query.encode("ascii"), tuple(pairs), raw)


async def exchange(application: Application, sent: Request) -> Response:
    """Send one request and return the whole response."""
    chunks = list(sent.chunks if sent.chunks is not None else (sent.body,))
    messages: list[Message] = []

    async def receive() -> Message:
        if chunks:
            body = chunks.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(chunks)}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        # A real server yields here; otherwise requests would never run interleaved.
        await asyncio.sleep(0)

    await application(_scope(sent), receive, send)
    start = next(message for message in messages if message["type"] == "http.response.start")
    parts = [message.get("body", b"") for message in messages if message["type"] == "http.response.body"]
    headers = tuple((bytes(name), bytes(value)) for name, value in start.get("headers", ()))
    return Response(start["status"], headers, b"".join(parts))


def send_request(application: Application, sent: Request) -> Response:
    """Send one request outside of any event loop."""
    return asyncio.run(exchange(application, sent))


def send_together(application: Application, all_sent: Sequence[Request]) -> list[Response]:
    """Send all requests at the same time in one event loop."""

    async def together() -> list[Response]:
        return list(await asyncio.gather(*(exchange(application, sent) for sent in all_sent)))

    return asyncio.run(together())


@dataclass(frozen=True)
class Tampered:
    """An application with a fault in front, which may change requests and responses.

    `on_request` returns the request to pass on, or a response to send instead. `on_response` returns the
    response to send.
    """

    application: Application
    on_request: Callable[[Request], Request | Response] = lambda sent: sent
    on_response: Callable[[Request, Response], Response] = lambda sent, response: response

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        sent = await read_request(scope, receive)
        passed = self.on_request(sent)
        response = passed if isinstance(passed, Response) else await exchange(self.application, passed)
        response = self.on_response(sent, response)
        await respond(response, send)


async def read_request(scope: Message, receive: Receive) -> Request:
    """Read a request completely."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = tuple((bytes(name), bytes(value)) for name, value in scope["headers"])
    path = scope["raw_path"].partition(b"?")[0]
    return Request(scope["method"], path, scope["query_string"], headers, body)


async def respond(response: Response, send: Send) -> None:
    """Send a complete response."""
    await send({"type": "http.response.start", "status": response.status, "headers": list(response.headers)})
    await send({"type": "http.response.body", "body": response.body})


def meta_code(body: bytes) -> int | None:
    """Return `meta.code` of a response body, or None when it is not an envelope."""
    try:
        envelope = json.loads(body)
    except ValueError:
        return None
    meta = envelope.get("meta") if isinstance(envelope, dict) else None
    code = meta.get("code") if isinstance(meta, dict) else None
    return code if isinstance(code, int) else None


def _scope(sent: Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        # A server decodes the path; bytes that are not UTF-8 become replacement characters.
        "path": _decode_path(sent.path),
        "raw_path": sent.path,
        "query_string": sent.query,
        "root_path": "",
        "headers": list(sent.headers),
        "client": ("127.0.0.1", 40000),
        "server": ("testserver", 80),
        "state": {},
    }


def _decode_path(path: bytes) -> str:
    return unquote_to_bytes(path).decode("utf-8", "replace")
