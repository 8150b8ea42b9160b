"""CPU of one call over a transport that answers at once, against bare httpx and json.loads."""

from __future__ import annotations

import json

import httpx

from aftership_tracking.runtime.limits import Ask, Grant
from aftership_tracking.v2024_01 import AfterShip
from benchmarks.figure import Figure
from benchmarks.page import body, tracking
from benchmarks.timing import seconds_by_turns

CALLS = 200
HEADERS = {
    "content-type": "application/json",
    "as-api-version": "2024-01",
    "x-ratelimit-limit": "1000000",
    "x-ratelimit-remaining": "999999",
    "x-ratelimit-reset": "1707300001",
}
ROW = "CPU of one get, against httpx.Client.get and json.loads"


class NeverWaits:
    """Does all that the default limiter does, and lets everything through: a figure must not hold pauses."""

    def __init__(self) -> None:
        from aftership_tracking.runtime.limits import MemoryLimiter

        self._limiter = MemoryLimiter()

    def acquire(self, ask: Ask) -> Grant:
        self._limiter.acquire(ask)
        return Grant(0.0, reserved=True)

    def learn(self, ask: Ask, status: int, headers: object) -> None:
        self._limiter.learn(ask, status, headers)  # type: ignore[arg-type]


def figures() -> list[Figure]:
    answer = body({"tracking": tracking(1)})

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=answer, headers=HEADERS, request=request)

    # Without an http_client the client sends through one of httpx's transports, so that is what it gets here.
    transport = httpx.MockTransport(respond)
    with httpx.Client(transport=transport, headers={"as-api-key": "k"}) as bare:
        clients = {
            "client": AfterShip(api_key="k", http_client=transport, limiter=None),
            "client, with a limiter": AfterShip(api_key="k", http_client=transport, limiter=NeverWaits()),
            "client, over a given httpx.Client": AfterShip(api_key="k", http_client=bare, limiter=None),
        }

        def bare_calls() -> None:
            for _ in range(CALLS):
                json.loads(bare.get("https://api.aftership.com/tracking/2024-01/trackings/1").content)

        def calls(client: AfterShip) -> None:
            for _ in range(CALLS):
                client.trackings.get("1")

        candidates = {name: (lambda client=client: calls(client)) for name, client in clients.items()}
        seconds = seconds_by_turns({"httpx": bare_calls, **candidates}, rounds=15)
    budgets = {"client": "at most 0.95"}
    return [Figure(ROW, name, seconds[name] / seconds["httpx"], budgets.get(name, "")) for name in clients]
