"""How long a tracking can be listed."""

from __future__ import annotations

__all__ = ["LISTED_DAYS", "LISTED_SECONDS"]

LISTED_DAYS = 120
"""For so many days after it was added a tracking can be listed. Source: the documentation of
`created_at_min`.
"""
LISTED_SECONDS = LISTED_DAYS * 86_400.0
