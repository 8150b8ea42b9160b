"""A hostile server on this machine: raw sockets in threads, and each connection follows a script.

An `Act` is what the server does with one request, or with one connection before any request. Acts are used in
the order of arrival, and the last one is repeated for ever.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from patience import PATIENCE, wait_until

__all__ = ["Act", "HostileServer", "ReceivedRequest", "Talk", "closed_port"]


class ReceivedRequest(NamedTuple):
    """One request as it arrived."""

    method: str
    target: str
    """Path and query, as on the wire."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""
    body: bytes
    connection: int
    """Number of the connection, from 1."""

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for key, value in self.headers if key == name), None)


class Talk:
    """One connection, as an act sees it."""

    def __init__(self, wire: socket.socket, ending: threading.Event) -> None:
        self._wire = wire
        self._ending = ending
        self.request: ReceivedRequest | None = None
        """The current request; None before the first one."""

    def send(self, *parts: bytes) -> None:
        """Send all of it."""
        self._wire.sendall(b"".join(parts))

    def drip(self, content: bytes, pause: float) -> None:
        """Send byte after byte, with a pause after each."""
        for number in content:
            self._wire.sendall(bytes([number]))
            self.wait(pause)

    def wait(self, seconds: float) -> None:
        """Do nothing for the given time, or until the server ends."""
        if self._ending.wait(min(seconds, PATIENCE)):
            raise ConnectionError("the server ends")

    def wait_for_the_end(self) -> None:
        """Send nothing until the client closes the connection."""
        while self._wire.recv(65536):
            pass

    def reset(self) -> None:
        """Reset the connection: the other side sees a reset, and loses what it has not read yet."""
        self._wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._wire.close()


class Act(NamedTuple):
    """What the server does. `run` returns whether the connection stays open."""

    run: Callable[[Talk], bool]
    on_connect: bool = False
    """True: at once, before a request is read."""


class HostileServer:
    """Listens on a free port of this machine while its context is entered."""

    def __init__(self, acts: Sequence[Act], tls: ssl.SSLContext | None = None) -> None:
        self._acts = list(acts)
        self._tls = tls
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._acting: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.requests: list[ReceivedRequest] = []
        """Every whole request, in the order of arrival."""
        self.connections = 0
        scheme = "http" if tls is None else "https"
        self.address = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        # Closing alone does not wake a thread that waits in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for wire in left:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    @property
    def open_connections(self) -> int:
        """How many connections neither side has closed."""
        with self._lock:
            return len(self._open)

    def all_closed(self) -> bool:
        """Wait until no connection is open. Return False if one stays open."""
        try:
            wait_until(lambda: self.open_connections == 0)
        except AssertionError:
            return False
        return True

    def wait_for_requests(self, count: int) -> None:
        """Wait until so many whole requests have arrived. Return after some time if they do not come."""
        with contextlib.suppress(AssertionError):
            wait_until(lambda: len(self.requests) >= count)

    def wait_until_quiet(self) -> None:
        """Wait until all acts have ended, and until the connections that they end are closed."""
        wait_until(lambda: not self._acting, "all acts have ended")

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            wire.settimeout(PATIENCE)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._open.add(wire)
                number = self.connections
            self._start(self._serve, wire, number)

    def _serve(self, plain: socket.socket, number: int) -> None:
        wire = plain
        try:
            if self._tls is not None:
                wire = self._tls.wrap_socket(plain, server_side=True)
            self._play(plain, wire, number)
        except (OSError, ValueError):
            # The client closed the connection, or the handshake failed: the tests cause both.
            pass
        finally:
            with self._lock:
                self._open.discard(plain)
            wire.close()
            plain.close()
            self._acting.discard(plain)

    def _play(self, plain: socket.socket, wire: socket.socket, number: int) -> None:
        talk = Talk(wire, self._ending)
        rest = b""
        first = self._next(on_connect=True)
        if first is not None and not first.run(talk):
            return
        while True:
            request, rest = _read_request(wire, rest, number)
            if request is None:
                return
            self._acting.add(plain)
            with self._lock:
                self.requests.append(request)
            talk.request = request
            act = self._next(on_connect=False)
            if act is None or not act.run(talk):
                return
            self._acting.discard(plain)

    def _next(self, *, on_connect: bool) -> Act | None:
        with self._lock:
            if not self._acts or self._acts[0].on_connect is not on_connect:
                return None
            return self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]


def _read_request(wire: socket.socket, rest: bytes, number: int) -> tuple[ReceivedRequest | None, bytes]:
    """Read one request; None when the client closed the connection."""
    while b"\r\n\r\n" not in rest:
        more = wire.recv(65536)
        if not more:
            return None, b""
        rest += more
    head, _, rest = rest.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    length = int(next((value for name, value in headers if name == "content-length"), "0"))
    while len(rest) < length:
        more = wire.recv(65536)
        if not more:
            return None, b""
        rest += more
    return ReceivedRequest(method, target, headers, rest[:length], number), rest[length:]


def closed_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
