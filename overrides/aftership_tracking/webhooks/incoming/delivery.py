"""A request from a web server and the response to it, as plain values. Nothing here knows a framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftership_tracking.webhooks.incoming.headers import read_headers

if TYPE_CHECKING:
    from aftership_tracking.webhooks.incoming.headers import AnyHeaders

__all__ = ["CREDENTIALS", "Delivery", "Reply", "text_reply"]

CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie"})
"""Headers that are not stored with a delivery."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One HTTP request, as it arrived.

    Its repr leaves out headers and body: they hold signatures, tokens and personal data.
    """

    method: str
    """The HTTP method; only POST is accepted."""
    path: str
    """The path of the URL, without the query."""
    headers: AnyHeaders
    """Any form that `read_headers` reads: a mapping, pairs, a WSGI environ, Django's META."""
    body: bytes
    """The raw bytes. The signature covers exactly these."""
    peer: str | None = None
    """Address of the other end of the connection, which may be a proxy's; None when it is not known."""

    def header_lines(self) -> str:
        """Return the headers, a line `name: value` for each, as `aftership webhook doctor` reads them.

        Authorization and cookies are left out; the signature does not depend on them.
        """
        pairs = ((name, value) for name, values in read_headers(self.headers).items() for value in values)
        return "".join(f"{name}: {value}\n" for name, value in pairs if name not in CREDENTIALS)

    def __repr__(self) -> str:
        return f"Delivery({self.method} {self.path!r}, {len(self.body)} bytes, peer={self.peer!r})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One HTTP response."""

    status: int
    """The HTTP status."""
    headers: tuple[tuple[str, str], ...] = ()
    """Name and value; the length of the body is not among them."""
    body: bytes = b""
    """A short text for people."""

    @property
    def is_accepted(self) -> bool:
        """Whether AfterShip takes this as delivered: 200 to 299. After anything else it delivers again."""
        return 200 <= self.status <= 299


def text_reply(status: int, text: str, *more: tuple[str, str]) -> Reply:
    """Return a response that people can read; `more` are further headers."""
    return Reply(
        status=status,
        headers=(("Content-Type", "text/plain; charset=utf-8"), *more),
        body=f"{text}\n".encode(),
    )
