"""Calls an ASGI application with exactly the bytes a test names, and lets a test tamper with what passes.

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
class Answer:
    """One answer as it left the application."""

    status: int
    headers: Headers
    body: bytes

    def header_texts(self) -> dict[str, str]:
        return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.headers}

    def json(self) -> Any:
        return json.loads(self.body)

    def with_json(self, value: Any) -> Answer:
        """A copy with another JSON body; the length header follows."""
        body = json.dumps(value).encode()
        kept = tuple(pair for pair in self.headers if pair[0].lower() != b"content-length")
        return replace(self, body=body, headers=(*kept, (b"content-length", str(len(body)).encode())))


def request(
    method: str,
    path: str,
    *,
    query: str = "",
    body: Any = None,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """Build an ordinary request: JSON body, text headers, escaped path and query given as text."""
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    if key is not None:
        pairs.append((b"as-api-key", key.encode("latin-1")))
    raw = b""
    if body is not None:
        raw = json.dumps(body).encode()
        pairs.append((b"content-type", b"application/json"))
    return Request(method, path.encode("ascii"), query.encode("ascii"), tuple(pairs), raw)


async def exchange(application: Application, sent: Request) -> Answer:
    """Send one request and collect the whole answer."""
    chunks = list(sent.chunks if sent.chunks is not None else (sent.body,))
    messages: list[Message] = []

    async def receive() -> Message:
        if chunks:
            body = chunks.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(chunks)}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        # A real server yields here; without it no two requests would ever be interleaved.
        await asyncio.sleep(0)

    await application(_scope(sent), receive, send)
    start = next(message for message in messages if message["type"] == "http.response.start")
    parts = [message.get("body", b"") for message in messages if message["type"] == "http.response.body"]
    headers = tuple((bytes(name), bytes(value)) for name, value in start.get("headers", ()))
    return Answer(start["status"], headers, b"".join(parts))


def call(application: Application, sent: Request) -> Answer:
    """Send one request outside of any event loop."""
    return asyncio.run(exchange(application, sent))


def call_together(application: Application, all_sent: Sequence[Request]) -> list[Answer]:
    """Send all requests at the same time in one event loop."""

    async def together() -> list[Answer]:
        return list(await asyncio.gather(*(exchange(application, sent) for sent in all_sent)))

    return asyncio.run(together())


@dataclass(frozen=True)
class Tampered:
    """An application with a fault in front: requests and answers may be changed, or answered at once.

    `on_request` gives the request to pass on, or an answer to give instead. `on_answer` gives the
    answer that leaves.
    """

    application: Application
    on_request: Callable[[Request], Request | Answer] = lambda sent: sent
    on_answer: Callable[[Request, Answer], Answer] = lambda sent, answer: answer

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        sent = await whole(scope, receive)
        passed = self.on_request(sent)
        answer = passed if isinstance(passed, Answer) else await exchange(self.application, passed)
        answer = self.on_answer(sent, answer)
        await respond(answer, send)


async def whole(scope: Message, receive: Receive) -> Request:
    """Read a request to its end."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = tuple((bytes(name), bytes(value)) for name, value in scope["headers"])
    path = scope["raw_path"].partition(b"?")[0]
    return Request(scope["method"], path, scope["query_string"], headers, body)


async def respond(answer: Answer, send: Send) -> None:
    """Send an answer that is whole."""
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": answer.body})


def _scope(sent: Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        # A server hands over the path with escapes undone; bytes that are no UTF-8 become replacement signs.
        "path": _unescaped(sent.path),
        "raw_path": sent.path,
        "query_string": sent.query,
        "root_path": "",
        "headers": list(sent.headers),
        "client": ("127.0.0.1", 40000),
        "server": ("testserver", 80),
        "state": {},
    }


def _unescaped(path: bytes) -> str:
    return unquote_to_bytes(path).decode("utf-8", "replace")
