"""A program that reads changes, writes each tracking to a file, and kills itself on the way.

Its argument is JSON with `url`, `version`, `state`, `notes`, `now`, `limit`, `kill` and `kill_after`.

`kill` is the number of the executed line of the reading code at which it kills itself, `kill_after` how many
trackings it has written before it does. With 0 for both it finishes and prints how many lines it
executed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from types import FrameType
from typing import Any

from aftership_tracking.runtime import registry
from aftership_tracking.runtime.clocks import Clocks, use_clocks

TRACED = ("/recipes/changes/", "/recipes/atomic_file.py", "/runtime/page.py", "/reading_support/reader.py")


class LineKiller:
    """Counts executed lines, and kills the process at one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename.replace(os.sep, "/")
        return self._line if any(part in name for part in TRACED) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._line


def read(trackings: Any, given: dict[str, Any]) -> None:
    """Write each change with one call, so that its line is there as a whole or not at all."""
    notes = os.open(given["notes"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    changes = trackings.changes(state=given["state"], limit=given["limit"], overlap=120)
    for number, one in enumerate(changes, start=1):
        os.write(notes, json.dumps([one.id, str(one.updated_at)]).encode() + b"\n")
        if number == given["kill_after"]:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(notes)


def main() -> None:
    """Read once."""
    given = json.loads(sys.argv[1])
    package = registry.package(given["version"])
    with use_clocks(Clocks(clock=lambda: given["now"])):
        client = package.AfterShip("k", base_url=given["url"], limiter=None)
    with client:
        trackings = client.trackings
        killer = LineKiller(given["kill"])
        sys.settrace(killer)
        read(trackings, given)
        sys.settrace(None)
    sys.stdout.write(f"{killer.count}\n")


if __name__ == "__main__":
    main()
