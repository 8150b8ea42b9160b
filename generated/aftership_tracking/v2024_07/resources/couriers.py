"""`couriers` of API version 2024-07: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.operation import Documented, Operation, RateLimit, Retry
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    import builtins
    from collections.abc import Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.options import CallOptions, Options

    from ..enums import SlugGroup
    from ..models import Courier


_LIMIT = RateLimit(requests=5, seconds=1.0, shared=False)
LIST: Operation[builtins.list[Courier]] = Operation(
    "get-user-couriers", "GET", ("couriers",), returns="CourierListResponse", unwrap=("data", "couriers"),
    retry=Retry.SAFE, limit=_LIMIT, errors=(400, 401, 403, 404, 429, 500), scopes=("aftership:courier:read",),
)  # fmt: skip
LIST_ALL: Operation[builtins.list[Courier]] = Operation(
    "get-all-couriers", "GET", ("couriers", "all"), returns="CourierListResponse",
    unwrap=("data", "couriers"), retry=Retry.SAFE, limit=_LIMIT, errors=(400, 401, 403, 404, 429, 500),
    scopes=("aftership:courier:read",),
)  # fmt: skip
DETECT: Operation[builtins.list[Courier]] = Operation(
    "detect-courier", "POST", ("couriers", "detect"), returns="CourierListResponse",
    unwrap=("data", "couriers"), retry=Retry.SAFE, limit=RateLimit(requests=3, seconds=1.0, shared=False),
    errors=(4001, 4005, 4007, 4008, 400, 401, 403, 404, 429, 500), required=("tracking_number",),
    scopes=("aftership:courier:write",), times=(("tracking_ship_date", "compact-date"),),
    body_names=("tracking_number", "slug_group", "tracking_account_number", "tracking_key",
        "tracking_ship_date", "tracking_origin_country", "tracking_destination_country",
        "tracking_postal_code", "tracking_state", "origin_country_iso3", "destination_country_iso3", "slug"),
    body_values=(
        ("slug_group", "SlugGroup"), ("tracking_origin_country", "alpha-3"),
        ("tracking_destination_country", "alpha-3"), ("origin_country_iso3", "alpha-3"),
        ("destination_country_iso3", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),
        ("origin_country_iso3", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("destination_country_iso3", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def list(self, *args: Any, **kwargs: Any) -> Any:
        """List the account's couriers. Document: `get-user-couriers`.

        Returns: The couriers.
        Raises: NotFoundError (404), ValidationError (400), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def list_all(self, *args: Any, **kwargs: Any) -> Any:
        """List all couriers. Document: `get-all-couriers`.

        Returns: The couriers.
        Raises: NotFoundError (404), ValidationError (400), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def detect(self, *args: Any, **kwargs: Any) -> Any:
        """Detect couriers. Document: `detect-courier`.

        Args:
            tracking_number: The number to look at.
            slug_group: Only consider this family of couriers. Not together with slug.
            tracking_account_number: The shipper's account number at the courier.
            tracking_key: A credential or key that the courier asks for.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Matching `^[A-Z]{3}$` (by
                the SDKs).
            tracking_postal_code: The recipient's postal code.
            tracking_state: The recipient's state or province.
            origin_country_iso3: The country of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs).
            destination_country_iso3: The country of destination (ISO alpha-3). Matching `^[A-Z]{3}$` (by the
                SDKs).
            slug: Only consider these couriers. Not together with slug_group.
        Returns: The couriers that fit.
        Raises: NotFoundError (404), ValidationError (400, 4001, 4005, 4007, 4008), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class Couriers(Resource, _Texts):
    """Who carries shipments. For the sync client."""

    def list(self, *, options: Options | None = None, **call: Unpack[CallOptions]) -> builtins.list[Courier]:
        return self._send(LIST, locals())

    def list_all(self, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> builtins.list[Courier]:  # fmt: skip
        return self._send(LIST_ALL, locals())

    def detect(self, *, tracking_number: str, slug_group: SlugGroup | str | None = None,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, origin_country_iso3: str | None = None,
        destination_country_iso3: str | None = None, slug: Sequence[str] | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> builtins.list[Courier]:  # fmt: skip
        return self._send(DETECT, locals())


class AsyncCouriers(AsyncResource, _Texts):
    """Who carries shipments. For the async client."""

    async def list(self, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> builtins.list[Courier]:  # fmt: skip
        return await self._send(LIST, locals())

    async def list_all(self, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> builtins.list[Courier]:  # fmt: skip
        return await self._send(LIST_ALL, locals())

    async def detect(self, *, tracking_number: str, slug_group: SlugGroup | str | None = None,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, origin_country_iso3: str | None = None,
        destination_country_iso3: str | None = None, slug: Sequence[str] | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> builtins.list[Courier]:  # fmt: skip
        return await self._send(DETECT, locals())
