"""A manual clock, callers that wait for their slots, a service that counts in windows, and a Redis."""

from __future__ import annotations

import heapq
import itertools
import math
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits import SlotRequest
from aftership_tracking.runtime.operation import RateLimit
from patience import PATIENCE, wait_until

START = 1_700_000_000.0
_names = itertools.count()


class ManualClock:
    """A clock that only tests move."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def clocks_of(clock: ManualClock) -> Clocks:
    """The clocks of a limiter that all show the time of this one."""
    return Clocks(monotonic=clock, clock=clock)


def new_slot_request(requests: int = 5, seconds: float = 1.0, **given: Any) -> SlotRequest:
    """A request for a slot of a new bucket."""
    return SlotRequest(
        bucket=f"account/{next(_names)}",
        limit=RateLimit(requests=requests, seconds=seconds, shared=False),
        **given,
    )


def acquire_many(limiter: Any, slot_request: SlotRequest, count: int) -> list[bool]:
    """Request slots one after the other. Return for each whether it was reserved."""
    return [limiter.acquire(slot_request).reserved for _ in range(count)]


class Caller(NamedTuple):
    """A caller that wants to send one request."""

    at: float
    """When it arrives, in seconds after the start."""
    priority: int = 0
    late: float = 0.0
    """How much later than planned it wakes up, and how long its request takes to reach the service."""


class Sent(NamedTuple):
    """One request."""

    at: float
    caller: int


def simulate(
    limiter: Any,
    clock: ManualClock,
    slot_request: SlotRequest,
    callers: Sequence[Caller],
    service: Any = None,
) -> list[Sent]:
    """Let callers arrive, wait, come back and send. `service` responds to what they send."""
    sent: list[Sent] = []
    begun = clock.now
    # What happens next: at equal times in the order of the callers.
    agenda: list[tuple[float, int, SlotRequest, bool]] = [
        (begun + caller.at, number, replace(slot_request, priority=caller.priority), False)
        for number, caller in enumerate(callers)
    ]
    heapq.heapify(agenda)
    for _ in range(200 * len(callers) + 200):
        if not agenda:
            return sent
        clock.now, number, current, has_slot = heapq.heappop(agenda)
        if has_slot:
            sent.append(Sent(clock.now, number))
            if service is not None:
                service(limiter, current)
            continue
        grant, late = limiter.acquire(current), callers[number].late
        current = replace(current, ticket=grant.ticket)
        if not grant.reserved:
            heapq.heappush(agenda, (clock.now + grant.wait + late, number, current, False))
        elif service is None:
            sent.append(Sent(clock.now + grant.wait, number))
        else:
            heapq.heappush(agenda, (clock.now + grant.wait + late, number, current, True))
    raise AssertionError("callers have to come back for ever")


class Service:
    """Counts requests in windows as the mock does, and passes its response headers to the limiter."""

    def __init__(self, clock: ManualClock, requests: int, ahead: float = 0.0) -> None:
        self.clock = clock
        self.requests = requests
        self.ahead = ahead
        self.counts: dict[int, int] = {}
        self.refused = 0

    def __call__(self, limiter: Any, slot_request: SlotRequest) -> None:
        window = math.floor(self.clock.now + self.ahead)
        used = self.counts[window] = self.counts.get(window, 0) + 1
        status = 429 if used > self.requests else 200
        self.refused += status == 429
        from email.utils import formatdate

        headers = {
            "X-RateLimit-Limit": str(self.requests),
            "X-RateLimit-Remaining": str(max(0, self.requests - used)),
            "X-RateLimit-Reset": str(window + 1),
            "Date": formatdate(self.clock.now + self.ahead, usegmt=True),
        }
        limiter.learn(replace(slot_request, took=0.01), status, headers)


def most_in_any(seconds: float, times: Sequence[float]) -> int:
    """How many of these times are in the fullest period of that length."""
    ordered = sorted(times)
    return max(
        (
            sum(first <= other < first + seconds - 1e-5 for other in ordered[index:])
            for index, first in enumerate(ordered)
        ),
        default=0,
    )


def redis_program() -> str:
    """The path of redis-server. Without it a test is skipped locally, and fails in CI."""
    found = shutil.which("redis-server")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    return found


@contextmanager
def running_redis(*options: str) -> Iterator[str]:
    """Run a Redis of our own on a free port of loopback, and yield its URL."""
    program = redis_program()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [
                program,
                "--port",
                str(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder,
                "--daemonize",
                "no",
                *options,
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, server)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    def responds() -> bool:
        assert server.poll() is None, "redis-server exited at once"
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                connection.sendall(b"PING\r\n")
                return bool(connection.recv(100))
        except OSError:
            return False

    wait_until(responds, "redis-server responds")
