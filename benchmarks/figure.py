"""One line of the table."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.report.budgets import Budget


class Figure(NamedTuple):
    measured: str
    """What was measured, and against what."""
    who: str
    value: float
    budget: Budget | None = None
    """The promise, where there is one."""
