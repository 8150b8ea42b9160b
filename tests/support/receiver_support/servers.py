"""Real servers as processes, and what clients of every kind get from them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patience import PATIENCE
from receiver_support.events import event_body, signed_headers
from receiver_support.loopback import child_environment, post, wait_until_it_listens
from receiver_support.redis_server import free_port

MAX_BODY = 100_000
ASGI, WSGI = "receiver_support.served:asgi_app", "receiver_support.served:wsgi_app"
GUNICORN = ("gunicorn", "--workers", "1", "--timeout", "600", "--graceful-timeout", "1", "--bind")
SERVERS: dict[str, tuple[str, ...]] = {
    "uvicorn": ("uvicorn", ASGI, "--log-level", "warning", "--port"),
    "hypercorn": ("hypercorn", ASGI, "--bind"),
    "gunicorn-sync": (*GUNICORN, "{}", "--worker-class", "sync", WSGI),
    "gunicorn-gthread": (*GUNICORN, "{}", "--worker-class", "gthread", "--threads", "2", WSGI),
    "gunicorn-uvicorn": (*GUNICORN, "{}", "--worker-class", "uvicorn.workers.UvicornWorker", ASGI),
    "waitress": ("waitress", "--threads", "1", "--listen={}", WSGI),
    "werkzeug": ("receiver_support.served", "werkzeug"),
    "flask": ("receiver_support.served", "flask"),
    "django": ("receiver_support.served", "django"),
    "wsgiref": ("receiver_support.served", "wsgiref"),
}
SLOWEST_BYTES = 400
"""A slow client sends as many bytes, one each `PAUSE` seconds: much longer than any body timeout."""
PAUSE = 0.1


class Served:
    """A server that runs."""

    def __init__(self, port: int, seen: Path, log: Path) -> None:
        self.port = port
        self._seen = seen
        self._log = log

    def seen(self) -> list[str]:
        """The ids of events that were handled, in their order."""
        return self._seen.read_text("utf-8").split() if self._seen.exists() else []

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")


def command_of(name: str, port: int) -> list[str]:
    module, *words = SERVERS[name]
    bind = f"127.0.0.1:{port}"
    words = [word.format(bind) for word in words]
    if words[-1:][0] == "--bind":
        words.append(bind)
    elif not any(bind in word for word in words):
        words.append(str(port))
    return [sys.executable, "-W", "ignore::DeprecationWarning", "-m", module, *words]


@contextmanager
def serve(name: str, folder: Path, *, body_timeout: float = 1.0, trouble: str = "") -> Iterator[Served]:
    port, seen, log = free_port(), folder / "seen", folder / "log"
    more = {"SEEN": str(seen), "BODY_TIMEOUT": str(body_timeout), "TROUBLE": trouble}
    environment = child_environment(**more)
    with (
        log.open("wb") as output,
        subprocess.Popen(command_of(name, port), env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            wait_until_it_listens(port, process, log)
            yield Served(port, seen, log)
        finally:
            # gunicorn ends its workers in a second. The others have nothing to end.
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def genuine(server: Served, number: int = 1) -> str:
    body = event_body(number)
    return str(post(server.port, "/", body, signed_headers(body)).status)


def forged(server: Served) -> str:
    body = event_body()
    return str(post(server.port, "/", body, signed_headers(body, "another secret")).status)


def oversized(server: Served) -> str:
    return talk(server, head(f"Content-Length: {MAX_BODY + 1}"))


def oversized_in_chunks(server: Served) -> str:
    chunk = b"%x\r\n%s\r\n" % (MAX_BODY // 2, b"x" * (MAX_BODY // 2))
    return talk(server, head("Transfer-Encoding: chunked") + chunk * 3 + b"0\r\n\r\n")


def in_chunks(server: Served) -> str:
    body = event_body(2)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:50], body[50:]))
    return talk(server, head("Transfer-Encoding: chunked", body) + chunks + b"0\r\n\r\n")


def without_length(server: Served) -> str:
    return talk(server, head("X-Nothing: here", event_body()))


def half_open(server: Served) -> str:
    """The client ends its side of the connection in the middle of the body, and still reads."""
    return talk(server, head("Content-Length: 1000") + b"x" * 10, end=True)


def silent(server: Served) -> str:
    return talk(server, head("Content-Length: 1000"))


def slow(server: Served) -> str:
    return talk(server, head(f"Content-Length: {SLOWEST_BYTES}"), trickle=SLOWEST_BYTES)


def slow_in_chunks(server: Served) -> str:
    return talk(server, head("Transfer-Encoding: chunked"), trickle=SLOWEST_BYTES, chunked=True)


CASES: dict[str, Callable[[Served], str]] = {
    "genuine": genuine,
    "forged": forged,
    "oversized": oversized,
    "oversized in chunks": oversized_in_chunks,
    "in chunks": in_chunks,
    "no length": without_length,
    "half-open": half_open,
    "silent": silent,
    "slow": slow,
    "slow in chunks": slow_in_chunks,
}


def head(line: str, body: bytes = b"{}") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(body).items())
    return f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{line}\r\n{lines}\r\n".encode()


def talk(server: Served, first: bytes, *, end: bool = False, trickle: int = 0, chunked: bool = False) -> str:
    """Send this, perhaps some bytes one by one, and return the status of the response.

    `closed` is a connection that ends without one, `held` one on which nothing happens for as long as a slow
    client sends.
    """
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        # A server may have responded, and not read the rest.
        with suppress(ConnectionError):
            connection.sendall(first)
        if end:
            connection.shutdown(socket.SHUT_WR)
        response = b""
        connection.settimeout(PAUSE)
        pauses = 0
        while b"\r\n\r\n" not in response:
            try:
                if trickle > 1:
                    connection.sendall(b"1\r\nx\r\n" if chunked else b"x")
                    trickle -= 1
                part = connection.recv(10_000)
            except TimeoutError:
                pauses += 1
                if pauses > SLOWEST_BYTES:
                    return "held"
                continue
            except ConnectionError:
                return "closed"
            if not part:
                return "closed"
            response += part
        return response.split()[1].decode()
