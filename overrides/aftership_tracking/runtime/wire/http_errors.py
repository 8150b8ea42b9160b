"""Translates errors of an HTTP library into ours, and leaves those of the caller's own code alone. Classes of
the library are recognized by name, so that the successors of httpx work too.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlsplit

from aftership_tracking.errors import (
    AfterShipError,
    ConnectError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    TransportError,
    UsageError,
)

__all__ = ["describe_route", "mark_error_of_caller", "translate_error"]


def describe_route(url: str, find_proxy: Callable[[str], Any] | None = None) -> str:
    """Return host and port of a URL, and the proxy that leads there: "api.aftership.com:443"."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    route = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        proxy = None if find_proxy is None else find_proxy(url)
    except UsageError:
        proxy = None
    return route if proxy is None else f"{route} through the proxy {proxy.address} ({proxy.variable})"


def translate_error(error: Exception, route: str) -> Exception:
    """Translate an error of the HTTP library into one of ours. Other errors are returned unchanged, and so
    are those that `mark_error_of_caller` marked.

    `route` is what `describe_route` returns.
    """
    if isinstance(error, TimeoutError) and error.hint is None:
        # The deadline of the whole exchange.
        error.args = (f"{error.message}: {route}",)
        error.message, error.hint = error.args[0], _HINTS["deadline"]
    if isinstance(error, AfterShipError):
        return error.with_traceback(None)
    names = {cls.__name__ for cls in type(error).__mro__}
    if getattr(error, _MARK, False):
        return error
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
    ours = _translate_network_error(error, names, text, route)
    if ours is None:
        return error
    ours.__cause__ = _strip_origin(error)
    return ours


def _translate_network_error(
    error: Exception, names: set[str], text: str, route: str
) -> TransportError | None:
    kind = type(error).__name__
    if "PoolTimeout" in names:
        message = f"no free connection to {route} in time ({kind})"
        return TimeoutError(message, sent=False, hint=_HINTS["pool"])
    if "ConnectTimeout" in names:
        message = f"no connection to {route} in time ({kind})"
        return TimeoutError(message, sent=False, hint=_HINTS["connect timeout"])
    if names & {"TimeoutException", "TimeoutError"}:
        return TimeoutError(f"no response from {route} in time ({kind})", hint=_HINTS["timeout"])
    if "ConnectError" in names:
        return ConnectError(f"no connection to {route}: {text}", hint=_choose_connect_hint(error, text))
    if "ProxyError" in names:
        # The rest of its text is from the proxy.
        status = re.match(r"\d{3}\b", text)
        refusal = "the proxy refused the connection"
        refusal += f" with status {status[0]}" if status else ""
        return ConnectError(f"no connection to {route}: {refusal}", hint=_HINTS["proxy"])
    if "SSLError" in names and _is_of_handshake(error.__traceback__):
        # The async side of older releases of httpcore does not translate errors of TLS.
        return ConnectError(f"no connection to {route}: {text}", hint=_choose_connect_hint(error, text))
    if "SSLError" in names:
        return TransportError(f"the connection to {route} failed: {text}", hint=_HINTS["tls"])
    if names & {"TransportError", "RequestError", "StreamError"} or _is_of_the_network(error):
        return TransportError(f"the connection to {route} failed: {text}", hint=_HINTS["broken"])
    return None


def _is_of_handshake(trace: TracebackType | None) -> bool:
    """Whether an error comes from `start_tls`, a method of every network backend of httpcore."""
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "start_tls":
            return True
        trace = trace.tb_next
    return False


def _is_of_the_network(error: Exception) -> bool:
    """Whether an OSError can be one of a socket. Those of files and processes are the caller's."""
    files = (
        FileNotFoundError,
        FileExistsError,
        IsADirectoryError,
        NotADirectoryError,
        PermissionError,
        ChildProcessError,
        ProcessLookupError,
    )
    return isinstance(error, OSError) and not isinstance(error, files) and error.filename is None


