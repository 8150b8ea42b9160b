"""The clocks and the random numbers of a client, as values that tests can replace."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Clocks"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocks:
    """The clocks and the random numbers that a client uses."""

    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], float] = time.time
    """Unix time."""
    random: Callable[[], float] = random.random
    """A number from 0 up to, but not including, 1."""
