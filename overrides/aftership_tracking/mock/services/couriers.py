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
        """The activated couriers. In versions without `list_all`, all of them, as far as filters let them."""
        if call.api.operation("couriers", "list_all") is not None:
            return self._list_of(call, self._couriers.activated())
        active, slugs = call.query.get("active"), call.query.get("slug")
        if active is False:
            call.exchange.hint = "query active: only true filters; what false does is not documented"
        found = self._couriers.activated() if active else self._couriers.all()
        return self._list_of(call, [slug for slug in found if slug in slugs] if slugs else found)

    def list_all(self, call: ServiceCall) -> Any:
        return self._list_of(call, self._couriers.all())

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
        found = [self._couriers.record(slug, call.version) for slug in slugs]
        if not call.pagination:
            return {"total": len(found), "couriers": found}
        # Pages go from the highest number down.
        numbered = [_Numbered(len(found) - index, record) for index, record in enumerate(found)]
        page = page_of(numbered, call.query, call.pagination)
        records = [each.record for each in page.items]
        return {"total": page.total, "couriers": records, "pagination": page.pagination}
