"""Objects inside request bodies of API version 2025-07, as typed dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .enums import OrderProcessingTimeUnit
    from .models import (
        EstimatedDeliveryDateAddress, EstimatedDeliveryDateWeight, EstimatedPickup, OrderProcessingTime,
    )  # fmt: skip


class EstimatedDeliveryDateAddressInput(TypedDict):
    """Where a parcel is picked up or delivered. Needs state or postal_code."""

    state: NotRequired[str | None]
    """The state. Needed when there is no postal_code. 1 to 256 characters (inferred)."""
    city: NotRequired[str | None]
    """The city. 1 to 256 characters (inferred)."""
    postal_code: NotRequired[str | None]
    """The postal code. Needed when there is no state. It is checked, by a rule that is not known. 1 to 256
    characters (inferred).
    """
    raw_location: NotRequired[str | None]
    """The address as free text. 1 to 512 characters (inferred)."""
    country_region: str
    """The country or region (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs)."""


class EstimatedDeliveryDateWeightInput(TypedDict):
    """The total weight."""

    unit: str
    """The unit, for instance kg."""
    value: float
    """How much it weighs."""


class OrderProcessingTimeInput(TypedDict):
    """How long the shop needs for an order."""

    unit: NotRequired[OrderProcessingTimeUnit | str]
    """The unit of the value. Day when absent."""
    value: NotRequired[float]
    """How long it takes. Zero when absent."""


class EstimatedPickupInput(TypedDict):
    """What a pickup time can be worked out from."""

    order_time: str
    """When the order was placed, local time of the origin. Form: a time as `2024-02-06 14:30:00`."""
    order_cutoff_time: NotRequired[str | None]
    """Until when an order is handled the same day. 18:00:00 when absent. Form: a time of day as
    `14:30:00`.
    """
    business_days: NotRequired[Sequence[int] | None]
    """Working days, 1 is Monday. Monday to Friday when absent."""
    order_processing_time: NotRequired[OrderProcessingTime | OrderProcessingTimeInput | None]
    """How long the shop needs."""


class EstimatedDeliveryDateRequestInput(TypedDict):
    """A parcel whose delivery date is wanted. Needs pickup_time or estimated_pickup."""

    slug: str
    """The courier's code. Not empty (inferred)."""
    service_type_name: NotRequired[str | None]
    """The courier's service, by the name that AfterShip lists. Not empty (inferred)."""
    origin_address: EstimatedDeliveryDateAddress | EstimatedDeliveryDateAddressInput
    """Where the parcel is picked up. In a country without states, cities or postal codes, its three
    letters stand for them.
    """
    destination_address: EstimatedDeliveryDateAddress | EstimatedDeliveryDateAddressInput
    """Where the parcel is delivered."""
    weight: NotRequired[EstimatedDeliveryDateWeight | EstimatedDeliveryDateWeightInput | None]
    """The total weight."""
    package_count: NotRequired[int | None]
    """How many packages there are."""
    pickup_time: NotRequired[str | None]
    """When the parcel is picked up, local time of the origin. Form: a time as `2024-02-06 14:30:00`."""
    estimated_pickup: NotRequired[EstimatedPickup | EstimatedPickupInput | None]
    """Lets the service work out the pickup. Needed when there is no pickup_time."""


class CustomerRequestInput(TypedDict):
    """A person or company to tie to a shipment."""

    role: NotRequired[str]
    """What the customer is to the shipment. Free text, such as buyer or sender."""
    name: NotRequired[str]
    """The name."""
    phone_number: NotRequired[str]
    """The number for SMS notifications, with + and country code. Matching `^\\+`."""
    email: NotRequired[str]
    """The address for e-mail notifications."""
    language: NotRequired[str]
    """The language of notifications to this customer."""


class LastMileCreateInput(TypedDict):
    """The courier that delivers in the end."""

    tracking_number: str
    """The number at the last courier."""
    slug: NotRequired[str]
    """The last courier's code."""
