"""The seam to the network, and the adapters that put an httpx client behind it.

Nothing above this module knows an HTTP library. httpx is imported at the first request, and not at all if the
caller gives a client or a transport of another make.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

from aftership_tracking.errors import (
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
        ...
        if self.closed:
            raise UsageError("the client is closed; make a new one, or close it later")
        adapter = self._adapters.get(os.getpid())
        return (self._open() if adapter is None else adapter).exchange(request)

    def _open(self) -> ClientTransport:
        import httpx

        # Each request brings its own timeout.
        made = ClientTransport(httpx.Client(proxy=self._proxy, timeout=None))  # noqa: S113
        # Two threads may both make one. Without a lock, because a lock held at a fork is never released in
        # the child.
        kept = self._adapters.setdefault(os.getpid(), made)
        if kept is not made:
            made.client.close()
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
        ...
        if self.closed:
            raise UsageError("the client is closed; make a new one, or close it later")
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
        made = AsyncClientTransport(httpx.AsyncClient(proxy=self._proxy, timeout=None))  # noqa: S113
        self._adapters[os.getpid(), id(loop)] = (loop, made)
        return made

    async def aclose(self) -> None:
        """Close the connections of this process and event loop."""
        self.closed = True
        known = self._adapters.pop((os.getpid(), id(_running_loop())), None)
        if known is not None:
            await known[1].client.aclose()


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
        ...
        self._process = _same_process(self._process)
        try:
            answer = self.client.send(_build(self.client, request), follow_redirects=False)
            return _response(answer)
        except Exception as error:  # noqa: BLE001 - what is not ours is raised again
            _raise_as_ours(error)


class AsyncClientTransport:
    """Puts a client with `build_request` and an asynchronous `send` behind the seam."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._process = 0

    async def exchange(self, request: Request) -> Response:
        """Send and receive."""
        ...
        self._process = _same_process(self._process)
        try:
            answer = await self.client.send(_build(self.client, request), follow_redirects=False)
            return _response(answer)
        except Exception as error:  # noqa: BLE001 - what is not ours is raised again
            _raise_as_ours(error)


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


def _response(answer: Any) -> Response:
    return Response(answer.status_code, Headers(answer.headers.multi_items()), answer.content)


def _raise_as_ours(error: Exception) -> NoReturn:
    """Turn an error of the HTTP library into one of ours; errors of other origin pass unchanged."""
    # By name, so that httpx's successors are understood too, whose classes are not httpx's.
    names = {cls.__name__ for cls in type(error).__mro__}
    text = str(error) or type(error).__name__
    closed = "RuntimeError" in names and "has been closed" in text
    if closed or "UnsupportedProtocol" in names or "InvalidURL" in names:
        raise UsageError(f"the http_client refuses the request: {text}") from None
    if "ConnectTimeout" in names or "PoolTimeout" in names:
        raise TimeoutError(f"no connection in time ({type(error).__name__})", sent=False) from _bare(error)
    if "TimeoutException" in names or "TimeoutError" in names:
        raise TimeoutError(f"no answer in time ({type(error).__name__})") from _bare(error)
    if "ConnectError" in names:
        raise ConnectError(f"no connection: {text}") from _bare(error)
    if "ProxyError" in names:
        raise ConnectError("the proxy refused the connection", hint="Check the proxy settings.") from _bare(
            error
        )
    if "HTTPError" in names or "StreamError" in names or isinstance(error, OSError):
        raise TransportError(f"the connection failed: {text}") from _bare(error)
    raise error


def _bare(error: Exception) -> Exception:
    """Cut off where the error came from: frames of the HTTP library hold headers, and so the key."""
    error.__cause__ = error.__context__ = None
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
