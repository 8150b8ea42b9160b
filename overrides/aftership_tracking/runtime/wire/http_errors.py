"""Errors of an HTTP library, translated into ours. They are known by name, so that httpx's successors are
understood too, whose classes are not httpx's.
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

__all__ = ["as_ours"]


def as_ours(error: Exception) -> Exception:
    """Translate an error of the HTTP library into one of ours. Errors of other origin stay what they are."""
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
