"""Lists trackings, page by page. Versions with numbered pages echo the query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aftership_tracking.mock.accounts.store import RETENTION, Account
from aftership_tracking.mock.documents.checked import CheckedEnvelope, CheckedList, checked_list
from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert_name, convert_parameter
from aftership_tracking.mock.documents.time_formats import read_zoned, write_utc
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.tracking import TRACKING, Rendering, select_fields
from aftership_tracking.mock.services.filters import (
    FILTERS,
    OTHER_PARAMETERS,
    Window,
    chosen_filters,
    fits,
    has_values,
)
from aftership_tracking.mock.services.paging import Page, page_of
from aftership_tracking.mock.services.service_call import ServiceCall

_NOTHING: Sequence[Parcel] = ()
_NEVER = datetime.max.replace(tzinfo=UTC)


class Listing:
    """The service `trackings.list`. The newest tracking comes first; the order is not documented."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def list(self, call: ServiceCall) -> Any:
        known = _known(call)
        if known is not None:
            return known
        query = _convert_query(call)
        window = window_of(query, call.now)
        others = _filters_without_code(call, query)
        found = everything = call.account.newest_first()
        if others or not _takes_all(query, window, call.account):
            found = [parcel for parcel in found if self._fits(call, parcel, query, window, others)]
        page = page_of(found, query, call.pagination)
        names = query.get("fields")
        shown: Sequence[Any]
        if names or found is not everything:
            shown = [select_fields(each, names) for each in self._shown(call, page.items)]
        else:
            shown = self._page(call, page.items, everything)
            _let_remember(call, page.items, shown)
        return {
            **(_echo(call.query, page, window) if _repeats_query(call) else {}),
            "pagination": page.pagination,
            "trackings": shown,
        }

    def _page(
        self, call: ServiceCall, items: Sequence[Parcel], everything: Sequence[Parcel]
    ) -> Sequence[Any]:
        """Return a page of all parcels: what it was before, while none of them changed.

        The account makes another list of them before a parcel changes by a call, and `until` says when one
        changes by itself.
        """
        if not items:
            return []
        memory, parcels = call.api.pages, call.api.remembered
        known = memory.find(items[0], (everything,), call.now)
        if known is not None and len(known) == len(items):
            return known
        shown = self._shown(call, items)
        ends = [parcels.until(parcel) for parcel in items]
        page, until = checked_list(shown), min((end for end in ends if end is not None), default=call.now)
        if page is None or None in ends:
            return shown
        memory.put(items[0], page, (everything,), call.now, until)
        return page

    def _shown(self, call: ServiceCall, items: Sequence[Parcel]) -> Sequence[Any]:
        return [self._rendering(call, parcel).shown(call.api) for parcel in items]

    def _fits(
        self, call: ServiceCall, parcel: Parcel, query: dict[str, Any], window: Window, others: dict[str, Any]
    ) -> bool:
        rendering = self._rendering(call, parcel)
        return fits(rendering, query, window) and (
            not others or has_values(rendering.tracking(call.api), others)
        )

    def _rendering(self, call: ServiceCall, parcel: Parcel) -> Rendering:
        return Rendering(parcel, call.now, self._seed)


def _known(call: ServiceCall) -> CheckedEnvelope | None:
    """Return the response to the same query before, while it holds; see `_let_remember`."""
    requested, created = call.exchange.accepted_query, call.account.created
    if requested is None or (created is not None and call.now - created[0] > RETENTION):
        # Where the clock was set back, a parcel may be too old to be listed while one before it is not: the
        # account removes them in the order in which they came.
        return None
    return call.api.lists.find(requested, _parts(call), call.now)


