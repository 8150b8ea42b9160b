"""Which service an operation has, by `x-resource` and `x-method`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.lifecycle import Lifecycle
from aftership_tracking.mock.services.checkpoints import LastCheckpoints
from aftership_tracking.mock.services.connections import Connections
from aftership_tracking.mock.services.couriers import CourierLists
from aftership_tracking.mock.services.listing import Listing
from aftership_tracking.mock.services.notifications import Notifications
from aftership_tracking.mock.services.predictions import Predictions
from aftership_tracking.mock.services.service_call import ServiceCall
from aftership_tracking.mock.services.stored_objects import StoredObjects
from aftership_tracking.mock.services.trackings import Trackings

Service = Callable[[ServiceCall], Any]
# The older forms name a parcel by courier and number. The services find it either way.
BY_NUMBER = "_by_number"


class Services:
    """All services of a mock. `otherwise` is that of all operations without code."""

    def __init__(self, services: Mapping[tuple[str, str], Service], otherwise: Service) -> None:
        self._services = services
        self.otherwise = otherwise

    def find(self, resource: str, action: str) -> Service:
        """Return the service of an operation. All operations without code have the same one."""
        return self._services.get((resource, action.removesuffix(BY_NUMBER)), self.otherwise)


def build_services(store: Store, couriers: Couriers, lifecycle: Lifecycle, seed: int) -> Services:
    """Build the services of a mock."""
    trackings = Trackings(store, couriers, lifecycle, seed)
    lists = CourierLists(couriers)
    notifications = Notifications(couriers)
    connections = Connections(store, couriers)
    predictions = Predictions(store, seed)
    return Services(
        {
            ("trackings", "list"): Listing(seed).list,
            ("trackings", "create"): trackings.create,
            ("trackings", "get"): trackings.get,
            ("trackings", "update"): trackings.update,
            ("trackings", "delete"): trackings.delete,
            ("trackings", "retrack"): trackings.retrack,
            ("trackings", "mark_as_completed"): trackings.mark_as_completed,
            ("couriers", "list"): lists.list,
            ("couriers", "list_all"): lists.list_all,
            ("couriers", "detect"): lists.detect,
            ("last_checkpoints", "get"): LastCheckpoints(couriers, seed).get,
            ("notifications", "get"): notifications.get,
            ("notifications", "add"): notifications.add,
            ("notifications", "remove"): notifications.remove,
            ("estimated_delivery_dates", "predict_batch"): predictions.predict_batch,
            ("estimated_delivery_dates", "predict"): predictions.predict,
            ("courier_connections", "list"): connections.list,
            ("courier_connections", "create"): connections.create,
            ("courier_connections", "get"): connections.get,
            ("courier_connections", "update"): connections.update,
            ("courier_connections", "delete"): connections.delete,
        },
        otherwise=StoredObjects(store, couriers, seed).respond,
    )
