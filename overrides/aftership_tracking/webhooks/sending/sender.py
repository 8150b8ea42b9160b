"""What is sent, and how it is sent by default: over httpx, once, without following redirects."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from aftership_tracking.webhooks.sending.headers import Pairs

if TYPE_CHECKING:
    import httpx

TIMEOUT = 10.0
"""Seconds. How long the service waits for a response is not documented."""
MOST_RESPONSE = 65_536
"""Bytes of a response that are read. Only the response of a token service is used, and it is short."""
_DIRECT = ("localhost", "127.0.0.1", "[::1]")


class Outgoing(NamedTuple):
    """One POST request. Its repr shows neither headers nor body, and no query of the URL."""

    url: str
    headers: Pairs
    body: bytes

    def __repr__(self) -> str:
        return f"<Outgoing to {mask_url(self.url)}, {len(self.body)} bytes>"


class DeliveryResponse(NamedTuple):
    """What came back. A redirect is a response like any other."""

    status: int
    body: bytes = b""


Sender = Callable[[Outgoing], int | DeliveryResponse]
"""Sends a request and returns the response, or its status alone. If it raises, there was none."""


class HttpSender:
    """Sends over httpx, which is loaded with the first request. Several threads may use it.

    Args:
        timeout: seconds to wait for connecting, for writing and for each part of the response.
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        if not timeout > 0:
            raise ValueError("the timeout must be above 0 seconds")
        self._timeout = timeout
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def __call__(self, request: Outgoing) -> DeliveryResponse:
        client = self._open()
        headers = [(name.encode("ascii"), _header_bytes(value)) for name, value in request.headers]
        sent = client.build_request("POST", request.url, headers=headers, content=request.body)
        # httpx would add this header, and the service does not send it.
        if not any(name.lower() == "connection" for name, _ in request.headers):
            sent.headers.pop("connection", None)
        received = client.send(sent, stream=True, follow_redirects=False)
        try:
            return DeliveryResponse(received.status_code, _read_start(received))
        finally:
            received.close()

    def close(self) -> None:
        """Close the connections. A later request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                import httpx

                # A server on this machine is never reached through a proxy.
                self._client = httpx.Client(
                    timeout=self._timeout, mounts={f"all://{host}": None for host in _DIRECT}
                )
            return self._client


def as_response(result: int | DeliveryResponse) -> DeliveryResponse:
    """Return the result of any `Sender` as a response."""
    return DeliveryResponse(result) if isinstance(result, int) else result


def is_url(url: str) -> bool:
    """Return whether something can be sent to it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def mask_url(url: str) -> str:
    """Return a URL that may be shown: without user, password, query and fragment, which may hold secrets."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _header_bytes(value: str) -> bytes:
    """Encode a header as servers read it, and as UTF-8 if it has characters that this cannot hold."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _read_start(response: httpx.Response) -> bytes:
    found = b""
    for part in response.iter_raw():
        found += part
        if len(found) >= MOST_RESPONSE:
            break
    return found[:MOST_RESPONSE]
