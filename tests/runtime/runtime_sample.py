"""A tiny version package, written by hand in the form of generated ones: models, operations, two clients."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Unpack

from aftership_tracking.runtime.client import AsyncClient, SyncClient
from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum
from aftership_tracking.runtime.models.model import Model, model
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET, UnsetType
from aftership_tracking.runtime.operation import Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.options import CallOptions, Options
from aftership_tracking.runtime.page import AsyncPages, Page
from aftership_tracking.runtime.paging import Cursor, PageNumber
from aftership_tracking.runtime.resource import AsyncResource, Resource


class Tag(OpenEnum):
    PENDING = "Pending"
    IN_TRANSIT = "InTransit"


class Confidence(OpenIntEnum):
    LOW = 1003


@model
class Meta(Model):
    code: int
    message: str | UnsetType = UNSET
    type: str | UnsetType = UNSET


@model
class Stop(Model):
    message: str | UnsetType | None = UNSET
    checkpoint_time: Time | UnsetType | None = UNSET
    coordinates: list[float] | UnsetType | None = UNSET


@model
class Parcel(Model):
    id: str | UnsetType = UNSET
    tag: Tag | UnsetType = UNSET
    title: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    created_at: Timestamp | UnsetType = UNSET
    promised: Date | UnsetType | None = UNSET
    expected: Time | UnsetType | None = UNSET
    weight: float | UnsetType | None = UNSET
    transit_time: int | UnsetType | None = UNSET
    confidence: Confidence | UnsetType | None = UNSET
    custom_fields: dict[str, str] | UnsetType | None = UNSET
    # An API may choose the name of a builtin.
    list: str | UnsetType = UNSET
    stops: builtins.list[Stop] | UnsetType = UNSET
    parent: Parcel | UnsetType | None = UNSET
    anything: Any | UnsetType = UNSET


@model
class ParcelData(Model):
    tracking: Parcel | UnsetType = UNSET


@model
class ParcelResponse(Model):
    meta: Meta
    data: ParcelData


@model
class ParcelList(Model):
    page: int | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    count: int | UnsetType = UNSET
    trackings: list[Parcel] | UnsetType = UNSET


@model
class ParcelListResponse(Model):
    meta: Meta
    data: ParcelList


@model
class Turning(Model):
    total: int | UnsetType = UNSET
    next_cursor: str | UnsetType = UNSET
    has_next_page: bool | UnsetType = UNSET


@model
class ParcelFeed(Model):
    pagination: Turning | UnsetType = UNSET
    trackings: list[Parcel] | UnsetType = UNSET


@model
class ParcelFeedResponse(Model):
    meta: Meta
    data: ParcelFeed


LIMIT = RateLimit(requests=10, seconds=1.0, shared=True)
GET: Operation[Parcel] = Operation(
    "get-parcel",
    "GET",
    ("trackings", Path("id")),
    returns="ParcelResponse",
    unwrap=("data", "tracking"),
    retry=Retry.SAFE,
    limit=LIMIT,
    query_names=("lang",),
)
LIST: Operation[Parcel] = Operation(
    "list-parcels",
    "GET",
    ("trackings",),
    returns="ParcelListResponse",
    unwrap=("data",),
    retry=Retry.SAFE,
    limit=LIMIT,
    pagination=PageNumber(("data", "trackings"), "page", "limit", default_limit=100, max_limit=200),
    query_names=("page", "limit", "fields"),
)
FEED: Operation[Parcel] = Operation(
    "feed-parcels",
    "GET",
    ("trackings",),
    returns="ParcelFeedResponse",
    unwrap=("data",),
    retry=Retry.SAFE,
    limit=LIMIT,
    pagination=Cursor(
        ("data", "trackings"),
        "cursor",
        ("data", "pagination", "next_cursor"),
        ("data", "pagination", "has_next_page"),
        "limit",
        default_limit=100,
        max_limit=200,
    ),
    query_names=("limit",),
)
CREATE: Operation[Parcel] = Operation(
    "create-parcel",
    "POST",
    ("trackings",),
    returns="ParcelResponse",
    unwrap=("data", "tracking"),
    retry=Retry.CREATE_OR_GET_ONLY,
    limit=LIMIT,
    body_wrapper="tracking",
)
RETRACK: Operation[Parcel] = Operation(
    "retrack-parcel",
    "POST",
    ("trackings", Path("slug"), Path("number"), "retrack"),
    returns="ParcelResponse",
    unwrap=("data", "tracking"),
    retry=Retry.NEVER,
    limit=RateLimit(requests=5, seconds=1.0, shared=False),
)


DELETE: Operation[Parcel] = Operation(
    "delete-parcel",
    "DELETE",
    ("trackings", Path("id")),
    returns="ParcelResponse",
    unwrap=("data", "tracking"),
    retry=Retry.SAFE,
    limit=LIMIT,
)


class Parcels(Resource):
    def get(
        self, id: str, *, lang: str | None = None, options: Options | None = None, **call: Unpack[CallOptions]
    ) -> Parcel:
        return self._send(GET, locals())

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        fields: Sequence[str] | None = None,
        cursor: str | None = None,
        options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Page[Parcel]:
        return self._pages(LIST, locals())

    def feed(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Page[Parcel]:
        return self._pages(FEED, locals())

    def create(self, *, options: Options | None = None, **body: Any) -> Parcel:
        return self._client._send(CREATE, (), None, body, options, None)

    def retrack(
        self, slug: str, number: str, *, options: Options | None = None, **call: Unpack[CallOptions]
    ) -> Parcel:
        return self._send(RETRACK, locals())

    def delete(self, id: str, *, options: Options | None = None) -> Parcel:
        return self._client._send(DELETE, (id,), None, None, options, None)


class AsyncParcels(AsyncResource):
    async def get(
        self, id: str, *, lang: str | None = None, options: Options | None = None, **call: Unpack[CallOptions]
    ) -> Parcel:
        return await self._send(GET, locals())

    def list(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        fields: Sequence[str] | None = None,
        cursor: str | None = None,
        options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> AsyncPages[Parcel]:
        return self._pages(LIST, locals())

    def feed(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> AsyncPages[Parcel]:
        return self._pages(FEED, locals())

    async def create(self, *, options: Options | None = None, **body: Any) -> Parcel:
        return await self._client._send(CREATE, (), None, body, options, None)

    async def delete(self, id: str, *, options: Options | None = None) -> Parcel:
        return await self._client._send(DELETE, (id,), None, None, options, None)


class Sample(SyncClient):
    API_VERSION = "2024-01"
    MODELS = __name__

    @cached_property
    def parcels(self) -> Parcels:
        return Parcels(self)


class AsyncSample(AsyncClient):
    API_VERSION = "2024-01"
    MODELS = __name__

    @cached_property
    def parcels(self) -> AsyncParcels:
        return AsyncParcels(self)


def envelope(data: Mapping[str, Any], code: int = 200, **meta: Any) -> dict[str, Any]:
    return {"meta": {"code": code, **meta}, "data": data}
