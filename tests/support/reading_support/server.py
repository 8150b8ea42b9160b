"""The mock on a loopback port, in a thread of the test, so that another process can read from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aftership_tracking.mock import Mock, MockRequest


@contextmanager
def serving(mock: Mock, before: Callable[[], None]) -> Iterator[str]:
    """Serve the mock and give its address. `before` is called before each request is answered."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                before()
                answer = mock.handle(MockRequest("GET", path.encode(), query.encode(), headers, b""))
            self.send_response(answer.status)
            for name, value in dict(answer.headers).items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

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
