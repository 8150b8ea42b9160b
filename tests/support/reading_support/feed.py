"""A service that makes up any number of trackings: pages of real shape, without storing any tracking."""

from __future__ import annotations

from typing import Any

import httpx

from aftership_tracking import AfterShip

ITEM = (
    '{"id":"%032d","tracking_number":"AB%09d","slug":"usps","active":true,'
    '"created_at":"2026-07-01T00:00:00+00:00","updated_at":"2026-07-02T00:00:00+00:00",'
    '"tag":"InTransit","subtag":"InTransit_001","title":"parcel","checkpoints":['
    '{"slug":"usps","city":"Oslo","created_at":"2026-07-01T10:00:00+00:00","tag":"InTransit",'
    '"checkpoint_time":"2026-07-01T10:00:00+02:00","message":"on its way"}]}'
)


class Feed(httpx.BaseTransport):
    """Lists `size` trackings, by page number or by cursor: whatever the requested version has."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pages = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.pages += 1
        query = request.url.params
        limit, version = int(query.get("limit", 100)), request.url.path.split("/")[2]
        if version < "2024-10":
            page = int(query.get("page", 1))
            start = (page - 1) * limit
            end = min(start + limit, self.size)
            paging = f'"page":{page},"limit":{limit},"count":{max(end - start, 0)}'
        else:
            start = int(query.get("cursor") or 0)
            end = min(start + limit, self.size)
            more = end < self.size
            paging = (
                f'"pagination":{{"total":{self.size},"next_cursor":"{end if more else ""}",'
                f'"has_next_page":{"true" if more else "false"}}}'
            )
        items = ",".join(ITEM % (n, n) for n in range(start, end))
        body = f'{{"meta":{{"code":200}},"data":{{{paging},"trackings":[{items}]}}}}'
        return httpx.Response(200, content=body.encode(), request=request)


def feed(size: int) -> Any:
    """The list of an account of this many trackings, in pages of 50."""
    client = AfterShip("k", http_client=httpx.Client(transport=Feed(size)), limiter=None)
    return client.trackings.list(limit=50)
