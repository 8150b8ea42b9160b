"""The sync and the async client, called in the same way."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from aftership_tracking.runtime.clocks import Clocks, use_clocks
from writing_support.wire import NEWEST, Wire

VARIANTS = ("sync", "async")
START = 1_707_214_530.0  # the start of the mock's clock


class FakeClock:
    """A clock that sleeping moves forward, together with the clock of the mock."""

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
        return Clocks(
            monotonic=lambda: self.passed,
            clock=lambda: START + self.passed,
            random=lambda: random,
            sleep=self.sleep,
            sleep_async=self.sleep_async,
        )


def clocks() -> Clocks:
    """Return clocks with which retries do not wait."""
    return FakeClock().clocks()


class Caller:
    """`trackings` of a client. It awaits results, and turns iterators into lists."""

    def __init__(self, variant: str, client: Any) -> None:
        self.variant = variant
        self.client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client.trackings, name)

        def call(*arguments: Any, **named: Any) -> Any:
            if self.variant == "sync":
                found = method(*arguments, **named)
                return list(found) if hasattr(found, "__next__") else found

            async def await_result() -> Any:
                found = method(*arguments, **named)
                if hasattr(found, "__anext__"):
                    return [each async for each in found]
                return await found

            return asyncio.run(await_result())

        return call


@contextmanager
def open_caller(
    variant: str, wire: Wire, version: str = NEWEST, *, clocks: Clocks | None = None, **settings: Any
) -> Iterator[Caller]:
    """Yield a caller of a version whose requests go through the wire."""
    package = importlib.import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    given = {"api_key": "test-key", "limiter": None, **settings}
    used = use_clocks(FakeClock().clocks() if clocks is None else clocks)
    if variant == "sync":
        with httpx.Client(transport=wire) as http:
            with used:
                client = package.AfterShip(http_client=http, **given)
            yield Caller(variant, client)
    else:
        http_client = httpx.AsyncClient(transport=wire)
        try:
            with used:
                client = package.AsyncAfterShip(http_client=http_client, **given)
            yield Caller(variant, client)
        finally:
            asyncio.run(http_client.aclose())
