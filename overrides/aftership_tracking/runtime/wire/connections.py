"""Connections that the client opens and closes itself: a separate set for each process and each event loop.

Parent and child of a fork must not share a connection, or each would read responses to requests of the other.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.runtime.wire.adapters import AsyncTransportAdapter, TransportAdapter
from aftership_tracking.runtime.wire.httpx_internals import shut_down_sockets

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from aftership_tracking.runtime.wire.proxies import Proxy
    from aftership_tracking.runtime.wire.request import Request, Response

__all__ = ["DefaultAsyncTransport", "DefaultTransport"]


class DefaultTransport:
    """Connections of a sync client, opened when first needed."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._adapters: dict[int, TransportAdapter] = {}
        self.closed = False

    @property
    def is_open(self) -> bool:
        """Whether connections of this process may be open."""
        adapter = self._adapters.get(os.getpid())
        return not self.closed and adapter is not None and _has_opened(adapter)

    def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        if self.closed:
            raise UsageError(_CLOSED)
        adapter = self._adapters.get(os.getpid())
        return (self._open() if adapter is None else adapter).exchange(request)

    def prepare(self, url: str) -> None:
        """Do what the first request to a URL would do, without a connection. Raises UsageError if the
        environment names a proxy or certificates that cannot be used.
        """
        if self.closed:
            raise UsageError(_CLOSED)
        _check_route((self._adapters.get(os.getpid()) or self._open()).wrapped, url)

    def _open(self) -> TransportAdapter:
        with loading:
            made = TransportAdapter(_make_transport(self._proxy, "HTTPTransport"), owned=True)
        # Two threads may both make an adapter; the first one is used. There is no lock, because a lock that
        # is held at a fork is never released in the child.
        adapter = self._adapters.setdefault(os.getpid(), made)
        if adapter is not made:
            made.wrapped.close()
        if self.closed:
            # Another thread closed it meanwhile.
            self.close()
            raise UsageError(_CLOSED)
        return adapter

    def close(self) -> None:
        """Close the connections of this process. Those of a parent process stay open."""
        self.closed = True
        adapter = self._adapters.pop(os.getpid(), None)
        if adapter is not None:
            # A call that was interrupted may still wait for bytes in a thread of its own, and closing a
            # socket does not wake that thread.
            shut_down_sockets(adapter.wrapped)
            adapter.wrapped.close()


class DefaultAsyncTransport:
    """Connections of an async client, opened when first needed."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._adapters: dict[tuple[int, int], tuple[Any, AsyncTransportAdapter]] = {}
        self.closed = False

    @property
    def is_open(self) -> bool:
        """Whether connections of this process may be open."""
        here = os.getpid()
        return not self.closed and any(
            process == here and _has_opened(adapter) for (process, _), (_, adapter) in self._adapters.items()
        )

    async def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        if self.closed:
            raise UsageError(_CLOSED)
        loop = _running_loop()
        # The loop is stored beside its connections, so that no other loop gets the same id.
        known = self._adapters.get((os.getpid(), id(loop)))
        adapter = self._open(loop) if known is None else known[1]
        return await adapter.exchange(request)

    def prepare(self, url: str) -> None:
        """Do what the first request to a URL would do, except what belongs to an event loop. Raises
        UsageError as `DefaultTransport.prepare` does.
        """
        if self.closed:
            raise UsageError(_CLOSED)
        with loading:
            # It is not used: the connections of each event loop have one of their own. No connection is open.
            _check_route(_make_transport(self._proxy, "AsyncHTTPTransport"), url)

    def _open(self, loop: AbstractEventLoop | None) -> AsyncTransportAdapter:
        # The connections of a closed loop can neither be used again nor be closed.
        for key, (other, _) in list(self._adapters.items()):
            if other is not None and other.is_closed():
                del self._adapters[key]
        with loading:
            made = AsyncTransportAdapter(_make_transport(self._proxy, "AsyncHTTPTransport"), owned=True)
        self._adapters[os.getpid(), id(loop)] = (loop, made)
        return made

    async def aclose(self) -> None:
        """Close the connections of this process and event loop."""
        self.closed = True
        known = self._adapters.pop((os.getpid(), id(_running_loop())), None)
        if known is not None:
            await known[1].wrapped.aclose()


_CLOSED = "the client is closed; make a new one, or close it later"


def _make_transport(proxy: str | None, kind: str) -> Any:
    """Return a transport of httpx that sends directly, or one that chooses a proxy for each host.

    `kind`: the name of its class in httpx.
    """
    from aftership_tracking.runtime.wire.proxies import RoutingTransport, read_proxy_table

    table = read_proxy_table(proxy)
    if not table.by_scheme:
        return _make(kind, None)
    return RoutingTransport(table, lambda proxy: _make(kind, proxy))


def _has_opened(adapter: TransportAdapter | AsyncTransportAdapter) -> bool:
    # A transport that routes opens others, and none if the proxy of the first request was refused.
    return bool(getattr(adapter.wrapped, "transports", True))


def _check_route(transport: Any, url: str) -> None:
    open_route = getattr(transport, "open", None)
    if open_route is not None:
        open_route(url)


def _make(kind: str, proxy: Proxy | None) -> Any:
    import httpx

    from aftership_tracking.runtime.wire import certificates

    verify = certificates.read_certificates()
    hint = certificates.HINT
    try:
        # The environment is read above, so httpx must not read it.
        return getattr(httpx, kind)(
            verify=verify, trust_env=verify is True, proxy=None if proxy is None else proxy.url
        )
    except ImportError:
        wrong = (
            "the proxy needs another package" if proxy is None else f"{proxy.variable} needs another package"
        )
        hint = "Install it: python -m pip install 'httpx[socks]'."
    except OSError as error:
        of_key_log = certificates.is_of_key_log(error)
        wrong = certificates.KEY_LOG_REFUSED if of_key_log else "the certificates of certifi cannot be read"
        hint = certificates.HINT if of_key_log else "Install the package certifi again."
    except Exception:  # noqa: BLE001 - its message, whatever its class, may show the password of a proxy
        wrong = (
            "httpx refuses its settings" if proxy is None else f"{proxy.variable} is not a proxy for httpx"
        )
    raise UsageError(wrong, hint=hint)


def _running_loop() -> AbstractEventLoop | None:
    # Imported lazily, because a sync client does not need asyncio.
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        # Another framework, such as trio.
        return None
