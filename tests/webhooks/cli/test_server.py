"""The server of `aftership webhook listen`."""

from __future__ import annotations

import socket
import threading
from socketserver import TCPServer

import pytest

from aftership_tracking.cli.webhook.server import Server

REQUEST = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"


def test_whoever_was_heard_gets_a_response_before_the_server_has_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last delivery of `--count` ends the command; its sender must not see a broken connection."""
    heard, go_on, order = threading.Event(), threading.Event(), []
    close = TCPServer.server_close

    def note_and_close(server: TCPServer) -> None:
        order.append("closed")
        close(server)

    def respond(_: object) -> int:
        heard.set()
        go_on.wait(60)
        order.append("responded")
        return 200

    monkeypatch.setattr(TCPServer, "server_close", note_and_close)
    server = Server("127.0.0.1", 0, respond)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with socket.create_connection(server.server_address[:2], timeout=60) as caller:
        caller.sendall(REQUEST)
        assert heard.wait(60)
        server.shutdown()
        threading.Timer(0.2, go_on.set).start()
        server.server_close()
        assert order == ["responded", "closed"]
        caller.settimeout(0)
        assert caller.recv(100).startswith(b"HTTP/1.1 200")
