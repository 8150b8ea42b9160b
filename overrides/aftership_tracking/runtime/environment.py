"""Variables of the environment: ours, and those of the official SDK."""

from __future__ import annotations

import os

__all__ = ["OFFICIAL", "read_environment"]

OFFICIAL = "AFTERSHIP_TRACKING_SDK_"
"""How the names of the official SDK's variables begin."""


def read_environment(*names: str) -> str | None:
    """Return the first of these variables that is set and not empty."""
    return next((value for name in names if (value := os.environ.get(name))), None)
