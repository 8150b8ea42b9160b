"""Which versions the costly tests of every version run with.

Neighbouring versions are nearly the same, so `make test` runs these tests with the oldest version, the
newest, and one between that changes from day to day. `make contract` runs them with all. What a promise of
docs/guarantees.md says of every version is tested with every version, always.

    TEST_SEED=17        chooses the one between, and what else is sampled; the header of each run shows it
    ALL_VERSIONS=1      chooses all
"""

from __future__ import annotations

import os
from collections.abc import Sequence

__all__ = ["ALL", "SEED", "sample", "some"]

# From the environment and not from the clock: all workers of a run must choose the same.
SEED = int(os.environ.get("TEST_SEED") or 1)
ALL = bool(os.environ.get("ALL_VERSIONS"))


def sample(versions: Sequence[str]) -> tuple[str, ...]:
    """Return some of the versions, in their order."""
    if ALL or len(versions) <= 3:
        return tuple(versions)
    oldest, *between, newest = versions
    return (oldest, between[SEED % len(between)], newest)


def some(names: Sequence[str], count: int) -> tuple[str, ...]:
    """Return so many of the names, others on another day; all of them with ALL_VERSIONS."""
    if ALL:
        return tuple(names)
    return tuple(names[(SEED * count + index) % len(names)] for index in range(min(count, len(names))))
