"""Checks that hold for every test."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
import warnings
from typing import Any


class WatchedConnection(sqlite3.Connection):
    """A connection that gives a ResourceWarning when nobody closed it.

    Python 3.13 does this by itself. Files, sockets, subprocesses and event loops do it in every version.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._is_open = False
        super().__init__(*args, **options)
        self._is_open = True

    def close(self) -> None:
        super().close()
        self._is_open = False

    def __del__(self) -> None:
        if self._is_open:
            warnings.warn(f"unclosed database in {self!r}", ResourceWarning, source=self, stacklevel=2)


def connect(*args: Any, **options: Any) -> sqlite3.Connection:
    return _connect(*args, **{"factory": WatchedConnection, **options})


_connect = sqlite3.connect
if sys.version_info < (3, 13):
    sqlite3.connect = connect

# A shell starts a job in the background with Ctrl-C ignored, and every child inherits that. Tests send it to
# their children.
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    signal.signal(signal.SIGINT, signal.default_int_handler)
