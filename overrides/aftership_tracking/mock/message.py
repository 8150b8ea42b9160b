"""What goes into the mock and what comes out: two frozen records, free of any HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import msgspec


@dataclass(frozen=True, slots=True)
class MockRequest:
    """One HTTP request.

    `path` is the path as it was on the wire, still percent-encoded and without the query; `query` is the
    part behind the `?`. Header names are lower-case. `mount` is what stood before the path on the wire, where
    the mock lives under a prefix: signatures cover it.
    """

    method: str
    path: bytes
    query: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    mount: bytes = b""

    @classmethod
    def to(
        cls,
        method: str,
        target: str,
        *,
        key: str | None = None,
        json: Any = msgspec.UNSET,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        key_header: str = "as-api-key",
    ) -> MockRequest:
        """Write a request by hand: `MockRequest.to("GET", "/tracking/2024-01/trackings?page=2", key="k")`."""
        path, _, query = target.partition("?")
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if key is not None:
            sent[key_header] = key
        if json is not msgspec.UNSET:
            body = msgspec.json.encode(json)
            sent.setdefault("content-type", "application/json")
        return cls(method, _ascii(path), _ascii(query), sent, body)


@dataclass(frozen=True, slots=True)
class MockResponse:
    """One HTTP response. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return msgspec.json.decode(self.body)


def _ascii(text: str) -> bytes:
    """Escape what may not stand in a request line and keep what is escaped already."""
    return quote(text, safe="/%:?&=,+~@!$'()*;-._[]").encode("ascii")
