"""Responses byte by byte, correct and wrong ones, and acts that send them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from fault_support.server import Act, Talk

__all__ = [
    "ERROR_PAGE",
    "NUMBER",
    "bomb",
    "close_at_once",
    "double_bomb",
    "envelope",
    "error",
    "good",
    "head",
    "reply",
    "reset",
    "reset_on_connect",
    "response",
    "then_close",
    "then_reset",
    "tracking",
]

NUMBER = "FAULT0000001"
ERROR_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def tracking(identifier: str = "p1") -> dict[str, Any]:
    """A tracking with few fields."""
    return {
        "id": identifier,
        "tracking_number": NUMBER,
        "slug": "usps",
        "tag": "InTransit",
        "checkpoints": [],
    }


def envelope(data: Any, code: int = 200, **meta: Any) -> bytes:
    """The body of a response."""
    return json.dumps({"meta": {"code": code, **meta}, "data": data}).encode()


def head(
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    length: int | None = None,
    kind: str | None = "application/json",
    version: str = "1.1",
) -> bytes:
    """Status line and headers, with the empty line that follows them."""
    lines = [f"HTTP/{version} {status} Whatever"]
    lines += [] if kind is None else [f"content-type: {kind}"]
    lines += [] if length is None else [f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def response(
    body: bytes,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    kind: str | None = "application/json",
) -> bytes:
    """A whole response of the right length."""
    return head(status, headers, length=len(body), kind=kind) + body


def good(identifier: str = "p1") -> bytes:
    """The response of the service to a successful call."""
    return response(envelope(tracking(identifier)))


def error(status: int, code: int | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """An error of the API."""
    body = envelope({}, status if code is None else code, type="Whatever", message="No.")
    return response(body, status, {"as-trace-id": "0123456789abcdef0123456789abcdef", **(headers or {})})


def reply(content: bytes | Callable[[], bytes]) -> Act:
    """Respond, and leave the connection open. A callable is called when the response is sent."""

    def run(talk: Talk) -> bool:
        talk.send(content if isinstance(content, bytes) else content())
        return True

    return Act(run)


def then_close(content: bytes) -> Act:
    """Send, then close in an orderly way."""

    def run(talk: Talk) -> bool:
        talk.send(content)
        return False

    return Act(run)


def then_reset(content: bytes) -> Act:
    """Send, give it time to arrive, then reset the connection."""

    def run(talk: Talk) -> bool:
        talk.send(content)
        # A reset discards what the other side has not read yet.
        talk.wait(0.05)
        talk.reset()
        return False

    return Act(run)


def _reset(talk: Talk) -> bool:
    talk.reset()
    return False


reset = Act(_reset)
reset_on_connect = Act(_reset, on_connect=True)
close_at_once = Act(lambda talk: False)


def bomb(size: int) -> bytes:
    """Spaces that gzip makes a thousand times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * (1 << 20)
    parts = [packer.compress(piece) for _ in range(size >> 20)]
    return b"".join([*parts, packer.flush()])


def double_bomb(size: int) -> bytes:
    """The same, compressed twice: a million times smaller."""
    return gzip.compress(bomb(size), 9)
