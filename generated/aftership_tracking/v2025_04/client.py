"""The clients of API version 2025-04. A resource is imported when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.client import AsyncClient, SyncClient
from aftership_tracking.runtime.lazy_imports import lazy_property

if TYPE_CHECKING:
    from .resources.courier_connections import AsyncCourierConnections, CourierConnections
    from .resources.couriers import AsyncCouriers, Couriers
    from .resources.estimated_delivery_dates import AsyncEstimatedDeliveryDates, EstimatedDeliveryDates
    from .resources.trackings import AsyncTrackings, Trackings


class AfterShip(SyncClient):
    """Sync client of the AfterShip Tracking API, version 2025-04."""

    API_VERSION = "2025-04"
    MODELS = "aftership_tracking.v2025_04.models"
    SUPPORTED_UNTIL = "2028-04-13"

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
    def estimated_delivery_dates(self) -> EstimatedDeliveryDates:
        """Predictions of delivery dates."""
        from .resources.estimated_delivery_dates import EstimatedDeliveryDates

        return EstimatedDeliveryDates(self)

    @lazy_property
    def courier_connections(self) -> CourierConnections:
        """Accounts at couriers that the service may use."""
        from .resources.courier_connections import CourierConnections

        return CourierConnections(self)


class AsyncAfterShip(AsyncClient):
    """Async client of the AfterShip Tracking API, version 2025-04."""

    API_VERSION = "2025-04"
    MODELS = "aftership_tracking.v2025_04.models"
    SUPPORTED_UNTIL = "2028-04-13"

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
    def estimated_delivery_dates(self) -> AsyncEstimatedDeliveryDates:
        """Predictions of delivery dates."""
        from .resources.estimated_delivery_dates import AsyncEstimatedDeliveryDates

        return AsyncEstimatedDeliveryDates(self)

    @lazy_property
    def courier_connections(self) -> AsyncCourierConnections:
        """Accounts at couriers that the service may use."""
        from .resources.courier_connections import AsyncCourierConnections

        return AsyncCourierConnections(self)
