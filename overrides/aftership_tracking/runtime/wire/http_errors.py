"""Translates errors of an HTTP library into ours. Their classes are recognized by name, so that the
successors of httpx work too.
"""

from __future__ import annotations

from typing import Any, cast

from aftership_tracking.errors import (
    AfterShipError,
    ConnectError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
    UsageError,
)

__all__ = ["translate_error"]


def translate_error(error: Exception) -> Exception:
    """Translate an error of the HTTP library into one of ours. Other errors are returned unchanged."""
    if isinstance(error, AfterShipError):
        return error.with_traceback(None)
    names = {cls.__name__ for cls in type(error).__mro__}
    text = str(error) or type(error).__name__
    if ("RuntimeError" in names and "has been closed" in text) or names & {
        "UnsupportedProtocol",
        "InvalidURL",
    }:
        return UsageError(f"the http_client refuses the request: {text}")
    if "LocalProtocolError" in names or isinstance(error, UnicodeError):
        # Its message shows the value, which may be a token.
        return UsageError(
            "a header of the request cannot be sent: its value must be ASCII text without control characters"
        )
    ours = _translate_network_error(error, names, text)
    if ours is None:
        return error
    ours.__cause__ = _strip_origin(error)
    return ours


def _translate_network_error(error: Exception, names: set[str], text: str) -> TransportError | None:
    if names & {"ConnectTimeout", "PoolTimeout"}:
        return TimeoutError(f"no connection in time ({type(error).__name__})", sent=False)
    if names & {"TimeoutException", "TimeoutError"}:
        return TimeoutError(f"no response in time ({type(error).__name__})")
    if "ConnectError" in names:
        return ConnectError(f"no connection: {text}")
    if "ProxyError" in names:
        return ConnectError("the proxy refused the connection", hint="Check the proxy settings.")
    if names & {"HTTPError", "StreamError"} or isinstance(error, OSError):
        return TransportError(f"the connection failed: {text}")
    return None


def _strip_origin(error: Exception) -> Exception:
    """Remove the traceback, the context and the request of an error: they hold headers, and so the key."""
    error.__cause__ = error.__context__ = None
    if hasattr(type(error), "request"):
        cast(Any, error).request = None
    return error.with_traceback(None)
