"""A fleet of processes that share one key, against the mock that enforces the real limits."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from patience import PATIENCE

__all__ = ["Usage", "measure", "served_mock"]

WORKER = Path(__file__).with_name("worker.py")
# Seconds that are counted, and seconds before them, in which the fleet finds its pace.
COUNTED, BEFORE = 6, 2


class Usage(NamedTuple):
    """How much of the allowed rate a fleet used."""

    operation: str
    allowed: int
    """Requests per second."""
    used: float
    """Share of the allowed requests that were served, over all counted seconds."""
    by_second: tuple[int, ...]
    refused: int
    """Responses 429 after the first second."""
    refused_at_first: int
    stall: float
    """The longest time, in seconds, for which the machine stalled a worker or the service."""


@contextmanager
def served_mock() -> Iterator[str]:
    """Serve the mock on a free port of loopback, and yield its URL."""
    code = "from aftership_tracking.cli import main; main()"
    server = subprocess.Popen(
        [sys.executable, "-c", code, "mock", "--port", "0", "--enforce-limits"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        greeting = server.stdout.readline()
        yield next(word for word in greeting.split() if word.startswith("http://"))
    finally:
        server.terminate()
        server.wait(PATIENCE)
        if server.stdout is not None:
            server.stdout.close()


def measure(url: str, limiter: str, processes: int = 8) -> list[Usage]:
    """Let a fleet send as fast as its limiter allows, and count by the windows that the service announces."""
    workers = [
        subprocess.Popen(
            [sys.executable, str(WORKER), url, limiter],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        begin = time.time() + 0.2
        # One second more, so that no worker gives up waiting in a counted second.
        end = math.ceil(begin) + BEFORE + COUNTED + 1.0
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(f"{begin} {end}\n")
            worker.stdin.flush()
        reports = [json.loads(worker.communicate(timeout=PATIENCE)[0]) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(PATIENCE)
            for stream in (worker.stdin, worker.stdout):
                if stream is not None:
                    stream.close()
    everything = [tuple(one) for responses, _ in reports for one in responses]
    return _usages(everything, math.ceil(begin) + BEFORE, max(stall for _, stall in reports))


def _usages(responses: list[tuple[str, int, int, int, float]], begin: int, stall: float) -> list[Usage]:
    found = []
    for operation in sorted({one[0] for one in responses}):
        mine = [one for one in responses if one[0] == operation]
        first = min(sent for *_, sent in mine)
        served = Counter(window for _, status, _, window, _ in mine if status != 429)
        late = [status == 429 and sent > first + 1 for _, status, _, _, sent in mine]
        allowed = mine[0][2]
        by_second = tuple(served[second + 1] for second in range(begin, begin + COUNTED))
        refusals = sum(status == 429 for _, status, *_ in mine)
        used = sum(by_second) / (allowed * COUNTED)
        first_refusals = refusals - sum(late)
        found.append(Usage(operation, allowed, used, by_second, sum(late), first_refusals, round(stall, 3)))
    return found
