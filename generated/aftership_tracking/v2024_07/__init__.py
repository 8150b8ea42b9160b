"""Client of the AfterShip Tracking API, version 2024-07.

Everything here loads on first use, so that importing the package stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AfterShip, AsyncAfterShip
    from .enums import (
        AdditionalField,
        CarbonEmissionsUnit,
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
        LegacyTranslationLanguage,
        NextCourierSource,
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
        CourierList,
        CourierListResponse,
        CustomEstimatedDeliveryDate,
        ErrorMeta,
        ErrorResponse,
        EstimatedDelivery,
        EstimatedDeliveryDateAddress,
        EstimatedDeliveryDateBatch,
        EstimatedDeliveryDateBatchRequest,
        EstimatedDeliveryDateBatchResponse,
        EstimatedDeliveryDateRequest,
        EstimatedDeliveryDateResult,
        EstimatedDeliveryDateWeight,
        EstimatedPickup,
        EstimatedPickupResult,
        MarkAsCompletedRequest,
        Meta,
        NextCourier,
        NextCourierCreate,
        OrderProcessingTime,
        ShipmentWeight,
        Tracking,
        TrackingCreate,
        TrackingList,
        TrackingListResponse,
        TrackingResponse,
        TrackingUpdate,
        TrackingUpdateByNumber,
        WebhookEvent,
    )

API_VERSION = "2024-07"

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
    "CompletionReason",
    "ConfidenceCode",
    "Coordinate",
    "Courier",
    "CourierDetect",
    "CourierList",
    "CourierListResponse",
    "CustomEstimatedDeliveryDate",
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
    "EstimatedDeliveryDateResult",
    "EstimatedDeliveryDateWeight",
    "EstimatedDeliverySource",
    "EstimatedDeliveryType",
    "EstimatedPickup",
    "EstimatedPickupResult",
    "EventCode",
    "EventReasonCode",
    "LegacyTranslationLanguage",
    "MarkAsCompletedRequest",
    "Meta",
    "NextCourier",
    "NextCourierCreate",
    "NextCourierSource",
    "OnTimeStatus",
    "OrderProcessingTime",
    "OrderProcessingTimeUnit",
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
    "TrackingUpdateByNumber",
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
