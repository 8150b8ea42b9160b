"""A receiver as a WSGI application: for any WSGI server, or mounted in Flask and Django.

It responds under any path, so you choose where to mount it. Mind the slash: if a framework redirects one path
to another, the delivery is not accepted.

A WSGI worker waits while it reads. If the server gives access to its socket (gunicorn, werkzeug, Flask's own
server, `wsgiref`), a body that takes longer than `body_timeout` in total is ended there. Other servers read
whole bodies before the application runs (waitress) or hide their sockets (Django's own server): in front of
them put a proxy that limits the time of a whole request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.errors import (
    BodyError,
    BodyIncompleteError,
    BodyMissingError,
    BodyTimeoutError,
    BodyTooLargeError,
)
from aftership_tracking.webhooks.incoming.body_deadline import BodyDeadlines
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply, text_reply
from aftership_tracking.webhooks.incoming.headers import read_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["WebhookApplication"]

_PIECE = 65_536


class WebhookApplication:
    """A WSGI application (PEP 3333).

    If the headers are reason enough to refuse a delivery, the response is sent before the body is read. A
    body is read no further than the `max_body` of the endpoint.

    Args:
        endpoint: responds to the deliveries: a `Receiver` whose handlers are plain functions, or a
            `TokenEndpoint`.
        body_timeout: seconds that a whole body may take to arrive, if the socket can be reached. After that
            the status is 408. None: no limit.
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
        if body_timeout is not None and not 0 < body_timeout < float("inf"):
            raise UsageError("body_timeout is a positive number of seconds, or None.")
        endpoint.require_sync()
        # A mounted application gets no lifespan, so this is the time before the first delivery.
        endpoint.warm()
        self._endpoint = endpoint
        self._body_timeout = body_timeout
        self._clock = clock
        self._deadlines = None if body_timeout is None else BodyDeadlines(body_timeout)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request, as WSGI specifies."""
        reply = self.respond(environ)
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        return [reply.body]

    def respond(self, environ: WSGIEnvironment) -> Reply:
        """Read the request and return the response, for a view of a framework.

        In Django: `reply = hook.respond(request.environ)`, and nothing may read the body before.
        """
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
            return text_reply(411, "the length of the body is needed")
        try:
            body = self._read(environ, length)
        except BodyError as error:
            return self._endpoint.refuse(error)
        return self._endpoint.accept(replace(head, body=body))

    def _read(self, environ: WSGIEnvironment, length: int) -> bytes:
        if self._deadlines is None:
            return self._read_parts(environ, length)
        with self._deadlines.watch(environ) as is_late:
            try:
                return self._read_parts(environ, length)
            except Exception as error:
                if not is_late():
                    raise
                # Servers differ in how they report that the connection ended.
                is_empty = isinstance(error, BodyMissingError)
            raise BodyMissingError(waited=True) if is_empty else self._too_late()

    def _read_parts(self, environ: WSGIEnvironment, length: int) -> bytes:
        stream = environ["wsgi.input"]
        # `read1` returns what has arrived. A stream without it returns a piece.
        read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        most = self._endpoint.max_body
        until = None if self._body_timeout is None else self._clock() + self._body_timeout
        parts: list[bytes] = []
        size = 0
        while size < length:
            # Servers that hide their sockets are stopped between two reads, if they return in between.
            if until is not None and self._clock() >= until:
                raise self._too_late()
            try:
                part = read(min(length - size, _PIECE))
            except TimeoutError:
                raise self._too_late() from None
            except OSError:
                raise BodyIncompleteError("the connection broke while the body was read") from None
            if not part:
                break
            size += len(part)
            if size > most:
                raise BodyTooLargeError(f"the body has more than {most} bytes")
            parts.append(part)
        if not size and length:
            raise BodyMissingError
        if length != _NO_LENGTH and size < length:
            raise BodyIncompleteError(f"the body ended after {size} of {length} bytes")
        return b"".join(parts)

    def _too_late(self) -> BodyTimeoutError:
        return BodyTimeoutError(f"the body took longer than {self._body_timeout:g} s")


_NO_LENGTH = 1 << 62


def _length(environ: WSGIEnvironment) -> int | None:
    """Return how many bytes to read at most; None if nothing marks the end of the body."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        # Unless the server promises to end the stream, reading may wait for the next request forever.
        return _NO_LENGTH if environ.get("wsgi.input_terminated") else None
    text = (environ.get("CONTENT_LENGTH") or "0").strip()
    return int(text[:20]) if text.isascii() and text.isdecimal() else None
