"""Builds requests of the library that a transport belongs to: httpx or a successor. Each accepts only its
own.

This runs for every call, and httpx spends more time on the headers of a request than on all else of it. So
the headers are complete before the request is made, and are taken over from the last request if they are the
same, as they are for nearly all that are not signed.
"""

from __future__ import annotations

import sys
from typing import Any

from aftership_tracking.runtime.wire.content import ACCEPTED
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request

__all__ = ["ACCEPT_ENCODING", "RequestBuilder"]

ACCEPT_ENCODING = {"accept-encoding": ACCEPTED}
_WITH_LENGTH = ("POST", "PUT", "PATCH")


class RequestBuilder:
    """Builds the requests of one transport."""

    __slots__ = ("_last", "_library")

    def __init__(self, transport: Any) -> None:
        self._library = _find_library(type(transport))
        # One attribute, so that threads never see one half of it.
        self._last: tuple[list[str], Headers | None, Any] = ([], None, None)

    def build(self, request: Request) -> Any:
        """Return the request of the library, with its content read."""
        library = self._library
        url = library.URL(request.url)
        connect, read = request.timeout.connect, request.timeout.read
        built = library.Request(
            request.method,
            url,
            headers=self._headers(request, url),
            # Given as a stream, the library adds no headers of its own.
            stream=library.ByteStream(request.body),
            extensions={"timeout": {"connect": connect, "read": read, "write": read, "pool": connect}},
        )
        built.read()
        return built

    def _headers(self, request: Request, url: Any) -> Any:
        if request.body or request.method in _WITH_LENGTH:
            return self._make_headers(request, url, {"content-length": str(len(request.body))})
        origin = request.url.split("/", 3)[:3]
        last_origin, last_headers, made = self._last
        if last_headers != request.headers or last_origin != origin:
            made = self._make_headers(request, url, {})
            self._last = origin, request.headers, made
        return made

    def _make_headers(self, request: Request, url: Any, more: dict[str, str]) -> Any:
        names = {"host": url.netloc.decode("ascii"), **request.headers.plain(ACCEPT_ENCODING), **more}
        return self._library.Headers(names)


def _find_library(kind: type) -> Any:
    for base in kind.__mro__:
        library = sys.modules.get(base.__module__.partition(".")[0])
        if hasattr(library, "Request") and hasattr(library, "BaseTransport"):
            return library
    # An object that only has the methods of a transport.
    import httpx

    return httpx
