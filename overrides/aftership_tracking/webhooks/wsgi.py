"""A receiver as a WSGI application: for any WSGI server, or mounted in Flask and Django.

It responds under any path, so you choose where to mount it. Mind the slash: if a framework redirects one path
to another, the delivery is not accepted.

A WSGI worker waits while it reads. So the server, or the proxy in front of it, has to deal with slow clients:
nginx and waitress read the whole body before the application runs, gunicorn ends a worker that hangs. This
application does what it can: it checks a total time for the body between two reads, and sets a timeout on the
socket if the server gives it access (gunicorn, werkzeug). For a server of the standard library set `timeout`
on its request handler.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply
from aftership_tracking.webhooks.incoming.headers import read_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["WebhookApplication"]

_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
_PIECE = 65_536


class WebhookApplication:
    """A WSGI application (PEP 3333).

    If the headers are reason enough to refuse a delivery, the response is sent before the body is read. A
    body is read no further than the `max_body` of the endpoint.

    Args:
        endpoint: responds to the deliveries: a `Receiver` whose handlers are plain functions, or a
            `TokenEndpoint`.
        body_timeout: seconds that a whole body may take to arrive. After that the status is 408. None: no
            limit.
        clock: returns seconds that never run backwards.

    Raises:
        UsageError: a handler is async.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        body_timeout: float | None = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if body_timeout is not None and not body_timeout > 0:
            raise UsageError("body_timeout is a positive number of seconds, or None.")
        endpoint.require_sync()
        self._endpoint = endpoint
        self._body_timeout = body_timeout
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request, as WSGI specifies."""
        reply = self._serve(environ)
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        return [reply.body]

    def _serve(self, environ: WSGIEnvironment) -> Reply:
        head = Delivery(
            method=environ["REQUEST_METHOD"],
            path=environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
            headers=read_headers(environ),
            body=b"",
            peer=environ.get("REMOTE_ADDR") or None,
        )
        reply = self._endpoint.admit(head)
        if reply is not None:
            return reply
        length = _length(environ)
        if length is None:
            return Reply(status=411, headers=_TEXT, body=b"the length of the body is needed\n")
        try:
            body = self._read(environ, length)
        except TimeoutError:
            return Reply(status=408, headers=_TEXT, body=b"the body took too long\n")
        except OSError:
            return Reply(status=400, headers=_TEXT, body=b"the body did not arrive\n")
        if isinstance(body, Reply):
            return body
        return self._endpoint.accept(replace(head, body=body))

    def _read(self, environ: WSGIEnvironment, length: int) -> bytes | Reply:
        stream = environ["wsgi.input"]
        # `read1` returns what has arrived. A stream without it returns a piece.
        read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        most = self._endpoint.max_body
        parts: list[bytes] = []
        size = 0
        with _BodyTimeout(environ, self._body_timeout, self._clock) as timeout:
            while size < length:
                timeout.check()
                part = read(min(length - size, _PIECE))
                if not part:
                    break
                size += len(part)
                if size > most:
                    return Reply(status=413, headers=_TEXT, body=b"refused: too_large\n")
                parts.append(part)
        if length != _NO_LENGTH and size < length:
            raise ConnectionError("the body ended early")
        return b"".join(parts)


_NO_LENGTH = 1 << 62


def _length(environ: WSGIEnvironment) -> int | None:
    """Return how many bytes to read at most; None if nothing marks the end of the body."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        # Unless the server promises to end the stream, reading may wait for the next request forever.
        return _NO_LENGTH if environ.get("wsgi.input_terminated") else None
    text = (environ.get("CONTENT_LENGTH") or "0").strip()
    return int(text[:20]) if text.isascii() and text.isdecimal() else None


class _BodyTimeout:
    """The time that a body may take. It is also set on the socket, if the server gives access to it, and
    reset afterwards.
    """

    def __init__(self, environ: WSGIEnvironment, seconds: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = None if seconds is None else clock() + seconds
        sockets: list[Any] = [environ[name] for name in _SOCKETS if hasattr(environ.get(name), "settimeout")]
        self._socket = sockets[0] if sockets and seconds is not None else None

    def __enter__(self) -> _BodyTimeout:
        if self._socket is not None:
            self._before = self._socket.gettimeout()
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.settimeout(self._before)

    def check(self) -> None:
        """Raise TimeoutError when the time is over."""
        if self._until is None:
            return
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError
        if self._socket is not None:
            self._socket.settimeout(left)
