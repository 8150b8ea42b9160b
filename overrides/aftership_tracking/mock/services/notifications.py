"""Who gets notifications about a tracking. Later versions change the tracking itself for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.details import RECEIVERS, UPDATED, as_list
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.services.find_parcel import find_parcel
from aftership_tracking.mock.services.service_call import ServiceCall

_ADDRESS = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
_PHONE = re.compile(r"(?a)\+\d{5,15}")


class Notifications:
    """The services of the resource `notifications`."""

    def __init__(self, couriers: Couriers) -> None:
        self._couriers = couriers

    def get(self, call: ServiceCall) -> Any:
        return call.wrap(_receivers(call, find_parcel(call, self._couriers)))

    def add(self, call: ServiceCall) -> Any:
        """Receivers beyond the three that a tracking can have are dropped like unreachable ones."""
        return self._change(call, lambda kind, present, given: _add(present, _reachable(kind, given)))

    def remove(self, call: ServiceCall) -> Any:
        """Return what remains. Which of the two lists the service returns is not documented."""
        return self._change(call, lambda _, present, given: _remove(present, given))

    def _change(self, call: ServiceCall, change: Callable[[str, list[str], list[str]], list[str]]) -> Any:
        parcel = find_parcel(call, self._couriers)
        lists = {
            kind: change(kind, present, as_list(call.body.get(kind)))
            for kind, present in _receivers(call, parcel).items()
        }
        call.account.edit(parcel)
        parcel.details = parcel.details.with_changes(lists, UPDATED, call.version)
        parcel.changed_at = call.now
        return call.wrap(_receivers(call, parcel))


def _receivers(call: ServiceCall, parcel: Parcel) -> dict[str, list[str]]:
    details = parcel.details.at(call.version)
    return {kind: details.get(kind, []) for kind in RECEIVERS}


def _reachable(kind: str, receivers: Iterable[str]) -> list[str]:
    """Return the receivers that can be reached; the API drops the others silently."""
    pattern = _ADDRESS if kind == "emails" else _PHONE
    return [receiver for receiver in receivers if pattern.fullmatch(receiver)]


def _add(present: list[str], more: Iterable[str]) -> list[str]:
    """Return the present receivers and the new ones, each once."""
    return list(dict.fromkeys([*present, *more]))


def _remove(present: list[str], gone: Iterable[str]) -> list[str]:
    removed = set(gone)
    return [receiver for receiver in present if receiver not in removed]
