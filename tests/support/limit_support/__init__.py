"""A clock by hand, callers that wait for their places, a service that counts in windows, and a Redis."""

from __future__ import annotations

import heapq
import itertools
import math
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from aftership_tracking.runtime.limits import Ask
from aftership_tracking.runtime.operation import RateLimit

START = 1_700_000_000.0
_names = itertools.count()


class Hand:
    """A clock that is moved by hand."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def new_ask(requests: int = 5, seconds: float = 1.0, **given: Any) -> Ask:
    """A wish for a bucket that nobody has used."""
    return Ask(f"account/{next(_names)}", RateLimit(requests, seconds, False), **given)


class Caller(NamedTuple):
    """Somebody who wants to send one request."""

    at: float
    """When it comes, in seconds after the start."""
    priority: int = 0
    late: float = 0.0
    """How much later than meant it wakes up, and how long its request takes to the service."""


class Sent(NamedTuple):
    """One request."""

    at: float
    caller: int


def play(limiter: Any, hand: Hand, ask: Ask, callers: Sequence[Caller], service: Any = None) -> list[Sent]:
    """Let callers come, wait, come back and send. `service` answers what they send."""
    sent: list[Sent] = []
    begun = hand.now
    # Who does what next: at equal times in the order of the callers.
    agenda: list[tuple[float, int, Ask, bool]] = [
        (begun + caller.at, number, ask._replace(priority=caller.priority), False)
        for number, caller in enumerate(callers)
    ]
    heapq.heapify(agenda)
    for _ in range(200 * len(callers) + 200):
        if not agenda:
            return sent
        hand.now, number, wish, placed = heapq.heappop(agenda)
        if placed:
            sent.append(Sent(hand.now, number))
            if service is not None:
                service(limiter, wish)
            continue
        grant, late = limiter.acquire(wish), callers[number].late
        wish = wish._replace(ticket=grant.ticket)
        if not grant.reserved:
            heapq.heappush(agenda, (hand.now + grant.wait + late, number, wish, False))
        elif service is None:
            sent.append(Sent(hand.now + grant.wait, number))
        else:
            heapq.heappush(agenda, (hand.now + grant.wait + late, number, wish, True))
    raise AssertionError("callers are asked to come back for ever")


class Service:
    """Counts requests in windows as the mock does, and tells the limiter what it would say."""

    def __init__(self, hand: Hand, requests: int, ahead: float = 0.0) -> None:
        self.hand = hand
        self.requests = requests
        self.ahead = ahead
        self.counts: dict[int, int] = {}
        self.refused = 0

    def __call__(self, limiter: Any, ask: Ask) -> None:
        window = math.floor(self.hand.now + self.ahead)
        used = self.counts[window] = self.counts.get(window, 0) + 1
        status = 429 if used > self.requests else 200
        self.refused += status == 429
        from email.utils import formatdate

        headers = {
            "X-RateLimit-Limit": str(self.requests),
            "X-RateLimit-Remaining": str(max(0, self.requests - used)),
            "X-RateLimit-Reset": str(window + 1),
            "Date": formatdate(self.hand.now + self.ahead, usegmt=True),
        }
        limiter.learn(ask._replace(took=0.01), status, headers)


def most_in_any(seconds: float, times: Sequence[float]) -> int:
    """How many of these times the fullest stretch of that length holds."""
    ordered = sorted(times)
    return max(
        (
            sum(first <= other < first + seconds - 1e-5 for other in ordered[place:])
            for place, first in enumerate(ordered)
        ),
        default=0,
    )


def redis_program() -> str:
    """Where redis-server is. Without it a test is skipped, but not where everything must be there."""
    found = shutil.which("redis-server")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    return found


@contextmanager
def running_redis(*options: str) -> Iterator[str]:
    """Run a Redis of our own on a free port of loopback; gives its URL."""
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
            server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert server.poll() is None, "redis-server ended at once"
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(100):
                    return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("redis-server does not answer")
