"""The request and response records of the transport interface, and how a request is built and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from aftership_tracking.errors import DecodeError, TransportError, UsageError
from aftership_tracking.runtime.operation import Path
from aftership_tracking.runtime.options import Timeout
from aftership_tracking.runtime.wire.headers import SIGNATURES, Headers
from aftership_tracking.runtime.wire.path_segments import encode_segment

__all__ = ["Outcome", "Request", "Response", "build_path", "check_base_url", "check_headers"]


class Request(NamedTuple):
    """A request to send. `url` is complete and encoded; `body` is sent byte for byte."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""
    timeout: Timeout = Timeout()
    within: float | None = None
    """Seconds for the whole exchange, while `timeout` limits each silence; None for no limit."""
    most: int = 64 * 1024 * 1024
    """Bytes that the unpacked body of the response may have at most."""

    @property
    def target(self) -> str:
        """Path and query as sent."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def path(self) -> str:
        """Path as sent."""
        return urlsplit(self.url).path

    def __repr__(self) -> str:
        # The query and the body contain personal data, the headers contain keys.
        return f"<Request {self.method} {self.path} {self.headers!r} {len(self.body)} bytes>"


class Response(NamedTuple):
    """A complete response."""

    status: int
    headers: Headers
    body: bytes

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.headers!r} {len(self.body)} bytes>"


Outcome: TypeAlias = "Response | TransportError | DecodeError"
"""The result of sending a request: a response, no response, or one whose body could not be read."""


def build_path(template: tuple[str | Path, ...], values: tuple[object, ...]) -> str:
    """Fill a path and encode each segment by itself, so that no value can change the route.

    Raises UsageError for a value that is empty, `.`, `..`, of another type than declared, or cannot be
    encoded.
    """
    names = [segment.name for segment in template if not isinstance(segment, str)]
    if len(names) != len(values):
        raise UsageError(
            f"this path needs {len(names)} values ({', '.join(names)}), {len(values)} were given"
        )
    given = iter(values)
    path = ""
    for segment in template:
        path += "/" + (segment if isinstance(segment, str) else encode_segment(segment, next(given)))
    return path


def check_base_url(url: str) -> str:
    """Return the URL of the service without a final slash. Raises UsageError if it is not valid."""
    if not isinstance(url, str):
        raise UsageError(
            f"base_url must be a string, not a {type(url).__name__}", hint="Write str(url) for a URL object."
        )
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        _ = parts.port
    except ValueError:
        raise UsageError("base_url is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            "base_url must begin with https:// (or http:// for a server of your own) and name a host"
        )
    if parts.username is not None or parts.password is not None:
        raise UsageError("base_url must not contain a user name or a password")
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise UsageError("base_url must not contain a query or a fragment")
    if not _PLAIN_URL.fullmatch(url):
        # httpx would encode other characters, and then the URL that is sent would differ from the signed one.
        raise UsageError(
            "base_url must be plain ASCII without spaces and other characters that a URL cannot contain; "
            "encode a path prefix, use punycode for a host"
        )
    if any(segment in (".", "..") for segment in parts.path.split("/")):
        raise UsageError("base_url must not contain the segments . or ..")
    return url.rstrip("/")


_PLAIN_URL = re.compile(r"(?:[A-Za-z0-9\-._~:/@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})+")
_RESERVED = frozenset(
    {
        "as-api-key",
        "aftership-api-key",
        *SIGNATURES,
        "authorization",
        "content-length",
        "content-type",
        "date",
        "host",
        "transfer-encoding",
    }
)
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")


def check_headers(headers: object) -> dict[str, str]:
    """Return the headers of a caller with names in lower case. Raises UsageError for headers that the client
    sets itself.
    """
    if not isinstance(headers, Mapping):
        raise UsageError(
            f"headers must be a mapping of names to values, not a {type(headers).__name__}",
            hint='For instance headers={"x-name": "value"}.',
        )
    checked: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower() if isinstance(name, str) else ""
        if not key or not set(key) <= _TOKEN:
            raise UsageError(f"not a header name: {name!r}")
        if key in _RESERVED:
            raise UsageError(f"the header {key} is set by the client itself")
        if (
            not isinstance(value, str)
            or not value.isascii()
            or any(ord(c) < 32 or ord(c) == 127 for c in value)
        ):
            raise UsageError(f"the value of the header {key} must be ASCII text without control characters")
        checked[key] = value.strip()
    return checked
