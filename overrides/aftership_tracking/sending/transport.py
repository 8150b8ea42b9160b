"""What is sent, and the way it is sent by default: over httpx, once, following no redirect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from aftership_tracking.sending.headers import Pairs

if TYPE_CHECKING:
    import httpx

TIMEOUT = 10.0
"""Seconds. How long the service waits for an answer is not documented."""
MOST_ANSWER = 65_536
"""Bytes of an answer that are read. Only a token service's answer is looked at, and it is short."""
_DIRECT = ("localhost", "127.0.0.1", "[::1]")


class Outgoing(NamedTuple):
    """One POST request. Its text shows neither headers nor body, and no query of the URL."""

    url: str
    headers: Pairs
    body: bytes

    def __repr__(self) -> str:
        return f"<Outgoing to {shown_url(self.url)}, {len(self.body)} bytes>"


class Answer(NamedTuple):
    """What came back. Redirects are answers like others."""

    status: int
    body: bytes = b""


Transport = Callable[[Outgoing], int | Answer]
"""Sends a request and gives the answer, or its status alone. Whatever it raises counts as no answer."""


class HttpTransport:
    """Sends over httpx, which is loaded with the first request. Several threads may use it.

    Args:
        timeout: seconds to wait for connecting, for writing and for each part of the answer.
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        if not timeout > 0:
            raise ValueError("the timeout must be above 0 seconds")
        self._timeout = timeout
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def __call__(self, request: Outgoing) -> Answer:
        client = self._opened()
        headers = [(name.encode("ascii"), _header_bytes(value)) for name, value in request.headers]
        sent = client.build_request("POST", request.url, headers=headers, content=request.body)
        # A header that httpx would add and the service does not send.
        if not any(name.lower() == "connection" for name, _ in request.headers):
            sent.headers.pop("connection", None)
        received = client.send(sent, stream=True, follow_redirects=False)
        try:
            return Answer(received.status_code, _start_of(received))
        finally:
            received.close()

    def close(self) -> None:
        """Close the connections. A later request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _opened(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                import httpx

                # What listens on this machine is never reached through a proxy.
                self._client = httpx.Client(
                    timeout=self._timeout, mounts={f"all://{host}": None for host in _DIRECT}
                )
            return self._client


def answered(answer: int | Answer) -> Answer:
    """The answer of any transport."""
    return Answer(answer) if isinstance(answer, int) else answer


def is_url(url: str) -> bool:
    """Whether something can be sent to it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def shown_url(url: str) -> str:
    """A URL as it may be shown: without user, password, query and fragment, which may hold secrets."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _header_bytes(value: str) -> bytes:
    """As servers read headers, and as UTF-8 where that cannot hold the text."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _start_of(response: httpx.Response) -> bytes:
    found = b""
    for part in response.iter_raw():
        found += part
        if len(found) >= MOST_ANSWER:
            break
    return found[:MOST_ANSWER]
