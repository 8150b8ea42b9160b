"""Both colours of a client, called alike."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from aftership_tracking.runtime.clocks import Clocks
from writing_support.wire import NEWEST, Wire

COLOURS = ("sync", "async")
START = 1_707_214_530.0  # where the mock's clock stands too


class Hands:
    """A clock that sleeping moves, together with the one of the mock."""

    def __init__(self, mock_clock: Any = None) -> None:
        self.passed = 0.0
        self.slept: list[float] = []
        self._mock_clock = mock_clock

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)

    def advance(self, seconds: float) -> None:
        self.passed += seconds
        if self._mock_clock is not None:
            self._mock_clock.advance(seconds)

    def clocks(self, random: float = 0.0) -> Clocks:
        return Clocks(lambda: self.passed, lambda: START + self.passed, lambda: random)


def clocks() -> Clocks:
    """Return clocks by which no retry waits."""
    return Hands().clocks()


class Caller:
    """`trackings` of a client. What it returns has been awaited; what it iterates over is a list."""

    def __init__(self, colour: str, client: Any) -> None:
        self.colour = colour
        self.client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client.trackings, name)

        def call(*arguments: Any, **named: Any) -> Any:
            if self.colour == "sync":
                found = method(*arguments, **named)
                return list(found) if hasattr(found, "__next__") else found

            async def awaited() -> Any:
                found = method(*arguments, **named)
                if hasattr(found, "__anext__"):
                    return [each async for each in found]
                return await found

            return asyncio.run(awaited())

        return call


@contextmanager
def calling(colour: str, wire: Wire, version: str = NEWEST, **settings: Any) -> Iterator[Caller]:
    """Give a caller of a version whose requests go over the wire."""
    package = importlib.import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    given = {"api_key": "test-key", "limiter": None, "clocks": clocks(), **settings}
    if colour == "sync":
        with httpx.Client(transport=wire) as http:
            yield Caller(colour, package.AfterShip(http_client=http, **given))
    else:
        http_client = httpx.AsyncClient(transport=wire)
        try:
            yield Caller(colour, package.AsyncAfterShip(http_client=http_client, **given))
        finally:
            asyncio.run(http_client.aclose())