def _let_remember(call: ServiceCall, items: Sequence[Parcel], shown: Sequence[Any]) -> None:
    """Let the response be remembered for its query, if it is a page of all parcels that `_page` remembers.

    So it holds as long: no parcel came, went or changed. Numbered pages say the time, and are another
    response each second.
    """
    exchange, requested = call.exchange, call.exchange.accepted_query
    if requested is None or exchange.hints or _repeats_query(call):
        # A hint belongs to each request: the service would not give it again.
        return
    until: datetime | None = _NEVER
    if items:
        until = call.api.pages.until(items[0]) if isinstance(shown, CheckedList) else None
    if until is not None:
        keep, parts, since = call.api.lists.put, _parts(call), call.now
        exchange.remember = lambda response: keep(requested, response, parts, since, until)


def _parts(call: ServiceCall) -> tuple[Any, ...]:
    # An account that holds nothing lives no longer than its request, and so does its list.
    return (call.account.newest_first() or _NOTHING,)


def _takes_all(query: dict[str, Any], window: Window, account: Account) -> bool:
    """Whether a query matches every parcel, so that none has to be looked at: most lists have no filter."""
    if window.updated_min is not None or window.updated_max is not None:
        return False
    if any(value not in (None, "", []) for name, value in query.items() if name in FILTERS):
        return False
    created = account.created
    return created is None or (window.created_min <= created[0] and created[1] <= window.created_max)


def _convert_query(call: ServiceCall) -> dict[str, Any]:
    """Return the query with the names of the mock's code: a filter is renamed by itself or with its field.

    What pages use keeps its name, which the document says. Do not change it.
    """
    if call.version == CODE_VERSION:
        return call.query
    return {_code_name(call, name): value for name, value in call.query.items()}


def _code_name(call: ServiceCall, name: str) -> str:
    if name in call.pagination.values():
        return name
    renamed = convert_parameter(call.exchange.routed_operation.id, name, call.version, CODE_VERSION)
    if renamed == name and name in call.api.fields(TRACKING):
        return convert_name(name, TRACKING, call.version, CODE_VERSION)
    return renamed


def _filters_without_code(call: ServiceCall, query: dict[str, Any]) -> dict[str, Any]:
    """Return the filters that only their document knows. They are compared with the field of their name."""
    paging = call.pagination.values()
    new = {
        name: value
        for name, value in query.items()
        if name not in FILTERS
        and name not in OTHER_PARAMETERS
        and name not in paging
        and value not in ("", [])
    }
    return chosen_filters(call, new, call.api.fields(TRACKING)) if new else new


def _repeats_query(call: ServiceCall) -> bool:
    """Whether the version may declare what `_echo` says; what it does not declare is removed later."""
    return call.pagination.get("kind") != "cursor"


def _echo(query: dict[str, Any], page: Page[Parcel], window: Window) -> dict[str, Any]:
    """Return what numbered pages repeat of the query."""
    return {
        "page": page.number,
        "limit": page.limit,
        "count": page.total,
        "keyword": query.get("keyword", ""),
        "slug": _join(query.get("slug")),
        "origin": _as_list(query.get("origin")),
        "destination": _as_list(query.get("destination")),
        "transit_time": _as_list(query.get("transit_time")),
        "tag": query.get("tag", ""),
        "fields": _join(query.get("fields")),
        "created_at_min": write_utc(window.created_min),
        "created_at_max": write_utc(window.created_max),
        "last_updated_at": None,
        "return_to_sender": [item in (True, "true") for item in _as_list(query.get("return_to_sender"))],
        "courier_destination_country_iso3": _as_list(query.get("courier_destination_country_iso3")),
    }


def window_of(query: dict[str, Any], now: datetime) -> Window:
    """Return the time bounds of a query. A bound that could not be read is None and gets its default."""
    oldest = now - RETENTION
    return Window(
        created_min=_bound(query, "created_at_min", oldest),
        created_max=_bound(query, "created_at_max", now),
        updated_min=_bound(query, "updated_at_min", oldest) if "updated_at_min" in query else None,
        updated_max=_bound(query, "updated_at_max", now) if "updated_at_max" in query else None,
    )


def _bound(query: dict[str, Any], name: str, default: datetime) -> datetime:
    text = query.get(name)
    bound = read_zoned(text) if text else None
    return default if bound is None else bound


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _join(value: Any) -> str:
    return ",".join(str(item) for item in _as_list(value))
