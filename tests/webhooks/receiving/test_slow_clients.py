"""A client with a slow body is disconnected, and its worker serves the next one. With real servers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import uvicorn
from werkzeug.serving import make_server as make_werkzeug_server

from aftership_tracking.webhooks import Receiver, Router, asgi, wsgi
from aftership_tracking.webhooks.incoming.body_deadline import BodyDeadlines
from patience import PATIENCE, wait_until
from receiver_support.events import VERIFIER, event_body, signed_headers
from receiver_support.loopback import post
from receiver_support.redis_server import free_port

SECONDS = 0.3


def receiver() -> Receiver:
    return Receiver(VERIFIER, Router(fallback=lambda event, known: None))


@contextmanager
def in_thread(run: Any, stop: Any) -> Iterator[None]:
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()


@contextmanager
def werkzeug_server() -> Iterator[int]:
    """One worker, and a socket that the application sees."""
    application = wsgi.WebhookApplication(receiver(), body_timeout=SECONDS)
    server = make_werkzeug_server("127.0.0.1", 0, application, threaded=False)
    with in_thread(server.serve_forever, server.shutdown):
        yield server.server_port
    server.server_close()


@contextmanager
def standard_server() -> Iterator[int]:
    """One worker, and a timeout on the request handler."""

    class Handler(WSGIRequestHandler):
        timeout = SECONDS

    application = wsgi.WebhookApplication(receiver(), body_timeout=SECONDS)
    server = make_server("127.0.0.1", 0, application, handler_class=Handler)
    with in_thread(server.serve_forever, server.shutdown):
        yield server.server_port
    server.server_close()


@contextmanager
def asgi_server() -> Iterator[int]:
    port = free_port()
    application = asgi.WebhookApplication(receiver(), body_timeout=SECONDS)
    config = uvicorn.Config(application, port=port, log_config=None, limit_concurrency=3)
    server = uvicorn.Server(config)
    with in_thread(server.run, lambda: setattr(server, "should_exit", True)):
        wait_until(lambda: server.started, "the server has started")
        yield port


@pytest.mark.parametrize("trickle", [False, True], ids=["silent", "trickling"])
@pytest.mark.parametrize("serve", [werkzeug_server, standard_server, asgi_server])
def test_a_slow_client_is_disconnected(serve: Any, trickle: bool) -> None:
    with serve() as port, socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as slow:
        slow.sendall(head(1000))
        response = b""
        slow.settimeout(SECONDS / 10)
        for _ in range(round(PATIENCE / SECONDS * 10)):
            try:
                if trickle:
                    slow.sendall(b"x")
                response += slow.recv(1000)
            except TimeoutError:
                continue
            except ConnectionError:
                break
            if b"\r\n\r\n" in response:
                break
        assert b" 408 " in response
        # On a slow machine this client may be too slow as well, but not every time.
        wait_until(lambda: was_taken(port), "a whole delivery is taken")


def was_taken(port: int) -> bool:
    status = post(port, "/", event_body(), signed_headers(event_body())).status
    assert status in (200, 408)
    return status == 200


def head(length: int) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(b"{}").items())
    return f"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: {length}\r\n{lines}\r\n".encode()


def test_a_thread_that_did_not_start_leaves_later_bodies_their_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system may give no more threads for a while."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    deadlines = BodyDeadlines(SECONDS)
    client, server = socket.socketpair()
    with client, server:
        environ = {"gunicorn.socket": server}
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            with pytest.raises(RuntimeError), deadlines.watch(environ):
                pytest.fail("nobody watches it")
        with deadlines.watch(environ):
            server.settimeout(PATIENCE)
            assert server.recv(1) == b""
