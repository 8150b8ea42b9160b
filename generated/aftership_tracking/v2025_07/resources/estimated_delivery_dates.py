"""`estimated_delivery_dates` of API version 2025-07: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.operation import Documented, Operation, RateLimit, Retry
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.options import CallOptions, Options

    from ..inputs import (
        EstimatedDeliveryDateAddressInput, EstimatedDeliveryDateRequestInput,
        EstimatedDeliveryDateWeightInput, EstimatedPickupInput,
    )  # fmt: skip
    from ..models import (
        EstimatedDeliveryDateAddress, EstimatedDeliveryDateRequest, EstimatedDeliveryDateResult,
        EstimatedDeliveryDateWeight, EstimatedPickup,
    )  # fmt: skip


PREDICT_BATCH: Operation[list[EstimatedDeliveryDateResult]] = Operation(
    "predict-batch", "POST", ("estimated-delivery-date", "predict-batch"),
    returns="EstimatedDeliveryDateBatchResponse", unwrap=("data", "estimated_delivery_dates"),
    retry=Retry.SAFE, limit=RateLimit(requests=20, seconds=1.0, shared=False),
    errors=(4001, 400, 401, 403, 404, 429, 500), required=("estimated_delivery_dates",),
    scopes=("aftership:estimated_delivery_date:write",),
    times=(("estimated_delivery_dates.pickup_time", "spaced"),
        ("estimated_delivery_dates.estimated_pickup.order_time", "spaced"),
        ("estimated_delivery_dates.estimated_pickup.order_cutoff_time", "time-of-day")),
    body_names=("estimated_delivery_dates",),
    body_values=(
        ("estimated_delivery_dates.origin_address.country_region", "alpha-3"),
        ("estimated_delivery_dates.destination_address.country_region", "alpha-3"),
        ("estimated_delivery_dates.estimated_pickup.order_processing_time.unit", "OrderProcessingTimeUnit"),
        ("estimated_delivery_dates", Documented("1 to 5 items (inferred)", min_items=1, max_items=5)),
        ("estimated_delivery_dates.slug", Documented("not empty (inferred)", min_length=1)),
        ("estimated_delivery_dates.service_type_name", Documented("not empty (inferred)", min_length=1)),
        ("estimated_delivery_dates.origin_address.state", Documented("1 to 256 characters (inferred)",
            min_length=1, max_length=256)),
        ("estimated_delivery_dates.origin_address.city", Documented("1 to 256 characters (inferred)",
            min_length=1, max_length=256)),
        ("estimated_delivery_dates.origin_address.postal_code", Documented("1 to 256 characters (inferred)",
            min_length=1, max_length=256)),
        ("estimated_delivery_dates.origin_address.raw_location", Documented("1 to 512 characters (inferred)",
            min_length=1, max_length=512)),
        ("estimated_delivery_dates.origin_address.country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),
        ("estimated_delivery_dates.destination_address.state", Documented("1 to 256 characters (inferred)",
            min_length=1, max_length=256)),
        ("estimated_delivery_dates.destination_address.city", Documented("1 to 256 characters (inferred)",
            min_length=1, max_length=256)),
        ("estimated_delivery_dates.destination_address.postal_code", Documented("1 to 256 characters (inferred)",
            min_length=1, max_length=256)),
        ("estimated_delivery_dates.destination_address.raw_location", Documented("1 to 512 characters (inferred)",
            min_length=1, max_length=512)),
        ("estimated_delivery_dates.destination_address.country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
PREDICT: Operation[EstimatedDeliveryDateResult] = Operation(
    "predict", "POST", ("estimated-delivery-date", "predict"), returns="EstimatedDeliveryDateResponse",
    unwrap=("data",), retry=Retry.SAFE, limit=RateLimit(requests=5, seconds=1.0, shared=False),
    errors=(4001, 400, 401, 403, 404, 429, 500), required=("slug", "origin_address", "destination_address"),
    scopes=("aftership:estimated_delivery_date:write",),
    times=(("pickup_time", "spaced"), ("estimated_pickup.order_time", "spaced"),
        ("estimated_pickup.order_cutoff_time", "time-of-day")),
    body_names=("slug", "service_type_name", "origin_address", "destination_address", "weight",
        "package_count", "pickup_time", "estimated_pickup"),
    body_values=(
        ("origin_address.country_region", "alpha-3"), ("destination_address.country_region", "alpha-3"),
        ("estimated_pickup.order_processing_time.unit", "OrderProcessingTimeUnit"),
        ("slug", Documented("not empty (inferred)", min_length=1)),
        ("service_type_name", Documented("not empty (inferred)", min_length=1)),
        ("origin_address.state", Documented("1 to 256 characters (inferred)", min_length=1, max_length=256)),
        ("origin_address.city", Documented("1 to 256 characters (inferred)", min_length=1, max_length=256)),
        ("origin_address.postal_code", Documented("1 to 256 characters (inferred)", min_length=1,
            max_length=256)),
        ("origin_address.raw_location", Documented("1 to 512 characters (inferred)", min_length=1,
            max_length=512)),
        ("origin_address.country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),
        ("destination_address.state", Documented("1 to 256 characters (inferred)", min_length=1,
            max_length=256)),
        ("destination_address.city", Documented("1 to 256 characters (inferred)", min_length=1,
            max_length=256)),
        ("destination_address.postal_code", Documented("1 to 256 characters (inferred)", min_length=1,
            max_length=256)),
        ("destination_address.raw_location", Documented("1 to 512 characters (inferred)", min_length=1,
            max_length=512)),
        ("destination_address.country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def predict_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Predict delivery dates. Document: `predict-batch`.

        Args:
            estimated_delivery_dates: The parcels. At most five; one that is wrong fails all. 1 to 5 items
                (inferred).
        Returns: The predictions.
        Raises: NotFoundError (404), ValidationError (400, 4001), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def predict(self, *args: Any, **kwargs: Any) -> Any:
        """Predict one delivery date. Document: `predict`.

        Args:
            slug: The courier's code. Not empty (inferred).
            origin_address: Where the parcel is picked up. In a country without states, cities or postal
                codes, its three letters stand for them.
            destination_address: Where the parcel is delivered.
            service_type_name: The courier's service, by the name that AfterShip lists. Not empty (inferred).
            weight: The total weight.
            package_count: How many packages there are.
            pickup_time: When the parcel is picked up, local time of the origin. Form: a time as `2024-02-06
                14:30:00`.
            estimated_pickup: Lets the service work out the pickup. Needed when there is no pickup_time.
        Returns: The prediction.
        Raises: NotFoundError (404), ValidationError (400, 4001), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class EstimatedDeliveryDates(Resource, _Texts):
    """Predictions of delivery dates. For the sync client."""

    def predict_batch(self, *,
        estimated_delivery_dates: Sequence[EstimatedDeliveryDateRequest | EstimatedDeliveryDateRequestInput],
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> list[EstimatedDeliveryDateResult]:  # fmt: skip
        return self._send(PREDICT_BATCH, locals())

    def predict(self, *, slug: str,
        origin_address: EstimatedDeliveryDateAddress | EstimatedDeliveryDateAddressInput,
        destination_address: EstimatedDeliveryDateAddress | EstimatedDeliveryDateAddressInput,
        service_type_name: str | None = None,
        weight: EstimatedDeliveryDateWeight | EstimatedDeliveryDateWeightInput | None = None,
        package_count: int | None = None, pickup_time: str | None = None,
        estimated_pickup: EstimatedPickup | EstimatedPickupInput | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> EstimatedDeliveryDateResult:  # fmt: skip
        return self._send(PREDICT, locals())


class AsyncEstimatedDeliveryDates(AsyncResource, _Texts):
    """Predictions of delivery dates. For the async client."""

    async def predict_batch(self, *,
        estimated_delivery_dates: Sequence[EstimatedDeliveryDateRequest | EstimatedDeliveryDateRequestInput],
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> list[EstimatedDeliveryDateResult]:  # fmt: skip
        return await self._send(PREDICT_BATCH, locals())

    async def predict(self, *, slug: str,
        origin_address: EstimatedDeliveryDateAddress | EstimatedDeliveryDateAddressInput,
        destination_address: EstimatedDeliveryDateAddress | EstimatedDeliveryDateAddressInput,
        service_type_name: str | None = None,
        weight: EstimatedDeliveryDateWeight | EstimatedDeliveryDateWeightInput | None = None,
        package_count: int | None = None, pickup_time: str | None = None,
        estimated_pickup: EstimatedPickup | EstimatedPickupInput | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> EstimatedDeliveryDateResult:  # fmt: skip
        return await self._send(PREDICT, locals())
