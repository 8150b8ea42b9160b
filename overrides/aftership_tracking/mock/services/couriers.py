"""Lists couriers and detects them by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock.error_codes import INVALID_REQUEST, VALUE_INVALID
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.details import as_list
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.paging import page_of
from aftership_tracking.mock.services.service_call import ServiceCall


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A courier in the order of a list, for versions that have pages of couriers."""

    serial: int
    record: dict[str, Any]


class CourierLists:
    """The services of the resource `couriers`."""

    def __init__(self, couriers: Couriers) -> None:
        self._couriers = couriers

    def list(self, call: ServiceCall) -> Any:
        """The filters exist where the version declares them. All couriers of the mock are activated."""
        slugs = call.query.get("slug")
        return self._list_of(call, slugs or self._couriers.at(call.version))

    def list_all(self, call: ServiceCall) -> Any:
        return self._list_of(call, self._couriers.at(call.version))

    def detect(self, call: ServiceCall) -> Any:
        body = call.to_code_version(call.body, "CourierDetect")
        if "slug" in body and "slug_group" in body:
            hint = "body slug_group: not together with slug"
            raise Refusal((VALUE_INVALID, INVALID_REQUEST), hint, "slug_group")
        found = self._couriers.detect(
            body["tracking_number"], among=as_list(body.get("slug")), group=body.get("slug_group")
        )
        return self._list_of(call, found)

    def _list_of(self, call: ServiceCall, slugs: Iterable[str]) -> dict[str, Any]:
        requested = frozenset(slugs)
        found = [record for slug, record in self._couriers.at(call.version).items() if slug in requested]
        if not call.pagination:
            return {"total": len(found), "couriers": found}
        # Pages go from the highest number down.
        numbered = [_Numbered(len(found) - index, record) for index, record in enumerate(found)]
        page = page_of(numbered, call.query, call.pagination)
        records = [each.record for each in page.items]
        return {"total": page.total, "couriers": records, "pagination": page.pagination}
