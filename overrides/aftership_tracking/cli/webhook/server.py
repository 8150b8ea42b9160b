"""A small HTTP server for `aftership webhook listen`, made with the standard library.

It is for the machine of one developer: a slow or silent client gets a timeout, and a large body is not read.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aftership_tracking.cli.webhook.recording import ReceivedRequest

MOST_BODY = 5_000_000
IDLE_TIMEOUT = 10.0
"""Seconds that a client may send nothing."""
REQUEST_TIMEOUT = 30.0
"""Seconds that a whole request may take, headers and body."""
LAST_RESPONSES = 10.0
"""Seconds that requests which were read may still take when the server closes."""

Respond = Callable[[ReceivedRequest], int]
"""Returns the status of the response."""


class Server(ThreadingHTTPServer):
    """Serves until `shutdown()`. Port 0 means any free port.

    `server_close()` waits until every request that was read has its response.

    Raises:
        OSError: the port cannot be used.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, respond: Respond) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.respond = respond
        self._open_requests = 0
        self._responded = threading.Condition()
        super().__init__((host, port), _RequestHandler)

    @contextmanager
    def responding(self) -> Iterator[None]:
        """Hold the end of the server back until the block has sent its response."""
        with self._responded:
            self._open_requests += 1
        try:
            yield
        finally:
            with self._responded:
                self._open_requests -= 1
                self._responded.notify_all()

    def server_close(self) -> None:
        with self._responded:
            self._responded.wait_for(lambda: not self._open_requests, LAST_RESPONSES)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Report an error of this program. A client that goes away is not reported."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            sys.stderr.write(f"no response could be sent to a delivery: {type(error).__name__}: {error}\n")


class _DeadlineReader(io.RawIOBase):
    """Reads from a connection until a deadline. Otherwise many small pieces could hold a thread forever."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.deadline = time.monotonic() + REQUEST_TIMEOUT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(min(IDLE_TIMEOUT, left))
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(IDLE_TIMEOUT)


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "aftership-webhook-listen"
    sys_version = ""
    timeout = IDLE_TIMEOUT

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._reader = _DeadlineReader(self.connection)
        self.rfile = io.BufferedReader(self._reader)

    def handle_one_request(self) -> None:
        self._reader.deadline = time.monotonic() + REQUEST_TIMEOUT
        super().handle_one_request()

    def do_POST(self) -> None:
        body = self._read_body()
        if body is None:
            return
        headers = tuple(self.headers.items())
        request = ReceivedRequest(datetime.now(UTC), self.command, self.path, headers, body)
        server = cast("Server", self.server)
        with server.responding():
            self._reply(server.respond(request))

    def do_GET(self) -> None:
        self._reply(405, allow="POST", close=True)

    do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - the base class calls these names

    def log_message(self, format: str, *arguments: Any) -> None:
        """Do nothing: the command shows the deliveries, and a path may hold a secret."""

    def _read_body(self) -> bytes | None:
        """Return the whole body; None if a response was sent already, or if the client is gone."""
        length = self.headers.get("content-length", "")
        if "transfer-encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(411)
            return None
        # 20 digits are more than any limit has, and int() refuses very long strings.
        left = int(length[:20])
        if left > MOST_BODY:
            self._refuse(413)
            return None
        try:
            body = self.rfile.read(left)
        except TimeoutError:
            self._refuse(408)
            return None
        if len(body) < left:
            self.close_connection = True
            return None
        return body

    def _refuse(self, status: int) -> None:
        # The rest of the body was not read, so the connection cannot be used again.
        self._reply(status, close=True)

    def _reply(self, status: int, *, allow: str | None = None, close: bool = False) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        if allow is not None:
            self.send_header("allow", allow)
        if close:
            self.send_header("connection", "close")
        self.end_headers()