_HINTS = {
    "name": "The name is not known to DNS: check the host in base_url, and the network.",
    "refused": "Nothing accepts connections there: check host and port in base_url, and the proxy if any.",
    "unreachable": "Check the network, and whether connections need a proxy (HTTPS_PROXY).",
    "certificate": "The certificate is not trusted. If the network has a CA of its own, name its file in "
    "SSL_CERT_FILE; check the clock of this machine too.",
    "tls": "TLS failed: check that the port speaks https, and what stands between (proxy, firewall).",
    "connect": "Check base_url, the network, and the proxy if there is one.",
    "connect timeout": "Check the network and the firewall, and whether connections need a proxy "
    "(HTTPS_PROXY); `timeout` sets how long to wait.",
    "pool": "Too many calls at once for the connections of one client: send fewer, or give an http_client "
    "with higher limits.",
    "timeout": "Try again, or allow more time with `timeout`; a write may have been carried out.",
    "deadline": "Allow more time with `deadline`; a write may have been carried out.",
    "proxy": "Check the address, the user and the password of the proxy, and whether it allows this host.",
    "broken": "Try again; a write may have been carried out.",
}


def _choose_connect_hint(error: Exception, text: str) -> str:
    for cause in _causes(error):
        names = {cls.__name__ for cls in type(cause).__mro__}
        if "gaierror" in names:
            return _HINTS["name"]
        if isinstance(cause, ConnectionRefusedError):
            return _HINTS["refused"]
        if "SSLCertVerificationError" in names:
            return _HINTS["certificate"]
        if "SSLError" in names:
            return _HINTS["tls"]
        if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
            return _HINTS["unreachable"]
    # A library that did not keep the cause.
    return _HINTS["certificate"] if "CERTIFICATE_VERIFY_FAILED" in text else _HINTS["connect"]


_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything it came from. Each attempt of a connection to several addresses has its
    own.
    """
    waiting, seen = [error], set()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [found for found in (each.__cause__, each.__context__) if found is not None]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions


def _strip_origin(error: Exception) -> Exception:
    """Remove the traceback, the context and the request of an error: they hold headers, and so the key."""
    error.__cause__ = error.__context__ = None
    if hasattr(type(error), "request"):
        cast(Any, error).request = None
    return error.with_traceback(None)


_MARK = "_aftership_raised_by_caller"


def mark_error_of_caller(error: Exception, built: Any) -> None:
    """Mark an error that came out of a client of httpx if the caller's own code raised it: an event hook, or
    the flow of its `auth`. It is not the network's, so it is not translated and not repeated.

    `built` is the request that was sent.
    """
    names = {cls.__name__ for cls in type(error).__mro__}
    # The network failed for this request, perhaps while a hook read the response.
    of_network = "TransportError" in names and _request_of(error) is built
    if "HTTPStatusError" in names or (not of_network and _came_through_caller(error.__traceback__)):
        error.add_note(
            "Raised by code of the http_client (an event hook, its auth or its transport), so the call was "
            "not repeated. No raise_for_status() is needed there: this package raises its own errors."
        )
        # A class of exceptions may forbid further attributes.
        with suppress(AttributeError):
            setattr(error, _MARK, True)


def _request_of(error: Exception) -> Any:
    try:
        return getattr(error, "request", None)
    except RuntimeError:
        # httpx: no request was set.
        return None


def _came_through_caller(trace: TracebackType | None) -> bool:
    """Whether the HTTP library called other code before it reached its transport, and that code failed."""
    inside = False
    while trace is not None:
        code, module = trace.tb_frame.f_code, trace.tb_frame.f_globals.get("__name__", "")
        if code.co_name in ("handle_request", "handle_async_request"):
            return False
        top = sys.modules.get(str(module).partition(".")[0])
        if hasattr(top, "BaseTransport") and hasattr(top, "Request"):
            inside = True
        elif inside and str(module).partition(".")[0] not in sys.stdlib_module_names:
            return True
        trace = trace.tb_next
    return False
