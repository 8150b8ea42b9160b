"""A network inside one process: httpx writes its bytes here, and the response is always the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

__all__ = ["Recorder", "recording_client"]

RESPONSE = b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"


class Recorder(httpcore.NetworkBackend):
    """Records what is sent, and to which hosts."""

    def __init__(self) -> None:
        self.hosts: list[tuple[str, int]] = []
        self.sent = b""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.hosts.append((host, port))
        return _Stream(self)

    def take(self) -> bytes:
        """Return what was sent since the last time."""
        sent, self.sent = self.sent, b""
        return sent


class _Stream(httpcore.NetworkStream):
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._to_send = b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._recorder.sent += buffer
        self._to_send = RESPONSE

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        sent, self._to_send = self._to_send, b""
        return sent

    def close(self) -> None:
        pass

    def start_tls(self, *given: Any, **named: Any) -> httpcore.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return False if info == "is_readable" else None


def recording_client(recorder: Recorder) -> httpx.Client:
    """Return a client whose bytes go to the recorder instead of a socket."""
    transport = httpx.HTTPTransport()
    transport.close()
    transport._pool = httpcore.ConnectionPool(network_backend=recorder)
    return httpx.Client(transport=transport)
