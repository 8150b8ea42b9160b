"""Flushes of SQLite's write-ahead log soon after a commit that did not wait for the disk.

What was committed is in the hands of the system, so the end of the process does not lose it; a power failure
does, until the log is flushed. A flush costs far more than a commit. So one follows shortly after, in a
thread, for all that was committed meanwhile, and nobody waits for it.
"""

from __future__ import annotations

import _thread
import logging
import os
import threading
import time
from pathlib import Path

from aftership_tracking.runtime.logger import log_fields

__all__ = ["PAUSE", "LogFlush"]

LOGGER = logging.getLogger("aftership_tracking.webhooks")

PAUSE = 0.05
"""Seconds from the first commit to the flush. What is committed meanwhile shares it."""

# It writes the length of the file too. Systems without it have a flush that writes more.
_flush_file = getattr(os, "fdatasync", os.fsync)


class LogFlush:
    """Flushes the log of the database at `path`, one flush at a time.

    Args:
        path: the database.
        what: names it in messages: `the store`.
    """

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what
        self._forget()

    def _forget(self) -> None:
        # A forked child has no thread, and locks that other threads of the parent may have held. The parent
        # flushes what it committed.
        self._process = os.getpid()
        self._is_due = False
        # A thread may take them again: a store that nobody closed is flushed by whichever thread the garbage
        # collector removes it in, and that may be the one that flushes it.
        self._lock = threading.RLock()
        self._flushing = threading.RLock()

    def soon(self) -> None:
        """Flush what is committed by now, after `PAUSE` and in a thread."""
        if self._process != os.getpid():
            self._forget()
        with self._lock:
            was_due, self._is_due = self._is_due, True
        if was_due:
            # It has not begun, so it covers this commit too.
            return
        try:
            # `threading.Thread` would wait until the thread runs: hundreds of milliseconds on a busy machine.
            _thread.start_new_thread(self._flush_later, ())
        except RuntimeError:
            # The interpreter shuts down, or the system gives no more threads.
            self.now()

    def now(self) -> None:
        """Flush what is due, and wait for a flush that has begun."""
        if self._process != os.getpid():
            return
        with self._flushing:
            # Before the flush: what is committed from now on needs the next one.
            with self._lock:
                was_due, self._is_due = self._is_due, False
            if was_due:
                self._flush()

    def _flush_later(self) -> None:
        time.sleep(PAUSE)
        self.now()

    def _flush(self) -> None:
        try:
            # SQLite names the log after the file itself, not after a link to it.
            descriptor = os.open(f"{os.path.realpath(self._path)}-wal", os.O_RDWR)
        except FileNotFoundError:
            # The last connection was closed. SQLite has moved the log into the database, and flushed that.
            return
        except OSError as error:
            self._report(error)
            return
        try:
            _flush_file(descriptor)
        except OSError as error:
            self._report(error)
        finally:
            # No lock of SQLite is on the log, so closing it here releases none.
            os.close(descriptor)

    def _report(self, error: OSError) -> None:
        LOGGER.error(
            "%s %s could not be flushed to the disk. A power failure may lose what it noted last, and such "
            "an event is handled again if it is delivered again.",
            self._what,
            self._path,
            exc_info=error,
            extra=log_fields("store"),
        )
