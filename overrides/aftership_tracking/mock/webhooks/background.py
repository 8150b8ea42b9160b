"""Threads that send what is due, for clocks that run by themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.webhooks.deliveries import Attempt, Delivery

LONGEST_WAIT = 1.0
"""Seconds. A clock may be the caller's own, so it is read again after this time at the latest."""
SHORTEST_WAIT = 0.002
PATIENCE = 2.0
"""Seconds that `stop` waits for each thread that is still sending."""

Taken = tuple[int, Delivery]


class Background:
    """Each thread takes what is due, sends it, and sleeps when there is nothing.

    Args:
        take: returns something that is due, or None.
        attempt: sends it.
        next_at: returns when something is due next.
        clock: runs as fast as the machine's.
        changed: notified when there is something new to take.
    """

    def __init__(
        self,
        take: Callable[[], Taken | None],
        attempt: Callable[[Taken], Attempt],
        next_at: Callable[[], datetime | None],
        clock: Clock,
        changed: threading.Condition,
    ) -> None:
        self._take = take
        self._attempt = attempt
        self._next_at = next_at
        self._clock = clock
        self._changed = changed
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()

    def start(self, workers: int) -> None:
        """Start the threads, unless they run already."""
        with self._changed:
            if self._threads:
                return
            self._ended = threading.Event()
            self._threads = [
                # A receiver that never responds must not keep the process alive.
                threading.Thread(
                    target=self._work, args=(self._ended,), name=f"mock-webhooks-{index}", daemon=True
                )
                for index in range(workers)
            ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop the threads, and wait a little for what is being sent."""
        with self._changed:
            self._ended.set()
            threads, self._threads = self._threads, []
            self._changed.notify_all()
        for thread in threads:
            thread.join(PATIENCE)

    def wake(self) -> None:
        """Let the threads look for something new."""
        with self._changed:
            self._changed.notify_all()

    def _work(self, ended: threading.Event) -> None:
        while not ended.is_set():
            with self._changed:
                taken = self._take()
                if taken is None and not ended.is_set():
                    self._changed.wait(self._wait())
            if taken is not None:
                self._attempt(taken)

    def _wait(self) -> float:
        """Return the seconds until there is something to do."""
        due = self._next_at()
        if due is None:
            return LONGEST_WAIT
        left = (due - self._clock.now()).total_seconds()
        return min(LONGEST_WAIT, max(SHORTEST_WAIT, left))
