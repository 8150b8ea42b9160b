"""Interrupts a call with a deadline, as Ctrl-C does, and closes the client.

    python interrupted.py ADDRESS

Prints how many threads of calls are left, and how long they lasted is up to the test.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from aftership_tracking.v2026_07 import AfterShip


def calls() -> list[threading.Thread]:
    """The threads of calls."""
    return [thread for thread in threading.enumerate() if thread.name == "aftership-exchange"]


def interrupt_when(count: int) -> None:
    """Interrupt the main thread a while after so many calls have begun: then they wait for the response."""
    while len(calls()) < count:
        time.sleep(0.01)
    time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGINT)


def main(address: str) -> None:
    """Make the call, and print what it left."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    client = AfterShip("k" * 8, base_url=address, limiter=None, deadline=3600, timeout=3600)
    threading.Thread(target=interrupt_when, args=(1,)).start()
    try:
        client.trackings.get("p1")
    except KeyboardInterrupt:
        before = len(calls())
        client.close()
    # Two minutes at most, for what never comes: the server leaves its connections open.
    for _ in range(12_000):
        if calls():
            time.sleep(0.01)
    sys.stdout.write(f"{before} {len(calls())}")


if __name__ == "__main__":
    main(*sys.argv[1:])
