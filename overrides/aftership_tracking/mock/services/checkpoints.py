"""The last checkpoint of a tracking."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.tracking import Rendering
from aftership_tracking.mock.services.find_parcel import find_parcel
from aftership_tracking.mock.services.service_call import ServiceCall

HEAD = ("id", "tracking_number", "slug", "tag", "subtag", "subtag_message")


class LastCheckpoints:
    """The services of the resource `last_checkpoints`."""

    def __init__(self, couriers: Couriers, seed: int) -> None:
        self._couriers = couriers
        self._seed = seed

    def get(self, call: ServiceCall) -> Any:
        rendering = Rendering(find_parcel(call, self._couriers), call.now, self._seed)
        tracking, checkpoint = rendering.tracking(call.api), rendering.last_checkpoint(call.api)
        names = call.query.get("fields")
        if names:
            checkpoint = {name: value for name, value in checkpoint.items() if name in names}
        return call.wrap({**{name: tracking[name] for name in HEAD}, "checkpoint": checkpoint})
