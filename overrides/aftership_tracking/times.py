"""The times of models: strings that can be read as dates and times, and keep what the service sent."""

from __future__ import annotations

from aftership_tracking.runtime.models.times import Date, Time, Timestamp

__all__ = ["Date", "Time", "Timestamp"]
