"""A time limit for blocking work. Sockets only limit each silence, and a response may arrive slowly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from typing import TypeVar

from aftership_tracking.errors import TimeoutError  # noqa: A004 - ours is one of Python's too

__all__ = ["read_until", "run_within"]

T = TypeVar("T")


def run_within(seconds: float, work: Callable[[], T]) -> T:
    """Run the work in a thread of its own and wait so many seconds for it. Raises what the work raises.

    Raises TimeoutError if the work takes longer. The work then continues until its own timeouts, or
    `read_until`, end it, and its result is discarded.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the waiting thread
            errors.append(error)

    thread = threading.Thread(target=copy_context().run, args=(run,), name="aftership-exchange", daemon=True)
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    if errors:
        raise errors[0]
    raise TimeoutError("the response was not complete in time")


def read_until(end: float, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts that arrive before the end, which is a time of `time.monotonic`. Raises TimeoutError at
    the first part after it, so that a slow response that nobody waits for any more is not read for ever.
    """
    for part in parts:
        if time.monotonic() > end:
            raise TimeoutError("the response was not complete in time")
        yield part
