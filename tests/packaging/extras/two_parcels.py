"""A client of a service that has two parcels and needs no extra, for the programs beside this file."""

from __future__ import annotations

from typing import Any

import httpx

from aftership_tracking import AfterShip

NUMBERS = ["PARCEL0001", "PARCEL0002"]


def respond(request: httpx.Request) -> httpx.Response:
    found = [
        {
            "id": f"{number:0>32}",
            "tracking_number": number,
            "slug": "ups",
            "created_at": "2026-07-01T10:00:00Z",
        }
        for number in NUMBERS
    ]
    data: dict[str, Any] = {"pagination": {"has_next_page": False}, "trackings": found}
    return httpx.Response(200, json={"meta": {"code": 200}, "data": data}, request=request)


def client_of_two_parcels(**settings: Any) -> AfterShip:
    """A client whose calls all respond with the two parcels."""
    http_client = httpx.Client(transport=httpx.MockTransport(respond))
    return AfterShip(settings.pop("api_key", "any-key"), http_client=http_client, **settings)
