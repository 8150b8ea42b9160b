"""Lists trackings, page by page, and echoes the query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aftership_tracking.mock.filters import Window, fits
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.fields import chosen
from aftership_tracking.mock.store import RETENTION
from aftership_tracking.mock.times import read_zoned, utc_text
from aftership_tracking.mock.tracking import Rendering

# So many trackings can be reached through pages.
REACHABLE = 160_000


class Listing:
    """The service `trackings.list`. The newest tracking comes first; the order is not documented."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def list(self, call: Call) -> Any:
        query = call.query
        rules = call.exchange.served.pagination
        page = query.get(rules.get("page", "page"), 1)
        limit = query.get(rules.get("limit", "limit"), rules.get("default-limit", 100))
        if page * limit > REACHABLE:
            raise Refusal((4008, 400), f"query page: page times limit is above {REACHABLE}", "page")
        window = window_of(query, call.now)
        found = [
            rendering
            for parcel in call.account.newest_first()
            if fits(rendering := Rendering(parcel, call.now, self._seed), query, window)
        ]
        start = (page - 1) * limit
        names = query.get("fields")
        return {
            "page": page,
            "limit": limit,
            "count": len(found),
            "keyword": query.get("keyword", ""),
            "slug": _joined(query.get("slug")),
            "origin": _listed(query.get("origin")),
            "destination": _listed(query.get("destination")),
            "transit_time": _listed(query.get("transit_time")),
            "tag": query.get("tag", ""),
            "fields": _joined(names),
            "created_at_min": utc_text(window.created_min),
            "created_at_max": utc_text(window.created_max),
            "last_updated_at": None,
            "return_to_sender": [item in (True, "true") for item in _listed(query.get("return_to_sender"))],
            "courier_destination_country_iso3": _listed(query.get("courier_destination_country_iso3")),
            "trackings": [chosen(each.tracking(), names) for each in found[start : start + limit]],
        }


def window_of(query: dict[str, Any], now: datetime) -> Window:
    """The time bounds of a query. A bound that could not be read is None and gets its default."""
    oldest = now - RETENTION
    return Window(
        created_min=_bound(query, "created_at_min", oldest),
        created_max=_bound(query, "created_at_max", now),
        updated_min=_bound(query, "updated_at_min", oldest) if "updated_at_min" in query else None,
        updated_max=_bound(query, "updated_at_max", now) if "updated_at_max" in query else None,
    )


def _bound(query: dict[str, Any], name: str, default: datetime) -> datetime:
    text = query.get(name)
    moment = read_zoned(text) if text else None
    return default if moment is None else moment


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _joined(value: Any) -> str:
    return ",".join(str(item) for item in _listed(value))
