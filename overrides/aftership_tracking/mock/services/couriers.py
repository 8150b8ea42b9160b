"""Lists couriers and detects them by number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.receivers import as_list
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call


class CourierLists:
    """The services of the resource `couriers`."""

    def __init__(self, couriers: Couriers) -> None:
        self._couriers = couriers

    def list(self, call: Call) -> Any:
        """The filters exist where the version declares them. All couriers of the mock are activated."""
        slugs = call.query.get("slug")
        return self._listed(call, slugs or self._couriers.at(call.version))

    def list_all(self, call: Call) -> Any:
        return self._listed(call, self._couriers.at(call.version))

    def detect(self, call: Call) -> Any:
        body = call.read(call.body, "CourierDetect")
        if "slug" in body and "slug_group" in body:
            raise Refusal((4008, 400), "body slug_group: not together with slug", "slug_group")
        found = self._couriers.detect(
            body["tracking_number"], among=as_list(body.get("slug")), group=body.get("slug_group")
        )
        return self._listed(call, found)

    def _listed(self, call: Call, slugs: Iterable[str]) -> dict[str, Any]:
        wanted = frozenset(slugs)
        found = [record for slug, record in self._couriers.at(call.version).items() if slug in wanted]
        return {"total": len(found), "couriers": found}
