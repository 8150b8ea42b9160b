"""A limit for work that blocks. Sockets limit each silence only, and an answer may come in drops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from typing import TypeVar

from aftership_tracking.errors import TimeoutError  # noqa: A004 - ours is one of Python's too

__all__ = ["in_time", "until"]

T = TypeVar("T")


def in_time(seconds: float, work: Callable[[], T]) -> T:
    """Do the work in a thread of its own and wait so many seconds for it. Raises what the work raises.

    Work that is late goes on by itself until its own timeouts, or `until`, end it; nobody sees what comes of
    it. Raises TimeoutError then.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            errors.append(error)

    thread = threading.Thread(target=copy_context().run, args=(run,), name="aftership-exchange", daemon=True)
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    if errors:
        raise errors[0]
    raise TimeoutError("the answer was not whole in time")


def until(end: float, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give the parts that arrive before the end, which is a time of `time.monotonic`. Raises TimeoutError at
    the first one after it, so that an answer in drops that nobody waits for any more is not read for ever.
    """
    for part in parts:
        if time.monotonic() > end:
            raise TimeoutError("the answer was not whole in time")
        yield part
