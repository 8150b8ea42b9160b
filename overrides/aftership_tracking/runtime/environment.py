"""Environment variables: ours, and those of the official SDK."""

from __future__ import annotations

import os

__all__ = ["OFFICIAL_PREFIX", "read_environment"]

OFFICIAL_PREFIX = "AFTERSHIP_TRACKING_SDK_"
"""The prefix of the official SDK's variables."""


def read_environment(*names: str) -> str | None:
    """Return the first of these variables that is set and not empty."""
    return next((value for name in names if (value := os.environ.get(name))), None)
