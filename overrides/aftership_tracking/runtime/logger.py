"""The logger of the package: `logging.getLogger("aftership_tracking")`."""

from __future__ import annotations

import logging

__all__ = ["LOGGER"]

LOGGER = logging.getLogger("aftership_tracking")
