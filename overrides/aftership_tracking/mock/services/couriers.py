"""Lists couriers and detects them by number."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.receivers import as_list
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call


class CourierLists:
    """The services of the resource `couriers`."""

    def __init__(self, couriers: Couriers) -> None:
        self._couriers = couriers

    def list(self, call: Call) -> Any:  # noqa: ARG002 - every service takes the call
        return _listed(self._couriers.activated())

    def list_all(self, call: Call) -> Any:  # noqa: ARG002
        return _listed(self._couriers.all())

    def detect(self, call: Call) -> Any:
        body = call.body
        if "slug" in body and "slug_group" in body:
            raise Refusal((4008, 400), "body slug_group: not together with slug", "slug_group")
        found = self._couriers.detect(
            body["tracking_number"], among=as_list(body.get("slug")), group=body.get("slug_group")
        )
        return _listed([self._couriers.record(slug) for slug in found])


def _listed(couriers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"total": len(couriers), "couriers": couriers}
