"""The clients of API version 2024-04. A resource is imported when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.client import AsyncClient, SyncClient
from aftership_tracking.runtime.lazy_imports import lazy_property

if TYPE_CHECKING:
    from .resources.couriers import AsyncCouriers, Couriers
    from .resources.estimated_delivery_dates import AsyncEstimatedDeliveryDates, EstimatedDeliveryDates
    from .resources.last_checkpoints import AsyncLastCheckpoints, LastCheckpoints
    from .resources.notifications import AsyncNotifications, Notifications
    from .resources.trackings import AsyncTrackings, Trackings


class AfterShip(SyncClient):
    """Sync client of the AfterShip Tracking API, version 2024-04."""

    API_VERSION = "2024-04"
    MODELS = "aftership_tracking.v2024_04.models"
    SUPPORTED_UNTIL = "2025-10-08"

    @lazy_property
    def trackings(self) -> Trackings:
        """Shipments that are followed."""
        from .resources.trackings import Trackings

        return Trackings(self)

    @lazy_property
    def couriers(self) -> Couriers:
        """Who carries shipments."""
        from .resources.couriers import Couriers

        return Couriers(self)

    @lazy_property
    def last_checkpoints(self) -> LastCheckpoints:
        """The newest event of a shipment."""
        from .resources.last_checkpoints import LastCheckpoints

        return LastCheckpoints(self)

    @lazy_property
    def notifications(self) -> Notifications:
        """Who is notified about a shipment."""
        from .resources.notifications import Notifications

        return Notifications(self)

    @lazy_property
    def estimated_delivery_dates(self) -> EstimatedDeliveryDates:
        """Predictions of delivery dates."""
        from .resources.estimated_delivery_dates import EstimatedDeliveryDates

        return EstimatedDeliveryDates(self)


class AsyncAfterShip(AsyncClient):
    """Async client of the AfterShip Tracking API, version 2024-04."""

    API_VERSION = "2024-04"
    MODELS = "aftership_tracking.v2024_04.models"
    SUPPORTED_UNTIL = "2025-10-08"

    @lazy_property
    def trackings(self) -> AsyncTrackings:
        """Shipments that are followed."""
        from .resources.trackings import AsyncTrackings

        return AsyncTrackings(self)

    @lazy_property
    def couriers(self) -> AsyncCouriers:
        """Who carries shipments."""
        from .resources.couriers import AsyncCouriers

        return AsyncCouriers(self)

    @lazy_property
    def last_checkpoints(self) -> AsyncLastCheckpoints:
        """The newest event of a shipment."""
        from .resources.last_checkpoints import AsyncLastCheckpoints

        return AsyncLastCheckpoints(self)

    @lazy_property
    def notifications(self) -> AsyncNotifications:
        """Who is notified about a shipment."""
        from .resources.notifications import AsyncNotifications

        return AsyncNotifications(self)

    @lazy_property
    def estimated_delivery_dates(self) -> AsyncEstimatedDeliveryDates:
        """Predictions of delivery dates."""
        from .resources.estimated_delivery_dates import AsyncEstimatedDeliveryDates

        return AsyncEstimatedDeliveryDates(self)
