"""The objects of API version 2031-05.

The type of a field says what a full response holds. `UNSET` was not sent, `None` is null.
"""

from __future__ import annotations

import builtins
from typing import Any

from aftership_tracking.runtime.models.model import Model, model
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET, UnsetType, sent

from .enums import Certainty, Status, Unit


@model
class Meta(Model):
    """About the response."""

    code: int
    """The code."""
    type: str | None = sent(inferred=True)
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

    page: int | None = sent(inferred=True)
    """Its number."""
    parcels: list[Parcel] | None = sent(inferred=True)
    """Its parcels."""


@model
class ParcelData(Model):
    """What is inside."""

    parcel: Parcel | None = sent(inferred=True)
    """The parcel."""


@model
class Empty(Model):
    """An object that may hold the id."""

    id: str | None = sent(inferred=True)
    """The id of what is gone."""


@model
class DepotList(Model):
    """Depots."""

    total: int | None = sent(inferred=True)
    """How many."""
    depots: list[Depot] | None = sent(inferred=True)
    """Each of them."""


@model
class Parcel(Model):
    """A parcel."""

    id: str | None = sent(inferred=True)
    """Its id."""
    status: Status | None = sent(inferred=True)
    """Where it is."""
    certainty: Certainty | None = sent(inferred=True)
    """How sure that is."""
    created: Timestamp | None = sent(inferred=True)
    """When it was added."""
    promised: Date | None = sent(inferred=True)
    """The promised day."""
    seen: Time | None = sent(inferred=True)
    """When it was seen. Comes as a time without a zone or a time with a zone."""
    size: Size | None = sent(inferred=True)
    """How big it is."""
    labels: dict[str, str] | None = sent(inferred=True)
    """Free strings by name."""
    parts: list[Parcel] | None = sent(inferred=True)
    """Parcels inside."""
    floor: int | str | None = sent(inferred=True)
    """How high it goes."""
    towns: list[str] | None = sent(inferred=True)
    """Where it was."""
    rest: list[Any] | None = sent(inferred=True)
    """What nobody knows."""
    odd: Odd | None = sent(inferred=True)
    """Names that Python has already."""


@model
class Odd(Model):
    """Fields with the names of builtins."""

    list: builtins.list[builtins.str] | None = sent(inferred=True)
    """A list."""
    str: builtins.str | None = sent(inferred=True)
    """A string."""
    int: builtins.int | None = sent(inferred=True)
    """A whole number."""
    float: builtins.float | None = sent(inferred=True)
    """A number."""
    bool: builtins.bool | None = sent(inferred=True)
    """Yes or no."""
    dict: builtins.dict[builtins.str, builtins.int] | None = sent(inferred=True)
    """Numbers by name."""
    type: builtins.str | None = sent(inferred=True)
    """A kind."""
    datetime: Date | None = sent(inferred=True)
    """A day."""
    date: Time | None = sent(inferred=True)
    """Another day. Form: a day as `20240206`."""


@model
class Size(Model):
    """How big a parcel is."""

    width: float
    """In metres."""
    unit: Unit | None = sent(inferred=True)
    """Of the width."""
    measured: Time | None = sent(inferred=True)
    """When. Comes as a day or a time with a zone."""


@model
class Base(Model):
    """What every depot has."""

    code: str | None = sent(inferred=True)
    """Its code."""


@model
class Depot(Model):
    """A depot."""

    code: str | None = sent(inferred=True)
    """Its code."""
    town: str | None = sent(inferred=True)
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
    """The day as eight digits. Form: a day as `20240206`."""
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
