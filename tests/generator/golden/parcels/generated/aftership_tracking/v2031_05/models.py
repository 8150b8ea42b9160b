"""The objects of API version 2031-05. `UNSET` was not sent, `None` is null."""

from __future__ import annotations

import builtins
from typing import Any

from aftership_tracking.runtime.models.model import Model, model
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET, UnsetType

from .enums import Certainty, Status, Unit


@model
class Meta(Model):
    """About the response."""

    code: int
    """The code."""
    type: str | UnsetType = UNSET
    """The class of a failure."""


@model
class ErrorResponse(Model):
    """A failure."""

    meta: Meta
    """About it."""
    data: dict[str, Any]
    """Anything."""


@model
class ParcelListResponse(Model):
    """A response in its envelope."""

    meta: Meta
    """About it."""
    data: ParcelList
    """What was requested."""


@model
class ParcelResponse(Model):
    """A response in its envelope."""

    meta: Meta
    """About it."""
    data: ParcelData
    """What was requested."""


@model
class EmptyResponse(Model):
    """A response in its envelope."""

    meta: Meta
    """About it."""
    data: Empty
    """What was requested."""


@model
class DepotListResponse(Model):
    """A response in its envelope."""

    meta: Meta
    """About it."""
    data: DepotList
    """What was requested."""


@model
class ParcelList(Model):
    """A page."""

    page: int | UnsetType = UNSET
    """Its number."""
    parcels: list[Parcel] | UnsetType = UNSET
    """Its parcels."""


@model
class ParcelData(Model):
    """What is inside."""

    parcel: Parcel | UnsetType = UNSET
    """The parcel."""


@model
class Empty(Model):
    """An object that may hold the id."""

    id: str | UnsetType = UNSET
    """The id of what is gone."""


@model
class DepotList(Model):
    """Depots."""

    total: int | UnsetType = UNSET
    """How many."""
    depots: list[Depot] | UnsetType = UNSET
    """Each of them."""


@model
class Parcel(Model):
    """A parcel."""

    id: str | UnsetType = UNSET
    """Its id."""
    status: Status | None | UnsetType = UNSET
    """Where it is."""
    certainty: Certainty | UnsetType = UNSET
    """How sure that is."""
    created: Timestamp | UnsetType = UNSET
    """When it was added."""
    promised: Date | None | UnsetType = UNSET
    """The promised day."""
    seen: Time | None | UnsetType = UNSET
    """When it was seen."""
    size: Size | None | UnsetType = UNSET
    """How big it is."""
    labels: dict[str, str] | UnsetType = UNSET
    """Free strings by name."""
    parts: list[Parcel] | UnsetType = UNSET
    """Parcels inside."""
    floor: int | str | None | UnsetType = UNSET
    """How high it goes."""
    towns: list[str] | UnsetType = UNSET
    """Where it was."""
    rest: list[Any] | UnsetType = UNSET
    """What nobody knows."""
    odd: Odd | UnsetType = UNSET
    """Names that Python has already."""


@model
class Odd(Model):
    """Fields with the names of builtins."""

    list: builtins.list[builtins.str] | UnsetType = UNSET
    """A list."""
    str: builtins.str | UnsetType = UNSET
    """A string."""
    int: builtins.int | None | UnsetType = UNSET
    """A whole number."""
    float: builtins.float | UnsetType = UNSET
    """A number."""
    bool: builtins.bool | UnsetType = UNSET
    """Yes or no."""
    dict: builtins.dict[builtins.str, builtins.int] | UnsetType = UNSET
    """Numbers by name."""
    type: builtins.str | UnsetType = UNSET
    """A kind."""
    datetime: Date | UnsetType = UNSET
    """A day."""
    date: Time | UnsetType = UNSET
    """Another day."""


@model
class Size(Model):
    """How big a parcel is."""

    width: float
    """In metres."""
    unit: Unit | UnsetType = UNSET
    """Of the width."""
    measured: Time | UnsetType = UNSET
    """When."""


@model
class Base(Model):
    """What every depot has."""

    code: str | UnsetType = UNSET
    """Its code."""


@model
class Depot(Model):
    """A depot."""

    code: str | UnsetType = UNSET
    """Its code."""
    town: str | UnsetType = UNSET
    """Where it is."""


@model
class ParcelCreateRequest(Model):
    """The body of a creation."""

    parcel: ParcelCreate
    """The parcel."""


@model
class ParcelCreate(Model):
    """A new parcel."""

    note: str | None | UnsetType = UNSET
    """A note. Null removes it."""
    number: str
    """Its number."""
    unit: Unit | UnsetType = UNSET
    """The unit."""
    size: Size | UnsetType = UNSET
    """How big it is."""
    sizes: list[Size] | UnsetType = UNSET
    """Other sizes."""
    sent: Timestamp | UnsetType = UNSET
    """When it left."""
    day: Time | UnsetType = UNSET
    """The day as eight digits."""
    labels: dict[str, str] | UnsetType = UNSET
    """Free strings by name."""
    recipients: list[str] | str | UnsetType = UNSET
    """Who gets it."""
    sender: str | UnsetType = UNSET
    """Who sent it."""


@model
class ParcelUpdateRequest(Model):
    """The body of a change."""

    parcel: ParcelUpdate
    """The parcel."""


@model
class ParcelUpdate(Model):
    """What to change."""

    town: str | UnsetType = UNSET
    """Where it goes."""
    number: int | UnsetType = UNSET
    """Its new number."""
    note: str | None | UnsetType = UNSET
    """A note."""
