"""The transport interface, and the choice of the transport that a client uses.

No module that uses this one depends on an HTTP library. httpx is imported at the first request, and not at
all if the caller gives a transport that does not use it.
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
from aftership_tracking.runtime.wire.connections import DefaultAsyncTransport, DefaultTransport
from aftership_tracking.runtime.wire.request import Request, Response

__all__ = ["AsyncTransport", "Transport", "choose_async_transport", "choose_transport"]


class Transport(Protocol):
    """Sends one request and returns the complete response.

    Raises TransportError (or its subclasses ConnectError and TimeoutError) if no complete response arrives,
    and DecodeError if its body is too large or cannot be unpacked. Redirects are responses like any other and
    are never followed: they would carry the key to another host.
    """

    def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        ...


class AsyncTransport(Protocol):
    """The async version of `Transport`."""

    async def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        ...


def choose_transport(http_client: object, proxy: str | None = None) -> Transport | DefaultTransport:
    """Return the transport for the `http_client` that a caller gave; None makes a `DefaultTransport`.

    Raises UsageError in one sentence if it does not fit a sync client.
    """
    if http_client is None:
        return DefaultTransport(proxy)
    interface = _inspect_client(http_client)
    if interface.is_async:
        raise UsageError(
            f"AfterShip needs a sync http_client and {type(http_client).__name__} is async: "
            "use AsyncAfterShip, or give an httpx.Client"
        )
    if interface.kind == "exchange":
        return cast(Transport, http_client)
    return ClientAdapter(http_client) if interface.kind == "client" else TransportAdapter(http_client)


def choose_async_transport(
    http_client: object, proxy: str | None = None
) -> AsyncTransport | DefaultAsyncTransport:
    """Return the transport for the `http_client` that a caller gave; None makes a `DefaultAsyncTransport`.

    Raises UsageError in one sentence if it does not fit an async client.
    """
    if http_client is None:
        return DefaultAsyncTransport(proxy)
    interface = _inspect_client(http_client)
    if interface.is_async is False:
        raise UsageError(
            f"AsyncAfterShip needs an async http_client and {type(http_client).__name__} is sync: "
            "use AfterShip, or give an httpx.AsyncClient"
        )
    if interface.kind == "exchange":
        return cast(AsyncTransport, http_client)
    return (
        AsyncClientAdapter(http_client) if interface.kind == "client" else AsyncTransportAdapter(http_client)
    )


class _ClientInterface(NamedTuple):
    kind: Literal["exchange", "client", "transport"]
    is_async: bool | None
    """None: sync and async."""


def _inspect_client(http_client: Any) -> _ClientInterface:
    """Return how an object sends. Raises UsageError if it cannot."""
    import inspect

    if isinstance(http_client, type):
        raise UsageError(
            f"http_client is the class {http_client.__name__}",
            hint=f"Give an object: {http_client.__name__}().",
        )
    if hasattr(http_client, "exchange"):
        return _ClientInterface("exchange", inspect.iscoroutinefunction(http_client.exchange))
    if hasattr(http_client, "send") and hasattr(http_client, "build_request"):
        return _ClientInterface("client", inspect.iscoroutinefunction(http_client.send))
    is_sync, is_async = (hasattr(http_client, name) for name in ("handle_request", "handle_async_request"))
    if is_sync or is_async:
        return _ClientInterface("transport", None if is_sync and is_async else is_async)
    raise UsageError(
        f"{type(http_client).__name__} cannot send requests: http_client must be an httpx.Client, an "
        "httpx.AsyncClient, a transport of httpx, or an object with a method `exchange`"
    )
