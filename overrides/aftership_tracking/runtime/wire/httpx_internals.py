"""Everything that uses private names of httpx and httpcore, and what happens without these names.

Their public interface tells neither whether more bytes than a response have arrived, nor which sockets are
open. The names are tried in the lowest and in the highest supported releases (`make bounds`). If
they change, the client says so once and is slower, but never wrong.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from aftership_tracking.runtime.logger import LOGGER

__all__ = ["refuse_extra_bytes", "shut_down_sockets"]

_reported: set[str] = set()


def refuse_extra_bytes(response: Any) -> Any:
    """Let httpx close the connection of a response if more bytes than the response have arrived on it: they
    must not be read as the next response. Return what the caller must close instead, or None.

    `response` is one of httpx, read to its end and not closed yet. Those that did not come over a connection
    of httpx are left alone.
    """
    stream = response.stream
    for _ in range(_MOST_WRAPPERS):
        # A client of httpx wraps the stream of its transport.
        if hasattr(stream, "_httpcore_stream") or not hasattr(stream, "_stream"):
            break
        stream = stream._stream
    try:
        connection = stream._httpcore_stream._stream._connection
        state = connection._h11_state
        extra = state.trailing_data[0]
    except AttributeError:
        return _find_unknown(response)
    if extra:
        # httpx closes a connection in the failed state, and does not use it again.
        state.send_failed()
    return None


def _find_unknown(response: Any) -> Any:
    extensions = getattr(response, "extensions", {})
    # Frames of HTTP/2 say which request they belong to, and only connections of httpx have a network stream.
    if extensions.get("http_version", b"").startswith(b"HTTP/2") or "network_stream" not in extensions:
        return None
    _report(
        "extra bytes",
        "this release of httpx or httpcore is not known: connections are not used again, because it cannot "
        "be seen whether more bytes than a response have arrived",
    )
    return extensions["network_stream"]


def shut_down_sockets(transport: Any) -> None:
    """Shut the sockets of a sync transport of httpx down, so that threads that wait for bytes wake up.
    Without the private names they wake up when their timeouts end.
    """
    for each in getattr(transport, "transports", (transport,)):
        try:
            for connection in each._pool.connections:
                _shut_down(connection)
        except AttributeError:
            _report(
                "sockets",
                "this release of httpx or httpcore is not known: calls that were interrupted end with their "
                "timeouts, not when the client is closed",
            )


def _shut_down(connection: Any) -> None:
    inner = connection._connection
    # A connection through a proxy wraps the one to the proxy.
    while hasattr(inner, "_connection"):
        inner = inner._connection
    if inner is None:
        # It connects, which ends soon.
        return
    # Imported lazily: this module is imported with the client.
    import socket

    opened = inner._network_stream.get_extra_info("socket")
    if opened is not None:
        with suppress(OSError):
            # Not the method of a TLS socket, which would take its state away from the thread that reads.
            socket.socket.shutdown(opened, socket.SHUT_RDWR)


_MOST_WRAPPERS = 3


def _report(what: str, sentence: str) -> None:
    if what not in _reported:
        _reported.add(what)
        LOGGER.warning("%s", sentence)
