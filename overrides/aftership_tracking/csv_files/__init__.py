"""CSV files of AfterShip's admin."""

from __future__ import annotations

from aftership_tracking.csv_files import fetching

__all__ = ["fetching"]
