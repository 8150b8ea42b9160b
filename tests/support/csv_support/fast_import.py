"""The command `aftership`, in a process of its own whose client lives by a clock that runs faster.

    python -m csv_support.fast_import FACTOR START ARGUMENTS...

START is the Unix time when both clocks, that of the client and that of the mock, showed the same. So the
documented rate limit holds, and the test does not wait for it.
"""

from __future__ import annotations

import signal
import sys
import time
from datetime import datetime, timedelta

from aftership_tracking.mock.clock import SystemClock


class FastClock(SystemClock):
    """The clock of a mock, which runs faster."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor
        self.start = time.time()
        self._first = super().now()

    def now(self) -> datetime:
        return self._first + (super().now() - self._first) * self.factor

    def wall(self) -> datetime:
        return super().wall() + timedelta(seconds=(time.time() - self.start) * (self.factor - 1))


def main(factor: float, start: float, arguments: list[str]) -> None:
    from aftership_tracking.cli import main as run
    from aftership_tracking.runtime.clocks import Clocks, use_clocks

    # A test run in the background ignores Ctrl-C, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    fast = Clocks(
        monotonic=lambda: time.monotonic() * factor,
        clock=lambda: start + (time.time() - start) * factor,
        sleep=lambda seconds: time.sleep(seconds / factor),
    )
    with use_clocks(fast):
        run(arguments)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
