"""A receiver as a WSGI application: for any WSGI server, or mounted in Flask and Django.

It answers under any path, so where it is mounted is up to you. Mind the slash: a framework that answers a
path with a redirect to another has not accepted the delivery.

A WSGI worker waits while it reads. So a slow client is the business of the server, or of the proxy in front
of it: nginx and waitress take the whole body before the application runs, gunicorn ends a worker that hangs.
What an application can do is done here: a total time for the body, checked between two reads, and a timeout
on the socket where the server shows it (gunicorn, werkzeug). For a server of the standard library set
`timeout` on its request handler.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.deliveries import Delivery, Reply
from aftership_tracking.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.headers import read_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["WebhookApplication"]

_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
_PIECE = 65_536


class WebhookApplication:
    """WSGI (PEP 3333).

    A delivery that its headers condemn is answered before its body is read, and a body is read no further
    than the `max_body` of the endpoint.

    Args:
        endpoint: answers the deliveries: a `Receiver` whose handlers are plain functions, or a
            `TokenEndpoint`.
        body_timeout: seconds that a whole body may take to arrive, then the answer is 408. None: any time.
        clock: seconds that never run backwards.

    Raises:
        UsageError: a handler is asynchronous.
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
        """Serve one request, as WSGI wants it."""
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
            return Reply(411, _TEXT, b"the length of the body is needed\n")
        try:
            body = self._read(environ, length)
        except TimeoutError:
            return Reply(408, _TEXT, b"the body took too long\n")
        except OSError:
            return Reply(400, _TEXT, b"the body did not arrive\n")
        if isinstance(body, Reply):
            return body
        return self._endpoint.accept(head._replace(body=body))

    def _read(self, environ: WSGIEnvironment, length: int) -> bytes | Reply:
        stream = environ["wsgi.input"]
        # What has arrived, if the stream can give just that; the next best is a piece.
        read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        most = self._endpoint.max_body
        parts: list[bytes] = []
        size = 0
        with _Patience(environ, self._body_timeout, self._clock) as patience:
            while size < length:
                patience.check()
                part = read(min(length - size, _PIECE))
                if not part:
                    break
                size += len(part)
                if size > most:
                    return Reply(413, _TEXT, b"refused: too_large\n")
                parts.append(part)
        if length != _ENDLESS and size < length:
            raise ConnectionError("the body ended early")
        return b"".join(parts)


_ENDLESS = 1 << 62


def _length(environ: WSGIEnvironment) -> int | None:
    """Bytes to read at most; None if nobody says where the body ends."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        # Without this promise of the server, to read on may wait for the next request for ever.
        return _ENDLESS if environ.get("wsgi.input_terminated") else None
    text = (environ.get("CONTENT_LENGTH") or "0").strip()
    return int(text[:20]) if text.isascii() and text.isdecimal() else None


class _Patience:
    """The time that a body may take. On the socket too, if the server shows it; it is put back afterwards."""

    def __init__(self, environ: WSGIEnvironment, seconds: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = None if seconds is None else clock() + seconds
        shown: list[Any] = [environ[name] for name in _SOCKETS if hasattr(environ.get(name), "settimeout")]
        self._socket = shown[0] if shown and seconds is not None else None

    def __enter__(self) -> _Patience:
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
