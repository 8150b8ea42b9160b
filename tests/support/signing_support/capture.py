"""A server on loopback that records the bytes of each request and sends the same response to all."""

from __future__ import annotations

import re
import socket
import threading
from typing import Self

RESPONSE = (
    b"HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 55\r\n\r\n"
    b'{"meta":{"code":401,"type":"Unauthorized"},"data":{}}  '
)


class Capture:
    """Leaves connections open, like a real service. `received` contains the requests, byte for byte."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        # Closing alone would not wake `accept`.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        buffer = b""
        while True:
            try:
                part = connection.recv(65536)
            except OSError:
                return
            if not part:
                return
            buffer += part
            while (whole := _first(buffer)) is not None:
                self.received.append(buffer[:whole])
                buffer = buffer[whole:]
                connection.sendall(RESPONSE)


def _first(buffer: bytes) -> int | None:
    """The length of the first request; None while it is incomplete."""
    head, mark, body = buffer.partition(b"\r\n\r\n")
    if not mark:
        return None
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    size = int(length[1]) if length else 0
    return len(head) + 4 + size if len(body) >= size else None
