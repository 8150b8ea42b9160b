"""One line of the table."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    measured: str
    """What was measured, and against what."""
    who: str
    value: float
    budget: str = ""
    """The promise, where there is one."""
