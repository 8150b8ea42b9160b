"""`parcels` of API version 2031-05: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Documented, Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.paging import PageNumber
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.models.times import DatetimeInput
    from aftership_tracking.runtime.models.unset import UnsetType
    from aftership_tracking.runtime.options import CallOptions, Options
    from aftership_tracking.runtime.page import AsyncPages, Page

    from ..enums import ParcelField, Status, Unit
    from ..inputs import SizeInput
    from ..models import Empty, Parcel, Size


_LIMIT = RateLimit(requests=10, seconds=1.0, shared=True)
LIST: Operation[Parcel] = Operation(
    "list-parcels", "GET", ("parcels",), returns="ParcelListResponse", unwrap=("data",), retry=Retry.SAFE,
    limit=_LIMIT, errors=(4008, 400, 401, 403, 404, 429, 500), times=(("sent_after", "zoned"),),
    pagination=PageNumber(("data", "parcels"), "page", "limit", 2, 9),
    query_names=("page", "limit", "status", "sent_after", "format_"),
    renamed=(("format_", "format"),),
    query_values=(
        ("status", "Status"), ("page", Documented("at least 1 (by the SDKs), default 1", minimum=1)),
        ("limit", Documented("1 to 9, default 2", minimum=1, maximum=9)),),
)  # fmt: skip
CREATE: Operation[Parcel] = Operation(
    "create-parcel", "POST", ("parcels",), returns="ParcelResponse", unwrap=("data", "parcel"),
    retry=Retry.CREATE_OR_GET_ONLY, limit=RateLimit(requests=3, seconds=2.0, shared=False),
    errors=(4003, 400, 401, 403, 404, 429, 500), body_wrapper="parcel", required=("number",),
    times=(("sent", "zoned"), ("day", "compact-date")),
    body_names=("note", "number", "unit", "size", "sizes", "sent", "day", "labels", "recipients", "sender"),
    body_values=(("unit", "Unit"), ("size.unit", "Unit"), ("sizes.unit", "Unit")),
)  # fmt: skip
GET: Operation[Parcel] = Operation(
    "get-parcel", "GET", ("parcels", Path("id")), returns="ParcelResponse", unwrap=("data", "parcel"),
    retry=Retry.SAFE, limit=_LIMIT, errors=(4004, 401, 403, 404, 429, 500),
    query_names=("fields",),
    query_values=(("fields", "ParcelField"),),
)  # fmt: skip
DELETE: Operation[Empty] = Operation(
    "delete-parcel", "DELETE", ("parcels", Path("id")), returns="EmptyResponse", unwrap=("data",),
    retry=Retry.SAFE, limit=_LIMIT, errors=(4004, 401, 403, 404, 429, 500),
)  # fmt: skip
UPDATE_BY_NUMBER: Operation[Parcel] = Operation(
    "update-parcel-by-number", "PUT", ("parcels", Path("town"), Path("number", "integer")),
    returns="ParcelResponse", unwrap=("data", "parcel"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 400, 401, 403, 404, 429, 500), body_wrapper="parcel", required=("key",), clears=("note",),
    query_names=("key",),
    body_names=("new_town", "new_number", "note"),
    renamed=(("new_town", "town"), ("new_number", "number")),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def list(self, *args: Any, **kwargs: Any) -> Any:
        """List parcels. Document: `list-parcels`.

        Args:
            page: Which page. At least 1 (by the SDKs), default 1.
            limit: How many. 1 to 9, default 2.
            status: Only of these statuses.
            sent_after: Only those that left later.
            format_: Which form to use. A name that Python has already.
            cursor: The `cursor` of a page or of an error: continue from there, with the same other arguments.
        Returns: A page. Iterating over it gives the items of all pages.
        Raises: NotFoundError (404), ValidationError (400, 4008), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def create(self, *args: Any, **kwargs: Any) -> Any:
        """Create a parcel. Document: `create-parcel`.

        Args:
            number: Its number.
            note: A note. Null removes it.
            unit: The unit.
            size: How big it is.
            sizes: Other sizes.
            sent: When it left.
            day: The day as eight digits. Form: a day as `20240206`.
            labels: Free strings by name.
            recipients: Who gets it.
            sender: Who sent it.
        Returns: The parcel that was created.
        Raises: AlreadyExistsError (4003), NotFoundError (404), ValidationError (400),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Get a parcel. Document: `get-parcel`.

        Args:
            id: The id of the parcel. Not empty.
            fields: Only these properties.
        Returns: The parcel.
        Raises: NotFoundError (404, 4004), AuthenticationError (401), PermissionDeniedError (403),
            RateLimitError (429), ServerError (500).
        """

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a parcel. Document: `delete-parcel`.

        Args:
            id: The id of the parcel. Not empty.
        Returns: Nothing.
        Raises: NotFoundError (404, 4004), AuthenticationError (401), PermissionDeniedError (403),
            RateLimitError (429), ServerError (500).
        """

    def update_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Update a parcel. Document: `update-parcel-by-number`.

        Args:
            town: Where it is. Not empty.
            number: Its number there.
            key: What opens it.
            new_town: Where it goes.
            new_number: Its new number.
            note: A note. None clears it.
        Returns: The parcel as it is now.
        Raises: NotFoundError (404, 4004), ValidationError (400), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class Parcels(Resource, _Texts):
    """What is on its way. For the sync client."""

    def list(self, *, page: int | None = None, limit: int | None = None,
        status: Sequence[Status | str] | None = None, sent_after: DatetimeInput | None = None,
        format_: str | None = None, cursor: str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Page[Parcel]:  # fmt: skip
        return self._pages(LIST, locals())

    def create(self, *, number: str, note: str | None = None, unit: Unit | str | None = None,
        size: Size | SizeInput | None = None, sizes: Sequence[Size | SizeInput] | None = None,
        sent: DatetimeInput | None = None, day: str | None = None, labels: Mapping[str, str] | None = None,
        recipients: Sequence[str] | str | None = None, sender: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Parcel:  # fmt: skip
        return self._send(CREATE, locals())

    def get(self, id: str, *, fields: Sequence[ParcelField | str] | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Parcel:  # fmt: skip
        return self._send(GET, locals())

    def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions]) -> Empty:
        return self._send(DELETE, locals())

    def update_by_number(self, town: str, number: int, *, key: str, new_town: str | None = None,
        new_number: int | None = None, note: str | None | UnsetType = UNSET, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Parcel:  # fmt: skip
        return self._send(UPDATE_BY_NUMBER, locals())


class AsyncParcels(AsyncResource, _Texts):
    """What is on its way. For the async client."""

    def list(self, *, page: int | None = None, limit: int | None = None,
        status: Sequence[Status | str] | None = None, sent_after: DatetimeInput | None = None,
        format_: str | None = None, cursor: str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> AsyncPages[Parcel]:  # fmt: skip
        return self._pages(LIST, locals())

    async def create(self, *, number: str, note: str | None = None, unit: Unit | str | None = None,
        size: Size | SizeInput | None = None, sizes: Sequence[Size | SizeInput] | None = None,
        sent: DatetimeInput | None = None, day: str | None = None, labels: Mapping[str, str] | None = None,
        recipients: Sequence[str] | str | None = None, sender: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Parcel:  # fmt: skip
        return await self._send(CREATE, locals())

    async def get(self, id: str, *, fields: Sequence[ParcelField | str] | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Parcel:  # fmt: skip
        return await self._send(GET, locals())

    async def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions]) -> Empty:
        return await self._send(DELETE, locals())

    async def update_by_number(self, town: str, number: int, *, key: str, new_town: str | None = None,
        new_number: int | None = None, note: str | None | UnsetType = UNSET, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Parcel:  # fmt: skip
        return await self._send(UPDATE_BY_NUMBER, locals())
