"""The mock on a loopback port, in a thread of the test, so that another process can send requests to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aftership_tracking.mock import Mock, MockRequest


@contextmanager
def serve_mock(mock: Mock, before: Callable[[], None]) -> Iterator[str]:
    """Serve the mock and yield its URL. `before` is called before each request is handled."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                before()
                response = mock.handle(MockRequest("GET", path.encode(), query.encode(), headers, b""))
            self.send_response(response.status)
            for name, value in dict(response.headers).items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("content-length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Print nothing."""

        def handle(self) -> None:
            # The reader may be killed.
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
