"""The mock as a process: `python -m fire_support.child READ_TIMEOUT [FAULT]`. It prints its port."""

from __future__ import annotations

import socket
import sys
import time
from typing import Any

from aftership_tracking.mock import Mock, MockRequest, MockResponse
from aftership_tracking.mock.wire.http_server import build_server


class Faulty(Mock):
    """A mock with a planted fault, to prove that the fire finds it."""

    fault = ""

    def handle(self, request: MockRequest) -> MockResponse:
        response = super().handle(request)
        if b"couriers" not in request.path or response.status != 200:
            return response
        if self.fault == "raise":
            raise RuntimeError("planted")
        if self.fault == "hang":
            time.sleep(10_000)
        if self.fault == "undocumented":
            return MockResponse(response.status, response.headers, response.body.replace(b"null", b"7777"))
        if self.fault == "leak":
            LEAK.append("x" * 1_000_000)
        return response


LEAK: list[Any] = []


def main() -> None:
    mock = Faulty(read_timeout=float(sys.argv[1]))
    mock.fault = sys.argv[2] if len(sys.argv) > 2 else ""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        build_server(mock).run(sockets=[listener])


if __name__ == "__main__":
    main()
