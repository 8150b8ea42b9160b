"""A small HTTP server for `aftership webhook listen`, out of the standard library.

It is made for one developer's machine: a slow or silent client gets a timeout, and a large body is not read.
"""

from __future__ import annotations

import io
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aftership_tracking.cli.webhook_recording import Heard

MOST_BODY = 5_000_000
SILENCE = 10.0
"""Seconds that a client may send nothing."""
PATIENCE = 30.0
"""Seconds that a whole request may take, headers and body."""

Answer = Callable[[Heard], int]


class Server(ThreadingHTTPServer):
    """Serves until `shutdown()`. Port 0 takes a free one.

    Raises:
        OSError: the port cannot be used.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, answer: Answer) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.answer = answer
        super().__init__((host, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Say what went wrong in here. A client that goes away is no news."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            sys.stderr.write(f"a delivery could not be answered: {type(error).__name__}: {error}\n")


class _Hasty(io.RawIOBase):
    """Reads from a connection until a moment: else many small pieces could hold a thread for ever."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.until = time.monotonic() + PATIENCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(min(SILENCE, left))
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(SILENCE)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "aftership-webhook-listen"
    sys_version = ""
    timeout = SILENCE

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._hasty = _Hasty(self.connection)
        self.rfile = io.BufferedReader(self._hasty)

    def handle_one_request(self) -> None:
        self._hasty.until = time.monotonic() + PATIENCE
        super().handle_one_request()

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        headers = tuple(self.headers.items())
        heard = Heard(datetime.now(UTC), self.command, self.path, headers, body)
        self._reply(cast("Server", self.server).answer(heard))

    def do_GET(self) -> None:
        self._reply(405, allow="POST", ends=True)

    do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - the names that are called

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: what is heard is shown by the command, and a path may hold a secret."""

    def _body(self) -> bytes | None:
        """The whole body, or None when the client was answered already or is gone."""
        length = self.headers.get("content-length", "")
        if "transfer-encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(411)
            return None
        # More digits than any limit has, and int() refuses very long texts.
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
        self._reply(status, ends=True)

    def _reply(self, status: int, *, allow: str | None = None, ends: bool = False) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        if allow is not None:
            self.send_header("allow", allow)
        if ends:
            self.send_header("connection", "close")
        self.end_headers()
