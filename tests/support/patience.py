"""Waiting in tests: for something to happen, and never for an amount of time that a fast machine needs.

A test may wait as long as it likes for what has to come, because on a fast machine it comes at once. The
limit is there for what never comes, and it is far above what the slowest machine needs.
`tests/project/test_patience.py` keeps shorter limits out.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["PATIENCE", "wait_until"]

PATIENCE = 120.0
"""Seconds to wait for what has to come: the end of a process, a response, a word of another thread."""


def wait_until(
    condition: Callable[[], object], what: str = "", patience: float = PATIENCE, *, pause: float = 0.005
) -> None:
    """Return when the condition is true. Raise AssertionError if it is still false after `patience` seconds.

    `pause` is the time between two looks.
    """
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain" + (f" until {what}" if what else ""))
        time.sleep(pause)
