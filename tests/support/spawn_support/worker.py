"""What a pool of spawned processes runs: an initializer makes one client in each process."""

from __future__ import annotations

import httpx

from aftership_tracking import AfterShip

_clients: list[AfterShip] = []


def _respond(request: httpx.Request) -> httpx.Response:
    tracking = {"id": request.url.path.rpartition("/")[2], "tracking_number": "1Z"}
    return httpx.Response(200, json={"meta": {"code": 200}, "data": tracking})


def start(key: str) -> None:
    """Make the client of this process."""
    _clients.append(AfterShip(key, http_client=httpx.Client(transport=httpx.MockTransport(_respond))))


def work(identifier: str) -> str:
    """Use the client of this process."""
    return str(_clients[0].trackings.get(identifier).id)
