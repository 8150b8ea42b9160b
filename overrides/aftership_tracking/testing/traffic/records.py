"""What was sent and received, and what was found. Frozen records; none of the findings holds a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aftership_tracking.errors import UsageError

Side = Literal["request", "response"]
"""Which side of a call a finding is about."""
Kind = Literal["break", "undeclared", "deprecated"]
"""`break`: the document forbids it. `undeclared`: the document does not know it. `deprecated`: the document
advises against it.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrafficRequest:
    """A request as it was sent."""

    method: str
    """The method of HTTP, such as GET."""
    url: str
    """The whole URL, or a path with its query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names may be in any case."""
    body: bytes | None = b""
    """None: it was not recorded, and is not judged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrafficResponse:
    """A response as it was received."""

    status: int
    """The status of HTTP."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names may be in any case. Without any, headers are not judged."""
    body: bytes | None = b""
    """Without its content-encoding. None: it was not recorded, and is not judged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One difference from the document. It names fields and rules, and never holds a value that was sent."""

    side: Side
    """`request` or `response`."""
    kind: Kind
    """`break`: the document forbids it. `undeclared`: the document does not know it; the service ignores it
    in a request, and may send it in a response. `deprecated`: the document says so."""
    location: str
    """What it is about, such as `query page` or `body data.trackings[].tag`."""
    reason: str
    """A sentence for people."""
    rule: str = ""
    """The JSON Pointer of the rule in the document of the version; empty if there is none."""

    @property
    def breaks(self) -> bool:
        """Whether a check fails because of it: a break, or something undeclared in a request."""
        return self.kind == "break" or (self.kind == "undeclared" and self.side == "request")

    def __str__(self) -> str:
        return f"{self.side} {self.location}: {self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgment:
    """What one call exercised, and what was found in it."""

    version: str
    """The version whose document judged."""
    operation: str | None
    """The id of the operation; None if the document has no such path or method."""
    findings: tuple[Finding, ...]
    """In the order request, response."""
    status: int | None = None
    """The status of the response; None without a response."""
    code: int | None = None
    """`meta.code` of the response, if it has one."""
    parameters: frozenset[str] = frozenset()
    """The declared parameters that were sent, such as `query limit`."""
    request_fields: frozenset[str] = frozenset()
    """The declared fields that were sent, such as `customers[].name`."""
    response_fields: frozenset[str] = frozenset()
    """The declared fields that were received, such as `data.trackings[].tag`."""
    not_judged: tuple[str, ...] = ()
    """What could not be judged, and why."""

    @property
    def breaks(self) -> tuple[Finding, ...]:
        """The findings that make a check fail."""
        return tuple(found for found in self.findings if found.breaks)

    @property
    def ok(self) -> bool:
        """Whether nothing breaks the document."""
        return not self.breaks

    def __str__(self) -> str:
        head = f"{self.operation or 'no operation'} in {self.version}: "
        if not self.findings:
            return f"{head}nothing was found"
        return "\n  ".join([f"{head}{len(self.findings)} found", *map(str, self.findings)])


def read_request(value: Any) -> TrafficRequest:
    """Return a request as a record: one of httpx, of requests, or any with `method`, `url` and `headers`.

    Raises:
        UsageError: it is none of these, or its body is a stream that was not read.
    """
    if isinstance(value, TrafficRequest):
        return value
    method, url = getattr(value, "method", None), getattr(value, "url", None)
    if not isinstance(method, str) or url is None:
        raise UsageError(f"a {type(value).__name__} is not a request: it needs method, url, headers and body")
    return TrafficRequest(method=method, url=str(url), headers=_headers(value), body=_body(value))


def read_response(value: Any) -> TrafficResponse:
    """Return a response of httpx, requests, or any object with a status, `headers` and a body as a record.

    Raises:
        UsageError: as `read_request`.
    """
    if isinstance(value, TrafficResponse):
        return value
    status = getattr(value, "status_code", getattr(value, "status", None))
    if not isinstance(status, int):
        raise UsageError(
            f"a {type(value).__name__} is not a response: it needs status_code, headers and content"
        )
    return TrafficResponse(status=int(status), headers=_headers(value), body=_body(value))


def _headers(value: Any) -> dict[str, str]:
    pairs = getattr(value, "headers", None) or {}
    return {str(name): str(text) for name, text in dict(pairs).items()}


def _body(value: Any) -> bytes:
    try:
        body = value.content if hasattr(value, "content") else getattr(value, "body", b"")
    except RuntimeError as error:
        raise UsageError(
            f"the body of this {type(value).__name__} was not read: call read() first"
        ) from error
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if not isinstance(body, bytes | bytearray):
        raise UsageError(f"the body of this {type(value).__name__} is a stream; give its bytes")
    return bytes(body)
