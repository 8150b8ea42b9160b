"""The lines that a served mock prints about requests: one for each hint, and few for one that repeats."""

from __future__ import annotations

import logging
import sys
from collections import Counter

LOGGER = "aftership_tracking.mock.hints"
# What is counted is bounded, although the paths in it are templates.
_MOST_COUNTED = 10_000


class HintLines(logging.Filter):
    """Passes a line the first time, then each time its count is a power of ten, with the count."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if len(self._counts) >= _MOST_COUNTED:
            self._counts.clear()
        self._counts[line] += 1
        count = self._counts[line]
        if count == 1:
            return True
        record.msg, record.args = f"{line} ({count} times so far)", ()
        return str(count).rstrip("0") == "1"


def print_hints() -> None:
    """Print the hints of the mock to the error stream from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.addFilter(HintLines())
    logger = logging.getLogger(LOGGER)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
