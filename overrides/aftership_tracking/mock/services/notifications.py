"""Who gets notifications about a tracking. Later versions change the tracking itself for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.details import UPDATED
from aftership_tracking.mock.receivers import RECEIVERS, added, as_list, removed, valid
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.finding import parcel_of
from aftership_tracking.mock.store import Parcel


class Notifications:
    """The services of the resource `notifications`."""

    def __init__(self, couriers: Couriers) -> None:
        self._couriers = couriers

    def get(self, call: Call) -> Any:
        return call.wrapped(_receivers(call, parcel_of(call, self._couriers)))

    def add(self, call: Call) -> Any:
        """Receivers beyond the three that a tracking has room for are left out like unreachable ones."""
        return self._change(call, lambda kind, present, given: added(present, valid(kind, given)))

    def remove(self, call: Call) -> Any:
        """Answers what remains. Which of the two lists the service answers is not documented."""
        return self._change(call, lambda _, present, given: removed(present, given))

    def _change(self, call: Call, changed: Callable[[str, list[str], list[str]], list[str]]) -> Any:
        parcel = parcel_of(call, self._couriers)
        lists = {
            kind: changed(kind, present, as_list(call.body.get(kind)))
            for kind, present in _receivers(call, parcel).items()
        }
        parcel.details = parcel.details.changed(lists, UPDATED, call.version)
        parcel.changed_at = call.now
        return call.wrapped(_receivers(call, parcel))


def _receivers(call: Call, parcel: Parcel) -> dict[str, list[str]]:
    details = parcel.details.at(call.version)
    return {kind: details.get(kind, []) for kind in RECEIVERS}
