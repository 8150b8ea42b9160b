"""Client of the AfterShip Tracking API, version 2025-01.

Everything here loads on first use, so that importing the package stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AfterShip, AsyncAfterShip
    from .enums import (
        AdditionalField,
        CarbonEmissionsUnit,
        CheckpointSource,
        CompletionReason,
        ConfidenceCode,
        DeliveryStatus,
        DeliverySubStatus,
        DeliveryType,
        ErrorType,
        EstimatedDeliverySource,
        EstimatedDeliveryType,
        EventCode,
        EventReasonCode,
        LastMileSource,
        OnTimeStatus,
        OrderProcessingTimeUnit,
        ShipmentWeightUnit,
        SignatureRequirement,
        SlugGroup,
        TrackingField,
        TrackingListField,
        TrackingSource,
        TranslationLanguage,
        WebhookEventCode,
    )
    from .models import (
        AftershipEstimatedDeliveryDate,
        CarbonEmissions,
        Checkpoint,
        CheckpointEvent,
        CheckpointEventReason,
        Coordinate,
        Courier,
        CourierDetect,
        CourierEstimatedDeliveryDate,
        CourierList,
        CourierListResponse,
        CustomEstimatedDeliveryDate,
        Customer,
        CustomerRequest,
        ErrorMeta,
        ErrorResponse,
        EstimatedDelivery,
        EstimatedDeliveryDateAddress,
        EstimatedDeliveryDateBatch,
        EstimatedDeliveryDateBatchRequest,
        EstimatedDeliveryDateBatchResponse,
        EstimatedDeliveryDateRequest,
        EstimatedDeliveryDateResponse,
        EstimatedDeliveryDateResult,
        EstimatedDeliveryDateWeight,
        EstimatedPickup,
        EstimatedPickupResult,
        FirstMile,
        LastMile,
        LastMileCreate,
        MarkAsCompletedRequest,
        Meta,
        OrderProcessingTime,
        Pagination,
        ShipmentWeight,
        Tracking,
        TrackingCreate,
        TrackingList,
        TrackingListResponse,
        TrackingResponse,
        TrackingUpdate,
        WebhookEvent,
    )

API_VERSION = "2025-01"

__all__ = [
    "API_VERSION",
    "AdditionalField",
    "AfterShip",
    "AftershipEstimatedDeliveryDate",
    "AsyncAfterShip",
    "CarbonEmissions",
    "CarbonEmissionsUnit",
    "Checkpoint",
    "CheckpointEvent",
    "CheckpointEventReason",
    "CheckpointSource",
    "CompletionReason",
    "ConfidenceCode",
    "Coordinate",
    "Courier",
    "CourierDetect",
    "CourierEstimatedDeliveryDate",
    "CourierList",
    "CourierListResponse",
    "CustomEstimatedDeliveryDate",
    "Customer",
    "CustomerRequest",
    "DeliveryStatus",
    "DeliverySubStatus",
    "DeliveryType",
    "ErrorMeta",
    "ErrorResponse",
    "ErrorType",
    "EstimatedDelivery",
    "EstimatedDeliveryDateAddress",
    "EstimatedDeliveryDateBatch",
    "EstimatedDeliveryDateBatchRequest",
    "EstimatedDeliveryDateBatchResponse",
    "EstimatedDeliveryDateRequest",
    "EstimatedDeliveryDateResponse",
    "EstimatedDeliveryDateResult",
    "EstimatedDeliveryDateWeight",
    "EstimatedDeliverySource",
    "EstimatedDeliveryType",
    "EstimatedPickup",
    "EstimatedPickupResult",
    "EventCode",
    "EventReasonCode",
    "FirstMile",
    "LastMile",
    "LastMileCreate",
    "LastMileSource",
    "MarkAsCompletedRequest",
    "Meta",
    "OnTimeStatus",
    "OrderProcessingTime",
    "OrderProcessingTimeUnit",
    "Pagination",
    "ShipmentWeight",
    "ShipmentWeightUnit",
    "SignatureRequirement",
    "SlugGroup",
    "Tracking",
    "TrackingCreate",
    "TrackingField",
    "TrackingList",
    "TrackingListField",
    "TrackingListResponse",
    "TrackingResponse",
    "TrackingSource",
    "TrackingUpdate",
    "TranslationLanguage",
    "WebhookEvent",
    "WebhookEventCode",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a client, an enum or a model on its first use."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from aftership_tracking.runtime.lazy_imports import load

        for module in ("client",) if name in ("AfterShip", "AsyncAfterShip") else ("enums", "models"):
            found = vars(load(f"{__name__}.{module}"))
            if name in found:
                return globals().setdefault(name, found[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
