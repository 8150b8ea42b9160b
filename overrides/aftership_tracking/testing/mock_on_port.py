"""Serves a mock on a port of this machine, for programs in other processes and other languages.

    with MockOnPort(Mock()) as served:
        subprocess.run(["node", "sync.mjs"], env={**os.environ, "AFTERSHIP_BASE_URL": served.url})

It needs the extra `mock`.
"""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aftership_tracking.errors import UsageError

if TYPE_CHECKING:
    from aftership_tracking.mock import Mock
    from aftership_tracking.mock.wire.http_server import MockServer

__all__ = ["MockOnPort"]

_HOST = "127.0.0.1"
_PAUSE = 0.005


class MockOnPort:
    """A mock that listens while a `with` block is open, in a thread of this process.

    The mock itself stays in reach: seed it, plan its faults, move its clock and read its journal as usual.

    Args:
        mock: what is served.
        port: 0 takes a free one.
    """

    def __init__(self, mock: Mock, *, port: int = 0) -> None:
        self.mock = mock
        self._port = port
        self._url: str | None = None
        self._server: MockServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, such as http://127.0.0.1:41234. Raises UsageError outside of the block."""
        if self._url is None:
            raise UsageError("the mock listens only inside of its `with` block")
        return self._url

    def __enter__(self) -> Self:
        from aftership_tracking.mock.wire.http_server import build_server

        if self._thread is not None:
            raise UsageError("this mock is served already")
        listener = socket.create_server((_HOST, self._port), backlog=1024)
        server = self._server = build_server(self.mock, sets_up_logging=False)
        # It must not keep the process alive if a test is interrupted.
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="aftership-mock", daemon=True
        )
        self._thread.start()
        while not server.started and self._thread.is_alive():
            time.sleep(_PAUSE)
        if not server.started:
            raise RuntimeError("the server of the mock did not start")
        self._url = f"http://{_HOST}:{listener.getsockname()[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._url = None
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._thread = self._server = None
