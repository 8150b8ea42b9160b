"""A request to the mock and its response: two frozen records that need no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import msgspec

MAX_BODY_BYTES = 1024 * 1024
"""The mock refuses longer bodies. The service documents no limit; this one is the mock's own."""
MAX_HEAD_BYTES = 64 * 1024
"""The same for the request line and all headers together."""
CONTROL_ROOT = b"/_mock"
"""The control API lives below this path."""
_BELOW_CONTROL = CONTROL_ROOT + b"/"
PAGE_FOLDERS = frozenset({b"", b"console", b"explorer"})
"""The first segments below it that are pages for people; all others are the control API."""
MAX_CONTROL_BYTES = 64 * 1024 * 1024
"""Of a body of the control API: snapshots are long."""

Drop = Literal["before", "during", "after"]
"""When the connection is lost: before the request is served, in the middle of the response, or after the
request was served and before the response."""

Unreadable = Literal["", "malformed", "large-head", "slow"]
"""Why a request could not be read as a whole; empty for one that was."""


@dataclass(frozen=True, slots=True)
class MockRequest:
    """One HTTP request.

    Attributes:
        method: the HTTP method, such as GET.
        path: the path as it was sent, still percent-encoded and without the query.
        query: the part after the `?`.
        headers: their names are lower-case.
        body: the bytes of the body.
        mount: the prefix before the path, if the mock is served under one: signatures cover it.
        unreadable: why a server could not read the whole request; then `path` may be empty.
    """

    method: str
    path: bytes
    query: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    mount: bytes = b""
    unreadable: Unreadable = ""

    @property
    def is_control(self) -> bool:
        """Whether it is for the control API or its pages."""
        return is_control_path(self.path)

    @property
    def is_page(self) -> bool:
        """Whether it is for a page of the console or the explorer."""
        below = self.path[len(CONTROL_ROOT) :].removeprefix(b"/")
        return self.is_control and below.partition(b"/")[0] in PAGE_FOLDERS

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
    """One HTTP response. Header names are lower-case.

    `delay` is the seconds that pass before it is sent. With `drop` the connection is lost: only "during"
    sends a part of it.
    """

    status: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """Names and values."""
    body: bytes
    """The bytes of the body."""
    delay: float = 0.0
    drop: Drop | None = None

    @property
    def json(self) -> Any:
        """The decoded body."""
        return msgspec.json.decode(self.body)


def is_control_path(path: bytes) -> bool:
    """Whether a path is that of the control API or of its pages."""
    return path.startswith(CONTROL_ROOT) and (path == CONTROL_ROOT or path.startswith(_BELOW_CONTROL))


def _ascii(text: str) -> bytes:
    """Escape what a request line may not hold, and leave what is escaped already."""
    return quote(text, safe="/%:?&=,+~@!$'()*;-._[]").encode("ascii")
