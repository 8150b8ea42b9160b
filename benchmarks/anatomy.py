"""Where the CPU of one get goes: each part by itself, as a share of httpx.Client.get and json.loads."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx

from aftership_tracking.runtime.calls.step_loops import run_steps
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits import MemoryLimiter, SlotRequest
from aftership_tracking.runtime.models import codec
from aftership_tracking.runtime.options import Options
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response
from aftership_tracking.runtime.wire.transport import choose_transport
from aftership_tracking.v2024_01 import AfterShip
from aftership_tracking.v2024_01.resources import trackings
from benchmarks.calling import Wall
from benchmarks.figure import Figure
from benchmarks.page import body, tracking
from benchmarks.timing import seconds_by_turns

CALLS = 200
ROW = "where one get goes, as shares of httpx.Client.get and json.loads"
URL = "https://api.aftership.com/tracking/2024-01/trackings/1"


def figures() -> list[Figure]:
    content, wall = body({"tracking": tracking(1)}), Wall()

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers=wall.headers(), request=request)

    transport = httpx.MockTransport(respond)
    client = AfterShip(api_key="k", http_client=transport, limiter=None)
    planner, limiter = client._planner, MemoryLimiter(_clocks=Clocks(monotonic=wall, clock=wall))
    query = {"fields": None, "lang": None}
    plan = planner.plan(trackings.GET, ("1",), query, None, Options())
    signed = client._setup.credentials.authenticator.sign(plan.request)
    exchange = choose_transport(transport).exchange
    response = exchange(signed)
    slot_request = SlotRequest(bucket="bucket", limit=trackings.GET.limit)

    class Ready:
        def exchange(self, _: Request) -> Response:
            return response

    done = run_steps(planner.steps(plan), Ready(), None, lambda _: None)
    raw = httpx.Request("GET", URL)

    def limit() -> None:
        wall.now += 0.25
        limiter.acquire(slot_request)
        limiter.learn(slot_request, 200, Headers(wall.headers().items()))

    parts: dict[str, Callable[[], object]] = {
        "path, query, headers": lambda: planner.plan(trackings.GET, ("1",), query, None, Options()),
        "steps, signing, retry decision": lambda: run_steps(
            planner.steps(plan), Ready(), None, lambda _: None
        ),
        "limiter": limit,
        "httpx: request, response, bytes": lambda: exchange(signed),
        "  of it the made-up response itself": lambda: respond(raw),
        "response to models": lambda: client._reader.read_value(trackings.GET, plan, done),
        "  of it msgspec and the times": lambda: codec.decode(
            content, client._setup.models, "TrackingResponse"
        ),
    }
    with httpx.Client(transport=transport, headers={"as-api-key": "k"}) as bare:
        candidates = {"bare": lambda: json.loads(bare.get(URL).content), **parts}
        seconds = seconds_by_turns({name: _often(part) for name, part in candidates.items()}, rounds=15)
    return [Figure(ROW, name, seconds[name] / seconds["bare"]) for name in parts]


def _often(part: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(CALLS):
            part()

    return run
