"""The seam to the network, and the choice of what stands behind it.

Nothing above this module knows an HTTP library. httpx is imported at the first request, and not at all if the
caller gives a transport of another make.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Protocol, cast

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.wire.adapters import (
    AsyncClientAdapter,
    AsyncTransportAdapter,
    ClientAdapter,
    TransportAdapter,
)
from aftership_tracking.runtime.wire.connections import OwnAsyncTransport, OwnTransport
from aftership_tracking.runtime.wire.request import Request, Response

__all__ = ["AsyncTransport", "Transport", "choose_async_transport", "choose_transport"]


class Transport(Protocol):
    """Sends one request and returns the whole response.

    Raises TransportError (or its subclasses ConnectError and TimeoutError) if no whole response arrives, and
    DecodeError if its body is too large or cannot be unpacked. Redirects are responses like any other and are
    never followed: they would carry the key to another host.
    """

    def exchange(self, request: Request) -> Response:
        """Send and receive."""
        ...


class AsyncTransport(Protocol):
    """The same, asynchronously."""

    async def exchange(self, request: Request) -> Response:
        """Send and receive."""
        ...


def choose_transport(http_client: object, proxy: str | None = None) -> Transport | OwnTransport:
    """Return the transport for what a caller gave as `http_client`; None means one of our own.

    Raises UsageError in one sentence if it does not fit a blocking client.
    """
    if http_client is None:
        return OwnTransport(proxy)
    way = _way(http_client)
    if way.asynchronous:
        raise UsageError(
            f"AfterShip needs a blocking http_client and {type(http_client).__name__} is asynchronous: "
            "use AsyncAfterShip, or give an httpx.Client"
        )
    if way.kind == "exchange":
        return cast(Transport, http_client)
    return ClientAdapter(http_client) if way.kind == "client" else TransportAdapter(http_client)


def choose_async_transport(
    http_client: object, proxy: str | None = None
) -> AsyncTransport | OwnAsyncTransport:
    """Return the asynchronous transport for what a caller gave as `http_client`; None means one of our own.

    Raises UsageError in one sentence if it does not fit an asynchronous client.
    """
    if http_client is None:
        return OwnAsyncTransport(proxy)
    way = _way(http_client)
    if way.asynchronous is False:
        raise UsageError(
            f"AsyncAfterShip needs an asynchronous http_client and {type(http_client).__name__} is blocking: "
            "use AfterShip, or give an httpx.AsyncClient"
        )
    if way.kind == "exchange":
        return cast(AsyncTransport, http_client)
    return AsyncClientAdapter(http_client) if way.kind == "client" else AsyncTransportAdapter(http_client)


class _Way(NamedTuple):
    kind: Literal["exchange", "client", "transport"]
    asynchronous: bool | None
    """None: both."""


def _way(http_client: Any) -> _Way:
    """Tell how an object sends. Raises UsageError if it does not."""
    import inspect

    if hasattr(http_client, "exchange"):
        return _Way("exchange", inspect.iscoroutinefunction(http_client.exchange))
    if hasattr(http_client, "send") and hasattr(http_client, "build_request"):
        return _Way("client", inspect.iscoroutinefunction(http_client.send))
    blocking, asynchronous = (
        hasattr(http_client, name) for name in ("handle_request", "handle_async_request")
    )
    if blocking or asynchronous:
        return _Way("transport", None if blocking and asynchronous else asynchronous)
    raise UsageError(
        f"{type(http_client).__name__} cannot send requests: http_client must be an httpx.Client, an "
        "httpx.AsyncClient, a transport of httpx, or an object with a method `exchange`"
    )
