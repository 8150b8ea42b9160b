"""CPU of one call over a transport that answers at once, against bare httpx and json.loads."""

from __future__ import annotations

import json

import httpx

from aftership_tracking.v2024_01 import AfterShip
from benchmarks.figure import Figure
from benchmarks.page import body, tracking
from benchmarks.timing import seconds_by_turns

CALLS = 200
HEADERS = {
    "content-type": "application/json",
    "as-api-version": "2024-01",
    "x-ratelimit-limit": "10",
    "x-ratelimit-remaining": "9",
    "x-ratelimit-reset": "1707300001",
}


def figures() -> list[Figure]:
    answer = body({"tracking": tracking(1)})

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=answer, headers=HEADERS, request=request)

    bare = httpx.Client(transport=httpx.MockTransport(respond), headers={"as-api-key": "k"})
    wrapped = httpx.Client(transport=httpx.MockTransport(respond))
    with bare, wrapped, AfterShip(api_key="k", http_client=wrapped, limiter=None) as client:

        def bare_calls() -> None:
            for _ in range(CALLS):
                json.loads(bare.get("https://api.aftership.com/tracking/2024-01/trackings/1").content)

        def client_calls() -> None:
            for _ in range(CALLS):
                client.trackings.get("1")

        seconds = seconds_by_turns({"httpx": bare_calls, "client": client_calls}, rounds=15)
    row = "CPU of one get, against httpx.Client.get and json.loads"
    return [Figure(row, "client", seconds["client"] / seconds["httpx"], "at most 0.95")]
