"""Lists trackings, page by page. Versions with numbered pages echo the query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aftership_tracking.mock.filters import Window, fits
from aftership_tracking.mock.paging import Page, page_of
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.fields import chosen
from aftership_tracking.mock.shapes import WRITTEN, name_of
from aftership_tracking.mock.store import RETENTION
from aftership_tracking.mock.times import read_zoned, utc_text
from aftership_tracking.mock.tracking import TRACKING, Rendering


class Listing:
    """The service `trackings.list`. The newest tracking comes first; the order is not documented."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def list(self, call: Call) -> Any:
        query = _written(call)
        window = window_of(query, call.now)
        found = [
            rendering
            for parcel in call.account.newest_first()
            if fits(rendering := Rendering(parcel, call.now, self._seed), query, window)
        ]
        page = page_of(found, query, call.exchange.served.pagination)
        names = query.get("fields")
        return {
            **_echo(call.query, page, window),
            "pagination": page.pagination,
            "trackings": [chosen(each.tracking(call.api), names) for each in page.items],
        }


def _written(call: Call) -> dict[str, Any]:
    """The query by the names that the mock is written in: a filter moves with the field that it is about."""
    known = call.api.fields(TRACKING)
    return {
        name_of(name, TRACKING, call.version, WRITTEN) if name in known else name: value
        for name, value in call.query.items()
    }


def _echo(query: dict[str, Any], page: Page[Rendering], window: Window) -> dict[str, Any]:
    """What numbered pages repeat of the query. Later versions declare nothing of it, so it is cut."""
    return {
        "page": page.number,
        "limit": page.limit,
        "count": page.total,
        "keyword": query.get("keyword", ""),
        "slug": _joined(query.get("slug")),
        "origin": _listed(query.get("origin")),
        "destination": _listed(query.get("destination")),
        "transit_time": _listed(query.get("transit_time")),
        "tag": query.get("tag", ""),
        "fields": _joined(query.get("fields")),
        "created_at_min": utc_text(window.created_min),
        "created_at_max": utc_text(window.created_max),
        "last_updated_at": None,
        "return_to_sender": [item in (True, "true") for item in _listed(query.get("return_to_sender"))],
        "courier_destination_country_iso3": _listed(query.get("courier_destination_country_iso3")),
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
