"""Ends the reading of a body when its time is over, whatever the server does between two bytes.

A WSGI server reads from its socket in loops of its own, so an application regains control only after as many
bytes as it wanted, and a timeout on the socket begins anew with each byte. Here another thread ends the
reading side of the socket at the deadline: the read returns, and the response can still be sent.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any

__all__ = ["BodyDeadlines"]

_SOCKETS = ("gunicorn.socket", "werkzeug.socket")


class _Reading:
    """One body that is being read."""

    def __init__(self, ends_at: float, end: Callable[[], object]) -> None:
        self.ends_at = ends_at
        self._end = end
        # After the reading, the socket belongs to the server again. It must not be touched then.
        self._lock = threading.Lock()
        self.is_over = False
        self.is_late = False

    def leave(self) -> None:
        with self._lock:
            self.is_over = True

    def expire(self) -> None:
        with self._lock:
            if not self.is_over:
                self.is_late = True
                with suppress(OSError):
                    self._end()


class BodyDeadlines:
    """The deadlines of all bodies that an application reads in this process.

    All get the same time, so they end in the order in which they begin. One thread waits for them; it starts
    with a body, and ends when there is none.

    Args:
        seconds: the time of each body.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._forget()

    def _forget(self) -> None:
        # A forked child has no thread, and a lock that another thread of the parent may have held.
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._readings: deque[_Reading] = deque()
        self._has_thread = False

    def watch(self, environ: Mapping[str, Any]) -> AbstractContextManager[Callable[[], bool]]:
        """Give the body of this request its time. The block gets a function that tells whether it is over.

        Nothing is ended if the server gives no access to its socket.
        """
        return _Watch(self, environ)

    def _add(self, reading: _Reading) -> None:
        if self._process != os.getpid():
            self._forget()
        with self._lock:
            if not self._has_thread:
                # The system may give no more threads for a while. Then this body fails, and the next one
                # tries again.
                threading.Thread(target=self._expire, name="webhook body timeout", daemon=True).start()
                self._has_thread = True
            self._readings.append(reading)

    def _expire(self) -> None:
        while True:
            with self._lock:
                while self._readings and self._readings[0].is_over:
                    self._readings.popleft()
                if not self._readings:
                    self._has_thread = False
                    return
                first = self._readings[0]
            left = first.ends_at - time.monotonic()
            if left > 0:
                time.sleep(left)
            first.expire()
            first.is_over = True


# This is a class and not a generator: an interrupt between two lines of a generator would leave a deadline
# for a socket that belongs to the server again.
class _Watch(AbstractContextManager[Callable[[], bool]]):
    """The deadline of one body, from its first byte to its last."""

    def __init__(self, deadlines: BodyDeadlines, environ: Mapping[str, Any]) -> None:
        self._deadlines = deadlines
        self._environ = environ
        self._own: socket.socket | None = None
        self._reading: _Reading | None = None

    def __enter__(self) -> Callable[[], bool]:
        end = self._find_reading_side()
        if end is None:
            return lambda: False
        reading = self._reading = _Reading(time.monotonic() + self._deadlines._seconds, end)
        self._deadlines._add(reading)
        return lambda: reading.is_late

    def __exit__(self, *_: object) -> None:
        if self._reading is not None:
            self._reading.leave()
        if self._own is not None:
            self._own.close()

    def _find_reading_side(self) -> Callable[[], object] | None:
        """Return a function that ends the reading side of the connection; None if it cannot be reached."""
        environ = self._environ
        for name in _SOCKETS:
            if hasattr(environ.get(name), "shutdown"):
                return partial(_end_reading, environ[name])
        # The stream of `wsgiref` has the number of its socket. Other streams have none, or that of a file.
        with suppress(OSError, AttributeError, ValueError):
            number = os.dup(environ["wsgi.input"].fileno())
            try:
                self._own = socket.socket(fileno=number)
            except OSError:
                os.close(number)
        return None if self._own is None else partial(_end_reading, self._own)


def _end_reading(connection: Any) -> None:
    if isinstance(connection, socket.socket):
        # Not the method of an SSLSocket: it would also forget the keys, and the response needs them.
        socket.socket.shutdown(connection, socket.SHUT_RD)
    else:
        connection.shutdown(socket.SHUT_RD)
