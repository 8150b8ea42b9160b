"""The clients of API version 2031-05. A resource is imported when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.client import AsyncClient, SyncClient
from aftership_tracking.runtime.lazy_imports import lazy_property

if TYPE_CHECKING:
    from .resources.depots import AsyncDepots, Depots
    from .resources.parcels import AsyncParcels, Parcels


class AfterShip(SyncClient):
    """Sync client of the AfterShip Tracking API, version 2031-05."""

    API_VERSION = "2031-05"
    MODELS = "aftership_tracking.v2031_05.models"

    @lazy_property
    def parcels(self) -> Parcels:
        """What is on its way."""
        from .resources.parcels import Parcels

        return Parcels(self)

    @lazy_property
    def depots(self) -> Depots:
        """Where parcels rest."""
        from .resources.depots import Depots

        return Depots(self)


class AsyncAfterShip(AsyncClient):
    """Async client of the AfterShip Tracking API, version 2031-05."""

    API_VERSION = "2031-05"
    MODELS = "aftership_tracking.v2031_05.models"

    @lazy_property
    def parcels(self) -> AsyncParcels:
        """What is on its way."""
        from .resources.parcels import AsyncParcels

        return AsyncParcels(self)

    @lazy_property
    def depots(self) -> AsyncDepots:
        """Where parcels rest."""
        from .resources.depots import AsyncDepots

        return AsyncDepots(self)
