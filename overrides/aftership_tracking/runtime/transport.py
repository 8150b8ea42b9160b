"""The seam to the network, and the adapters that put an httpx client behind it.

Nothing above this module knows an HTTP library. httpx is imported at the first request, and not at all if the
caller gives a client or a transport of another make.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Protocol, cast

from aftership_tracking.errors import (
    AfterShipError,
    ConnectError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
    UsageError,
)
from aftership_tracking.runtime.headers import Headers
from aftership_tracking.runtime.request import Request, Response

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

__all__ = ["AsyncTransport", "Transport", "choose_async_transport", "choose_transport"]


class Transport(Protocol):
    """Sends one request and returns the whole response.

    Raises TransportError (or its subclasses ConnectError and TimeoutError) if no whole response arrives.
    Redirects are responses like any other and are never followed: they would carry the key to another host.
    """

    def exchange(self, request: Request) -> Response:
        """Send and receive."""
        ...


class AsyncTransport(Protocol):
    """The same, asynchronously."""

    async def exchange(self, request: Request) -> Response:
        """Send and receive."""
        ...


class OwnTransport:
    """httpx clients that this package opens and closes: one for each process, made when first needed.

    Parent and child of a fork must not share a connection, or each reads answers to the questions of the
    other.
    """

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._adapters: dict[int, ClientTransport] = {}
        self.closed = False

    @property
    def is_open(self) -> bool:
        """Whether connections of this process may be open."""
        return not self.closed and os.getpid() in self._adapters

    def exchange(self, request: Request) -> Response:
        """Send and receive."""
        if self.closed:
            raise UsageError(_CLOSED)
        adapter = self._adapters.get(os.getpid())
        return (self._open() if adapter is None else adapter).exchange(request)

    def _open(self) -> ClientTransport:
        import httpx

        made = ClientTransport(_make_client(httpx.Client, self._proxy))
        # Two threads may both make one. Without a lock, because a lock held at a fork is never released in
        # the child.
        kept = self._adapters.setdefault(os.getpid(), made)
        if kept is not made:
            made.client.close()
        if self.closed:
            # By another thread, meanwhile.
            self.close()
            raise UsageError(_CLOSED)
        return kept

    def close(self) -> None:
        """Close the connections of this process. Those that a parent process opened are left to it."""
        self.closed = True
        adapter = self._adapters.pop(os.getpid(), None)
        if adapter is not None:
            adapter.client.close()


class OwnAsyncTransport:
    """httpx clients that this package opens and closes: one for each process and event loop."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._adapters: dict[tuple[int, int], tuple[Any, AsyncClientTransport]] = {}
        self.closed = False

    @property
    def is_open(self) -> bool:
        """Whether connections of this process may be open."""
        here = os.getpid()
        return not self.closed and any(process == here for process, _ in self._adapters)

    async def exchange(self, request: Request) -> Response:
        """Send and receive."""
        if self.closed:
            raise UsageError(_CLOSED)
        loop = _running_loop()
        # The loop is kept beside its client, so that its id is not given to another loop.
        known = self._adapters.get((os.getpid(), id(loop)))
        adapter = self._open(loop) if known is None else known[1]
        return await adapter.exchange(request)

    def _open(self, loop: AbstractEventLoop | None) -> AsyncClientTransport:
        import httpx

        # The connections of a closed loop cannot be used again, and not even be closed.
        for key, (other, _) in list(self._adapters.items()):
            if other is not None and other.is_closed():
                del self._adapters[key]
        made = AsyncClientTransport(_make_client(httpx.AsyncClient, self._proxy))
        self._adapters[os.getpid(), id(loop)] = (loop, made)
        return made

    async def aclose(self) -> None:
        """Close the connections of this process and event loop."""
        self.closed = True
        known = self._adapters.pop((os.getpid(), id(_running_loop())), None)
        if known is not None:
            await known[1].client.aclose()


_CLOSED = "the client is closed; make a new one, or close it later"


def _make_client(make: Any, proxy: str | None) -> Any:
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    # Copies of a client share its connections and may act for other accounts: no cookie is kept.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    try:
        # Each request brings its own timeout.
        return make(proxy=proxy, timeout=None, cookies=no_cookies)
    except ImportError:
        wrong = "the proxy needs another package: python -m pip install 'httpx[socks]'"
    except OSError:
        wrong = "the certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read"
    except Exception:  # noqa: BLE001 - whatever its class, its text may show the password of a proxy
        wrong = "the proxy of the environment is not a URL that httpx takes, such as http://host:3128"
    raise UsageError(wrong)


def _running_loop() -> AbstractEventLoop | None:
    # Late, because a blocking client has no use for asyncio.
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        # Another framework, such as trio.
        return None


class ClientTransport:
    """Puts a client with httpx's `build_request` and `send` behind the seam."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._process = 0

    def exchange(self, request: Request) -> Response:
        """Send and receive."""
        self._process = _same_process(self._process)
        try:
            return self._send(_build(self.client, request), request.within)
        except Exception as error:  # noqa: BLE001 - what is not ours is raised again
            failed = _as_ours(error)
        # Out here, so that what is raised has no context: its frames hold headers.
        raise failed

    def _send(self, built: Any, within: float | None) -> Response:
        if within is None:
            return _response(self.client.send(built, follow_redirects=False))
        # The read timeout limits each silence, and an answer may come in drops.
        end = time.monotonic() + within
        answer = self.client.send(built, follow_redirects=False, stream=True)
        parts: list[bytes] = []
        try:
            for part in answer.iter_bytes():
                parts.append(part)
                if time.monotonic() > end:
                    raise TimeoutError("the answer was not whole in time")
        finally:
            answer.close()
        return _response(answer, b"".join(parts))


class AsyncClientTransport:
    """Puts a client with `build_request` and an asynchronous `send` behind the seam."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._process = 0

    async def exchange(self, request: Request) -> Response:
        """Send and receive."""
        self._process = _same_process(self._process)
        try:
            return await self._send(_build(self.client, request), request.within)
        except Exception as error:  # noqa: BLE001 - what is not ours is raised again
            failed = _as_ours(error)
        raise failed

    async def _send(self, built: Any, within: float | None) -> Response:
        if within is None:
            return _response(await self.client.send(built, follow_redirects=False))
        import anyio

        with anyio.fail_after(within):
            return _response(await self.client.send(built, follow_redirects=False))


