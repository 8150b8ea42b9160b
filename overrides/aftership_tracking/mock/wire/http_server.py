"""Serves the mock with uvicorn, which alone refuses some requests in its own words: here the mock does it.

What the parser cannot read (an unknown method, raw bytes in the path, a URL that is too long, a broken
chunk) is handed to the application as a request with a reason, so it gets the envelope of the version in its
path. Without a readable path that is the newest version. How the service refuses these is assumed.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import threading
from types import FrameType
from typing import Any, Protocol

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from aftership_tracking.mock.wire.asgi import IS_BODILESS, IS_TIMED, UNREADABLE, Receive, Scope, Send
from aftership_tracking.mock.wire.message import MAX_HEAD_BYTES, Unreadable

GRACE = 2
"""Seconds that running requests get when the server is stopped."""
_LAST_RESORT = GRACE + 5.0
# The parser gets no more at once, so that a head without an end is noticed.
_PIECE = 32 * 1024
_REQUEST_LINE = re.compile(rb"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) +(/[^\s?]*)(?:\?(\S*))?(?:\s|$)")


class Application(Protocol):
    """The ASGI application, with its time limit in seconds."""

    read_timeout: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class MockProtocol(HttpToolsProtocol):
    """One connection. The application responds to everything, also to what cannot be read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._is_refused = False
        self._is_in_head = True
        self.url = b""
        self._head = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._is_refused = True
        if (cycle := self._current()) is not None:
            # Who left gets no response, so the application has to ask.
            scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
            scope.pop(IS_BODILESS, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        while data and not self._is_refused:
            piece, data = data[:_PIECE], data[_PIECE:]
            if self._is_in_head:
                self._head += piece
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as upgrade:
                if self._is_tunnel():
                    # Nothing behind it is HTTP. It gets its refusal like any method that the path lacks.
                    self._is_refused = True
                    self.cycle.keep_alive = False
                else:
                    data = self._without_upgrade() + piece[upgrade.args[0] :] + data
            except httptools.HttpParserError:
                self._refuse("large-head" if len(self.url) > MAX_HEAD_BYTES else "malformed")
            else:
                if self._is_in_head and len(self._head) > MAX_HEAD_BYTES + _PIECE:
                    self._refuse("large-head")
        if self._timer is None and not self._is_refused and (self._head or not self._is_in_head):
            # Most requests come in one piece and need no timer.
            self._start_timer()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The caller sends no more. What was sent before still gets its responses."""
        cycle = self._current()
        if not self._is_refused:
            is_waiting = cycle is not None and cycle.more_body and not cycle.response_complete
            if is_waiting or self._head.strip():
                self._refuse("malformed")
            elif cycle is None or cycle.response_complete:
                return False
            else:
                cycle.keep_alive = False
        return True

    def _is_tunnel(self) -> bool:
        """Whether the request has the method CONNECT, which the parser treats as an offer in any case."""
        return bool(self.parser.get_method() == b"CONNECT")

    def _without_upgrade(self) -> bytes:
        """Begin again with a request that offers another protocol, such as h2c, and return its head without.

        The parser stops behind the head of such a request, so its body would be lost. The mock speaks
        HTTP/1.1 alone and may ignore the offer.
        """
        head = [self.parser.get_method(), b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            if name != b"upgrade":
                head += [name, b": ", value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self._is_in_head = True
        self._head.clear()
        return b"".join([*head, b"\r\n"])

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and not self._is_tunnel():
            return
        self._is_in_head = False
        super().on_headers_complete()
        self.cycle.scope[IS_TIMED] = True  # type: ignore[literal-required]
        # Of a small head the exact size is not needed. Its begin may be in the piece of the request before.
        if len(self._head) + _PIECE > MAX_HEAD_BYTES and self._head_size() > MAX_HEAD_BYTES:
            self.cycle.scope[UNREADABLE] = "large-head"  # type: ignore[literal-required]

    def on_message_complete(self) -> None:
        if self._is_in_head:
            # An offer of another protocol: see `_without_upgrade`.
            return
        super().on_message_complete()
        if not self.cycle.body and not self.cycle.waiting_for_100_continue:
            self.cycle.scope[IS_BODILESS] = True  # type: ignore[literal-required]
        self._is_in_head = True
        self._head.clear()
        self._stop_timer()

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse(self, reason: Unreadable) -> None:
        """Let the application refuse what is being read, after all that was read before it."""
        self._is_refused = True
        self._stop_timer()
        waiting = self._current()
        if waiting is not None and waiting.more_body and not waiting.response_complete:
            # What is wrong is in the body, and the application waits for its rest.
            waiting.scope[UNREADABLE] = reason  # type: ignore[literal-required]
            waiting.keep_alive = waiting.more_body = False
            waiting.message_event.set()
            return
        self._enqueue(self._unreadable_cycle(reason))

    def _unreadable_cycle(self, reason: Unreadable) -> RequestResponseCycle:
        found = _REQUEST_LINE.match(self._head)
        method, path, query = (b"", b"", b"") if found is None else found.groups(b"")
        self.on_message_begin()
        scope: dict[str, Any] = {
            **self.scope,
            "method": method.decode("ascii"),
            "path": path.decode("latin-1"),
            "raw_path": path,
            "query_string": query,
            UNREADABLE: reason,
        }
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        cycle.message_event.set()
        return cycle

    def _enqueue(self, cycle: RequestResponseCycle) -> None:
        before, self.cycle = self._current(), cycle
        application: Any = self.app
        if before is None or before.response_complete:
            self._start_asgi_task(cycle, application)
        else:
            self.pipeline.appendleft((cycle, application))

    def _start_timer(self) -> None:
        seconds = getattr(self.config.app, "read_timeout", None)
        if seconds is not None:
            # In halves: after a pause of the mock itself, such as a long request of somebody else, the first
            # half is over at once, and in the second one is read what has been waiting.
            half = seconds / 2
            self._timer = self.loop.call_later(half, self._wait_again, half)

    def _wait_again(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._head or not self._is_in_head:
            self._refuse("slow")
        elif (cycle := self._current()) is None or cycle.response_complete:
            # Who has said nothing gets nothing.
            self.transport.close()

    def _current(self) -> RequestResponseCycle | None:
        """The last request, also one that waits for its turn; None before the first."""
        return self.cycle


class MockServer(uvicorn.Server):
    """Ends on SIGTERM and Ctrl-C, also while a request keeps it busy."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        last_resort = threading.Timer(_LAST_RESORT, _end, (sig,))
        last_resort.daemon = True
        last_resort.start()


def build_server(application: Application, *, sets_up_logging: bool = True) -> MockServer:
    """Return the server of a mock; `run(sockets=...)` serves until a signal ends it.

    Args:
        sets_up_logging: whether the loggers of uvicorn get handlers; not where the process has its own.
    """
    logging: dict[str, Any] = {} if sets_up_logging else {"log_config": None}
    return MockServer(
        uvicorn.Config(
            application,
            # uvloop is used if it is installed.
            loop="auto",
            http=MockProtocol,
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            # Nobody reads the address of the caller, so the layer that corrects it is left out.
            proxy_headers=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=GRACE,
            **logging,
        )
    )


def _end(sig: int) -> None:
    name = signal.Signals(sig).name
    sys.stderr.write(f"The mock was still busy {_LAST_RESORT:g} s after {name}, so it was ended.\n")
    sys.stderr.flush()
    os._exit(128 + sig)
