"""The last checkpoint of a tracking."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.finding import parcel_of
from aftership_tracking.mock.tracking import Rendering

HEAD = ("id", "tracking_number", "slug", "tag", "subtag", "subtag_message")


class LastCheckpoints:
    """The services of the resource `last_checkpoints`."""

    def __init__(self, couriers: Couriers, seed: int) -> None:
        self._couriers = couriers
        self._seed = seed

    def get(self, call: Call) -> Any:
        rendering = Rendering(parcel_of(call, self._couriers), call.now, self._seed)
        tracking, checkpoint = rendering.tracking(call.api), rendering.last_checkpoint(call.api)
        names = call.query.get("fields")
        if names and checkpoint is not None:
            checkpoint = {name: value for name, value in checkpoint.items() if name in names}
        return call.wrapped({**{name: tracking[name] for name in HEAD}, "checkpoint": checkpoint})
