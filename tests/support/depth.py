"""How many examples the costly property tests try: few in `make test`, `DEPTH` times as many in deep runs."""

from __future__ import annotations

import os

__all__ = ["examples"]

DEPTH = int(os.environ.get("DEPTH") or 1)


def examples(count: int) -> int:
    """Return how many examples a test tries that tries `count` in the usual run."""
    return count * DEPTH