def _same_process(process: int) -> int:
    here = os.getpid()
    if process not in (0, here):
        raise UsageError(
            "this http_client was used before the process forked, and its connections belong to the parent: "
            "make a new http_client in the child, or let the client make its own"
        )
    return here


def _build(client: Any, request: Request) -> Any:
    # A tuple, because httpx and its successors all take one and their own classes are not known here.
    timeout = request.timeout
    return client.build_request(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.body or None,
        timeout=(timeout.connect, timeout.read, timeout.read, timeout.connect),
    )


def _response(answer: Any, body: bytes | None = None) -> Response:
    content = answer.content if body is None else body
    return Response(answer.status_code, Headers(answer.headers.multi_items()), content)


def _as_ours(error: Exception) -> Exception:
    """Translate an error of the HTTP library into one of ours. Errors of other origin stay what they are."""
    if isinstance(error, AfterShipError):
        return error.with_traceback(None)
    # By name, so that httpx's successors are understood too, whose classes are not httpx's.
    names = {cls.__name__ for cls in type(error).__mro__}
    text = str(error) or type(error).__name__
    if ("RuntimeError" in names and "has been closed" in text) or names & {
        "UnsupportedProtocol",
        "InvalidURL",
    }:
        return UsageError(f"the http_client refuses the request: {text}")
    if "LocalProtocolError" in names or isinstance(error, UnicodeError):
        # The text of it shows the value, which may be a token.
        return UsageError(
            "a header of the request cannot be sent: its value must be ASCII text without control characters"
        )
    ours = _failed_on_the_way(error, names, text)
    if ours is None:
        return error
    ours.__cause__ = _bare(error)
    return ours


def _failed_on_the_way(error: Exception, names: set[str], text: str) -> TransportError | None:
    if names & {"ConnectTimeout", "PoolTimeout"}:
        return TimeoutError(f"no connection in time ({type(error).__name__})", sent=False)
    if names & {"TimeoutException", "TimeoutError"}:
        return TimeoutError(f"no answer in time ({type(error).__name__})")
    if "ConnectError" in names:
        return ConnectError(f"no connection: {text}")
    if "ProxyError" in names:
        return ConnectError("the proxy refused the connection", hint="Check the proxy settings.")
    if names & {"HTTPError", "StreamError"} or isinstance(error, OSError):
        return TransportError(f"the connection failed: {text}")
    return None


def _bare(error: Exception) -> Exception:
    """Cut off where the error came from: frames of the HTTP library hold headers, and so the key. So does the
    request that its errors carry.
    """
    error.__cause__ = error.__context__ = None
    if hasattr(type(error), "request"):
        cast(Any, error).request = None
    return error.with_traceback(None)


def choose_transport(http_client: object, proxy: str | None = None) -> Transport | OwnTransport:
    """Return the transport for what a caller gave as `http_client`; None means one of our own.

    Raises UsageError in one sentence if it does not fit a blocking client.
    """
    if http_client is None:
        return OwnTransport(proxy)
    _refuse_misfit(http_client)
    if _is_async(http_client):
        raise UsageError(
            f"AfterShip needs a blocking http_client and {type(http_client).__name__} is asynchronous: "
            "use AsyncAfterShip, or give an httpx.Client"
        )
    return cast(Transport, http_client) if hasattr(http_client, "exchange") else ClientTransport(http_client)


def choose_async_transport(
    http_client: object, proxy: str | None = None
) -> AsyncTransport | OwnAsyncTransport:
    """Return the asynchronous transport for what a caller gave as `http_client`; None means one of our own.

    Raises UsageError in one sentence if it does not fit an asynchronous client.
    """
    if http_client is None:
        return OwnAsyncTransport(proxy)
    _refuse_misfit(http_client)
    if not _is_async(http_client):
        raise UsageError(
            f"AsyncAfterShip needs an asynchronous http_client and {type(http_client).__name__} is blocking: "
            "use AfterShip, or give an httpx.AsyncClient"
        )
    return (
        cast(AsyncTransport, http_client)
        if hasattr(http_client, "exchange")
        else AsyncClientTransport(http_client)
    )


def _refuse_misfit(http_client: object) -> None:
    if hasattr(http_client, "exchange") or (
        hasattr(http_client, "send") and hasattr(http_client, "build_request")
    ):
        return
    if hasattr(http_client, "handle_request") or hasattr(http_client, "handle_async_request"):
        raise UsageError(
            f"{type(http_client).__name__} is a transport of httpx: wrap it, as in "
            "httpx.Client(transport=...) or httpx.AsyncClient(transport=...)"
        )
    raise UsageError(
        f"{type(http_client).__name__} cannot send requests: http_client must be an httpx.Client, an "
        "httpx.AsyncClient, or an object with a method `exchange`"
    )


def _is_async(http_client: Any) -> bool:
    import inspect

    return inspect.iscoroutinefunction(getattr(http_client, "exchange", None) or http_client.send)
