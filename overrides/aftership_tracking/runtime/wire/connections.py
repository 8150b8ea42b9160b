"""Connections that the client opens and closes itself: a separate set for each process and each event loop.

Parent and child of a fork must not share a connection, or each would read responses to requests of the other.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.wire.adapters import (
    AsyncClientAdapter,
    AsyncTransportAdapter,
    ClientAdapter,
    TransportAdapter,
)

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from aftership_tracking.runtime.wire.request import Request, Response

__all__ = ["DefaultAsyncTransport", "DefaultTransport"]


class DefaultTransport:
    """Connections of a sync client, opened when first needed."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._adapters: dict[int, ClientAdapter | TransportAdapter] = {}
        self.closed = False

    @property
    def is_open(self) -> bool:
        """Whether connections of this process may be open."""
        return not self.closed and os.getpid() in self._adapters

    def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        if self.closed:
            raise UsageError(_CLOSED)
        adapter = self._adapters.get(os.getpid())
        return (self._open() if adapter is None else adapter).exchange(request)

    def _open(self) -> ClientAdapter | TransportAdapter:
        import httpx

        made: ClientAdapter | TransportAdapter
        if _has_proxy(self._proxy):
            made = ClientAdapter(_make(httpx.Client, **_client_settings(self._proxy)), owned=True)
        else:
            made = TransportAdapter(_make(httpx.HTTPTransport), owned=True)
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
            adapter.wrapped.close()


class DefaultAsyncTransport:
    """Connections of an async client, opened when first needed."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._adapters: dict[tuple[int, int], tuple[Any, AsyncClientAdapter | AsyncTransportAdapter]] = {}
        self.closed = False

    @property
    def is_open(self) -> bool:
        """Whether connections of this process may be open."""
        here = os.getpid()
        return not self.closed and any(process == here for process, _ in self._adapters)

    async def exchange(self, request: Request) -> Response:
        """Send a request and receive its response."""
        if self.closed:
            raise UsageError(_CLOSED)
        loop = _running_loop()
        # The loop is stored beside its connections, so that no other loop gets the same id.
        known = self._adapters.get((os.getpid(), id(loop)))
        adapter = self._open(loop) if known is None else known[1]
        return await adapter.exchange(request)

    def _open(self, loop: AbstractEventLoop | None) -> AsyncClientAdapter | AsyncTransportAdapter:
        import httpx

        # The connections of a closed loop can neither be used again nor be closed.
        for key, (other, _) in list(self._adapters.items()):
            if other is not None and other.is_closed():
                del self._adapters[key]
        made: AsyncClientAdapter | AsyncTransportAdapter
        if _has_proxy(self._proxy):
            made = AsyncClientAdapter(_make(httpx.AsyncClient, **_client_settings(self._proxy)), owned=True)
        else:
            made = AsyncTransportAdapter(_make(httpx.AsyncHTTPTransport), owned=True)
        self._adapters[os.getpid(), id(loop)] = (loop, made)
        return made

    async def aclose(self) -> None:
        """Close the connections of this process and event loop."""
        self.closed = True
        known = self._adapters.pop((os.getpid(), id(_running_loop())), None)
        if known is not None:
            await known[1].wrapped.aclose()


_CLOSED = "the client is closed; make a new one, or close it later"


def _has_proxy(given: str | None) -> bool:
    """Return whether a proxy may be needed. Only a client of httpx, not a transport, knows which host uses
    which proxy.
    """
    if given is not None:
        return True
    # httpx has imported it already.
    from urllib.request import getproxies

    return bool(getproxies())


def _client_settings(proxy: str | None) -> dict[str, Any]:
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    # Copies of a client share its connections and may act for other accounts, so no cookie is stored.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    # Each request brings its own timeout.
    return {"proxy": proxy, "timeout": None, "cookies": no_cookies}


def _make(kind: Any, **settings: Any) -> Any:
    try:
        return kind(**settings)
    except ImportError:
        wrong = "the proxy needs another package: python -m pip install 'httpx[socks]'"
    except OSError:
        wrong = "the certificates at SSL_CERT_FILE or SSL_CERT_DIR cannot be read"
    except Exception:  # noqa: BLE001 - its message, whatever its class, may show the password of a proxy
        wrong = "the proxy of the environment is not a URL that httpx accepts, such as http://host:3128"
    raise UsageError(wrong)


def _running_loop() -> AbstractEventLoop | None:
    # Imported lazily, because a sync client does not need asyncio.
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        # Another framework, such as trio.
        return None
