"""CPU of one call over a transport that responds at once, against bare httpx and json.loads."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import httpx

from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits import MemoryLimiter
from aftership_tracking.v2024_01 import AfterShip
from benchmarks import default_output, peers
from benchmarks.figure import Figure
from benchmarks.page import body, tracking
from benchmarks.report import budgets
from benchmarks.timing import seconds_by_turns

CALLS = 200
ROW = "CPU of one get, against httpx.Client.get and json.loads"


class Wall:
    """A clock that each call moves on by the pace of the limit, so that no figure includes a pause."""

    def __init__(self) -> None:
        self.now = 1_707_300_000.0

    def __call__(self) -> float:
        return self.now

    def headers(self) -> dict[str, str]:
        """Move the clock and return the headers of a response at that time."""
        self.now += 0.25
        return {
            "content-type": "application/json",
            "as-api-version": "2024-01",
            "x-ratelimit-limit": "10",
            "x-ratelimit-remaining": "6",
            "x-ratelimit-reset": str(int(self.now) + 1),
        }


def figures() -> list[Figure]:
    content, wall = body({"tracking": tracking(1)}), Wall()

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers=wall.headers(), request=request)

    # Without an http_client the client sends through one of httpx's transports, so that is what it gets here.
    transport = httpx.MockTransport(respond)
    limiter = MemoryLimiter(_clocks=Clocks(monotonic=wall, clock=wall))
    with httpx.Client(transport=transport, headers={"as-api-key": "k"}) as bare:
        clients = {
            "client": AfterShip(api_key="k", http_client=transport, limiter=limiter),
            "client, without limits": AfterShip(api_key="k", http_client=transport, limiter=None),
            "client, over a given httpx.Client": AfterShip(api_key="k", http_client=bare, limiter=None),
        }

        def bare_calls() -> None:
            for _ in range(CALLS):
                json.loads(bare.get("https://api.aftership.com/tracking/2024-01/trackings/1").content)

        def calls(client: AfterShip) -> None:
            for _ in range(CALLS):
                client.trackings.get("1")

        get = default_output.get(transport)

        def default_calls() -> None:
            for _ in range(CALLS):
                get()

        candidates: dict[str, Callable[[], None]] = {
            name: partial(calls, client) for name, client in clients.items()
        }
        candidates[default_output.WHO] = default_calls
        seconds = seconds_by_turns({"httpx": bare_calls, **candidates}, rounds=15)
    promised = {"client": budgets.GET}
    return [
        *(Figure(ROW, name, seconds[name] / seconds["httpx"], promised.get(name)) for name in candidates),
        Figure(ROW, peers.OFFICIAL_SDK, peers.official_sdk()["get"]),
    ]
