"""Handlers that fail or are cancelled and processes that are killed, at points that a seed decides."""

from __future__ import annotations

import os
import random
import signal
import threading
from enum import Enum


class Point(Enum):
    """Where in the handling of an event something can go wrong."""

    BEFORE = "before the effect"
    INSIDE = "in the transaction of the effect, before it is committed"
    AFTER = "after the effect, before the store knows of it"


class Trouble:
    """What goes wrong in one process.

    Some handlers raise, before or after they did their work. In one of its events the process is killed
    without a warning.

    Args:
        seed: decides all of it.
        generation: how often this receiver was started before.
        kills: generations that are killed. Later ones live.
        kill_within: the kill comes within this number of events.
    """

    def __init__(self, seed: int, generation: int, *, kills: int, kill_within: int) -> None:
        self._random = random.Random(f"{seed} {generation}")
        self._lock = threading.Lock()
        self._events = 0
        self._killed_at = self._random.randint(1, kill_within) if generation < kills else None
        self._killed_in = list(Point)[(seed + generation) % len(Point)]
        self._drawn = threading.local()

    def begin(self) -> None:
        """Decide what goes wrong in the next event."""
        with self._lock:
            self._events += 1
            kill = self._events == self._killed_at
            chance = self._random.random()
        self._drawn.kill = self._killed_in if kill else None
        self._drawn.failure = None
        if not kill and chance < 0.06:
            self._drawn.failure = Point.BEFORE if chance < 0.03 else Point.INSIDE

    def cancels(self) -> bool:
        """Decide whether the task of the next event is cancelled."""
        with self._lock:
            return self._random.random() < 0.04

    def pass_through(self, point: Point) -> None:
        """Raise, die, or do nothing."""
        if self._drawn.kill is point:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._drawn.failure is point:
            raise RuntimeError(f"a handler that fails {point.value}")
