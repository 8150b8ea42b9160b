"""The mock on a loopback port, served by threads. The test can interfere with each create."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aftership_tracking.mock import Mock, MockRequest

Interference = Callable[[str, str], bool]
"""Takes a phase and the number of a tracking, and returns whether to drop the connection."""


class Served:
    """A mock, and the creates that it carried out.

    `interfere` is called for each create in three phases: "before" (nothing is done yet), "after" (the
    tracking is created, the response is not sent) and "responded". If it returns True, the connection is
    dropped.
    """

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self.url = ""
        self.created: list[str] = []
        self.interfere: Interference = lambda _phase, _number: False

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Serve one request, or drop it."""
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        path, _, query = handler.path.encode("ascii").partition(b"?")
        headers = {name.lower(): value for name, value in handler.headers.items()}
        is_create = handler.command == "POST"
        number = json.loads(body).get("tracking_number", "") if is_create else ""
        if is_create and self.interfere("before", number):
            handler.close_connection = True
            return
        response = self.mock.handle(MockRequest(handler.command, path, query, headers, body))
        if is_create and response.status == 201:
            self.created.append(number)
        if is_create and self.interfere("after", number):
            handler.close_connection = True
            return
        handler.send_response(response.status)
        for name, value in response.headers.items():
            if name not in ("content-length", "date"):
                handler.send_header(name, value)
        handler.send_header("content-length", str(len(response.body)))
        handler.end_headers()
        handler.wfile.write(response.body)
        if is_create:
            self.interfere("responded", number)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: killed clients leave broken pipes."""


@contextmanager
def serve_mock(mock: Mock) -> Iterator[Served]:
    """Serve a mock on a free port until the block ends."""
    served = Served(mock)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            served.serve(self)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - names of the library

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
