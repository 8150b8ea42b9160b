"""Who gets notifications about a tracking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.details import RECEIVERS
from aftership_tracking.mock.receivers import added, as_list, removed, valid
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.finding import parcel_of


class Notifications:
    """The services of the resource `notifications`."""

    def __init__(self, couriers: Couriers) -> None:
        self._couriers = couriers

    def get(self, call: Call) -> Any:
        details = parcel_of(call, self._couriers).details
        return call.wrapped({kind: details.get(kind, []) for kind in RECEIVERS})

    def add(self, call: Call) -> Any:
        return self._change(call, lambda kind, present, given: added(present, valid(kind, given)))

    def remove(self, call: Call) -> Any:
        """Answers what remains. Which of the two lists the service answers is not documented."""
        return self._change(call, lambda _, present, given: removed(present, given))

    def _change(self, call: Call, changed: Callable[[str, list[str], list[str]], list[str]]) -> Any:
        parcel = parcel_of(call, self._couriers)
        lists = {
            kind: changed(kind, parcel.details.get(kind, []), as_list(call.body.get(kind)))
            for kind in RECEIVERS
        }
        parcel.details = {**parcel.details, **lists}
        parcel.changed_at = call.now
        return call.wrapped(lists)
