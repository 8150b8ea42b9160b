"""The objects of API version 2025-07.

The type of a field says what a full response holds. `UNSET` was not sent, `None` is null.
"""

from __future__ import annotations

from typing import Any

from aftership_tracking.recipes.tracking_model import TrackingBase
from aftership_tracking.runtime.models.model import Model, model
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET, UnsetType, sent

from .enums import (
    AdditionalField, CarbonEmissionsUnit, CheckpointSource, CompletionReason, ConfidenceCode, DeliveryStatus,
    DeliverySubStatus, DeliveryType, ErrorType, EstimateReviseReason, EstimatedDeliverySource,
    EstimatedDeliveryType, EventCode, EventReasonCode, LastMileSource, OnTimeStatus, OrderProcessingTimeUnit,
    ShipmentWeightUnit, SignatureRequirement, SlugGroup, TrackingSource, WebhookEventCode,
)  # fmt: skip


@model
class Meta(Model):
    """How a request went."""

    code: int
    """The HTTP status of the success. 200 to 201 (by the SDKs)."""
    message: str | UnsetType = UNSET
    """What went wrong. Only when the request failed."""
    type: ErrorType | UnsetType = UNSET
    """The class of the error. Only when the request failed."""


@model
class ErrorMeta(Model):
    """Why a request failed."""

    code: int
    """The error code. See the table x-errors."""
    message: str
    """What went wrong. Made for people: do not compare with it."""
    type: ErrorType
    """The class of the error."""
    errors: list[Any] | UnsetType = UNSET
    """Seen empty on a refused key. Nothing more is known about it."""


@model
class ErrorResponse(Model):
    """The response to a request that failed."""

    meta: ErrorMeta
    """Why the request failed."""
    data: dict[str, Any]
    """Usually empty. A refused create may echo the object that was sent."""


@model
class Tracking(TrackingBase):
    """One shipment that is followed. Any property can be missing, for instance when only some were
    requested.
    """

    id: str = sent()
    """The id of the tracking, made by the service or chosen by the caller. Not empty, matching
    `^[0-9A-Za-z_-]{1,128}$`.
    """
    created_at: Timestamp = sent()
    """When the tracking was added."""
    updated_at: Timestamp = sent()
    """When the tracking last changed."""
    tracking_number: str = sent()
    """The number that is followed. Not empty (by the SDKs)."""
    slug: str = sent()
    """The courier's code. The code unrecognized means that none could be found. Not empty (by the SDKs)."""
    active: bool = sent()
    """Whether the courier is still polled. False after some days without news."""
    custom_fields: dict[str, str] | None = sent()
    """Custom data of the account, strings by name."""
    transit_time: int | None = sent(inferred=True)
    """Days from pickup to delivery, or to today. Null without a pickup date."""
    origin_state: str | None = sent(inferred=True)
    """The sender's state."""
    origin_city: str | None = sent(inferred=True)
    """The sender's city."""
    origin_postal_code: str | None = sent(inferred=True)
    """The sender's postal code."""
    origin_raw_location: str | None = sent(inferred=True)
    """The sender's location as free text."""
    destination_state: str | None = sent(inferred=True)
    """The recipient's state."""
    destination_city: str | None = sent(inferred=True)
    """The recipient's city."""
    destination_postal_code: str | None = sent(inferred=True)
    """The recipient's postal code."""
    destination_raw_location: str | None = sent(inferred=True)
    """The recipient's location as free text."""
    note: str | None = sent()
    """A free note."""
    order_id: str | None = sent()
    """The id of the order."""
    order_id_path: str | None = sent()
    """The address of the order in the shop."""
    order_date: Timestamp | None = sent(inferred=True)
    """When the order was placed, with the offset that the caller gave."""
    order_number: str | None = sent(inferred=True)
    """The order number for people."""
    shipment_package_count: float | None = sent()
    """How many packages the shipment has."""
    shipment_pickup_date: Time | None = sent()
    """When the courier took the parcel, in the zone of that location. Comes as a day, a time without a
    zone or a time with a zone.
    """
    shipment_delivery_date: Time | None = sent()
    """When the parcel was delivered, in the recipient's zone. Comes as a day, a time without a zone or a
    time with a zone.
    """
    shipment_type: str | None = sent()
    """The courier's service."""
    signed_by: str | None = sent()
    """Who signed for the parcel."""
    source: TrackingSource = sent()
    """How the tracking was added."""
    tag: DeliveryStatus = sent()
    """The status."""
    subtag: DeliverySubStatus = sent()
    """The sub-status."""
    subtag_message: str | None = sent()
    """The sub-status as text."""
    title: str = sent()
    """A label. The tracking number unless set."""
    tracked_count: float = sent()
    """How often the courier was polled."""
    last_mile_tracking_supported: bool | None = sent()
    """Whether the parcel can be followed to the end. Null when unknown."""
    language: str | None = sent()
    """The recipient's language (ISO 639-1)."""
    unique_token: str = sent()
    """No longer used. Always the string deprecated. Deprecated."""
    checkpoints: list[Checkpoint] = sent()
    """The history. Oldest first in every sample, though not promised. Empty when there is none."""
    subscribed_smses: list[str] = sent()
    """Phone numbers that recipients registered themselves."""
    subscribed_emails: list[str] = sent()
    """Addresses that recipients registered themselves."""
    return_to_sender: bool = sent()
    """Whether the parcel goes back: a checkpoint has Exception_010 or Exception_011."""
    order_promised_delivery_date: Time | None = sent()
    """When the order was promised to the buyer. Comes as a day, a time without a zone or a time with a
    zone.
    """
    delivery_type: DeliveryType | None = sent()
    """How the recipient gets the parcel."""
    pickup_location: str | None = sent()
    """Where the recipient collects the parcel."""
    pickup_note: str | None = sent()
    """A note for the collection."""
    courier_tracking_link: str | None = sent(inferred=True)
    """The courier's own tracking page."""
    courier_redirect_link: str | None = sent(inferred=True)
    """The courier's page for changing the delivery."""
    first_attempted_at: Time | None = sent(inferred=True)
    """When delivery was first tried. Comes as a time without a zone or a time with a zone."""
    tracking_account_number: str | None = sent()
    """The shipper's account number at the courier."""
    tracking_key: str | None = sent()
    """A credential or key that the courier asks for."""
    tracking_ship_date: Time | None = sent()
    """When it was dispatched. Also used for statistics of processing times. Comes as a day, a day as
    `20240206`, a time without a zone or a time with a zone.
    """
    on_time_status: OnTimeStatus | None = sent(inferred=True)
    """Punctuality against the first estimate."""
    on_time_difference: float | None = sent(inferred=True)
    """Days from the first estimate to the first delivery attempt, or until then to the current estimate.
    Negative when early.
    """
    order_tags: list[str] | None = sent(inferred=True)
    """Tags of the order. Seen both null and empty."""
    shipment_tags: list[str] | None = sent(inferred=True)
    """Tags of the shipment."""
    aftership_estimated_delivery_date: AftershipEstimatedDeliveryDate | None = sent(inferred=True)
    """AfterShip's own prediction."""
    custom_estimated_delivery_date: CustomEstimatedDeliveryDate | None = sent(inferred=True)
    """The estimate by rules of the account."""
    first_estimated_delivery: EstimatedDelivery | None = sent(inferred=True)
    """The first estimate."""
    latest_estimated_delivery: LatestEstimatedDelivery | None = sent(inferred=True)
    """The current estimate."""
    courier_connection_id: str | None = sent(inferred=True)
    """The courier account that is used."""
    carbon_emissions: CarbonEmissions | None = sent(inferred=True)
    """Emissions of the transport. Only after delivery, and only in some plans."""
    location_id: str | None = sent(inferred=True)
    """The location that fulfils the order."""
    shipping_method: str | None = sent(inferred=True)
    """The shipping option chosen at checkout."""
    failed_delivery_attempts: int | None = sent(inferred=True)
    """How many delivery attempts of the courier failed."""
    signature_requirement: SignatureRequirement | None = sent(inferred=True)
    """Which signature the delivery service asks for."""
    legacy_id: str | None = sent(inferred=True)
    """The id with 24 characters of earlier versions. Taken wherever an id is."""
    delivery_location_type: str | None = sent(inferred=True)
    """Where the courier left the parcel, as free text."""
    shipment_weight: ShipmentWeight | None = sent()
    """The total weight. The courier's figure comes first."""
    courier_estimated_delivery_date: CourierEstimatedDeliveryDate | None = sent()
    """The courier's own estimate."""
    aftership_tracking_url: str | None = sent(inferred=True)
    """The page where the recipient follows this shipment. Filled only when support has switched it on."""
    aftership_tracking_order_url: str | None = sent(inferred=True)
    """The page where the recipient follows the whole order. Filled only when support has switched it on."""
    origin_country_region: str | None = sent()
    """The country or region of origin (ISO alpha-3)."""
    destination_country_region: str | None = sent()
    """The country or region of destination (ISO alpha-3)."""
    courier_destination_country_region: str | None = sent()
    """The country or region of destination as the courier reports it (ISO alpha-3)."""
    customers: list[Customer] = sent()
    """People and companies tied to the shipment. Empty when there are none. At most 3 items."""
    first_mile: FirstMile | None = sent(inferred=True)
    """The leg until hand-over. Only when the service sees several legs."""
    last_mile: LastMile | None = sent(inferred=True)
    """The leg from hand-over to delivery."""

    _SECRETS = ("tracking_key",)


@model
class AftershipEstimatedDeliveryDate(Model):
    """A predicted delivery date."""

    estimated_delivery_date: Date = sent()
    """The most likely day."""
    confidence_code: ConfidenceCode | None = sent(inferred=True)
    """How sure the prediction is."""
    estimated_delivery_date_min: Date = sent()
    """The earliest day."""
    estimated_delivery_date_max: Date = sent()
    """The latest day."""


@model
class CustomEstimatedDeliveryDate(Model):
    """An estimate by rules of the account."""

    type: EstimatedDeliveryType = sent()
    """One date or a range."""
    datetime: Date | None = sent()
    """The day, for a specific date."""
    datetime_min: Date | None = sent()
    """The earliest day, for a range."""
    datetime_max: Date | None = sent()
    """The latest day, for a range."""


@model
class EstimatedDelivery(Model):
    """An estimate and who made it."""

    type: EstimatedDeliveryType = sent()
    """One date or a range."""
    source: EstimatedDeliverySource = sent()
    """Who made the estimate."""
    datetime: Time | None = sent()
    """The time, for a specific date. Comes as a day, a time without a zone or a time with a zone."""
    datetime_min: Time | None = sent()
    """The earliest time, for a range. Comes as a day, a time without a zone or a time with a zone."""
    datetime_max: Time | None = sent()
    """The latest time, for a range. Comes as a day, a time without a zone or a time with a zone."""


@model
class CarbonEmissions(Model):
    """Emissions of the transport."""

    unit: CarbonEmissionsUnit | None = sent(inferred=True)
    """The unit of the value."""
    value: float | None = sent(inferred=True)
    """How much was emitted."""


@model
class Checkpoint(Model):
    """One event in the history of a shipment."""

    created_at: Timestamp = sent()
    """When the event was recorded."""
    slug: str | None = sent()
    """The courier of this event."""
    checkpoint_time: Time = sent()
    """When it happened, in local time. Comes as a time without a zone or a time with a zone."""
    location: str | None = sent()
    """The location in the courier's words."""
    city: str | None = sent()
    """The city."""
    state: str | None = sent()
    """The state."""
    zip: str | None = sent()
    """The postal code."""
    message: str = sent()
    """The courier's text."""
    tag: DeliveryStatus = sent()
    """The status."""
    subtag: DeliverySubStatus = sent()
    """The sub-status."""
    subtag_message: str | None = sent()
    """The sub-status as text."""
    raw_tag: str | None = sent()
    """The courier's own status code."""
    events: list[CheckpointEvent] | None = sent(inferred=True)
    """What the event was recognised as. Beta: may change for the same message."""
    coordinate: Coordinate | None = sent()
    """Where the shipment was. Null when unknown."""
    country_region: str | None = sent()
    """The country or region (ISO alpha-3)."""
    country_region_name: str | None = sent()
    """The country or region in words. It may hold other text, or the code."""
    source: CheckpointSource | None = sent(inferred=True)
    """Where the checkpoint comes from."""


@model
class CheckpointEvent(Model):
    """What a checkpoint was recognised as."""

    code: EventCode | None = sent(inferred=True)
    """What happened."""
    reason: CheckpointEventReason | None = sent(inferred=True)
    """Why it happened, when known."""


@model
class CheckpointEventReason(Model):
    """Why an event happened."""

    code: EventReasonCode | None = sent(inferred=True)
    """The cause."""


@model
class TrackingList(Model):
    """One page of trackings."""

    trackings: list[Tracking]
    """The trackings of this page."""
    pagination: Pagination
    """How the list goes on."""


@model
class TrackingResponse(Model):
    """A response with one tracking."""

    meta: Meta
    """How the request went."""
    data: Tracking
    """The content of the response."""


@model
class TrackingListResponse(Model):
    """A response with a page of trackings."""

    meta: Meta
    """How the request went."""
    data: TrackingList
    """The content of the response."""


@model
class TrackingCreate(Model):
    """A shipment to follow."""

    tracking_number: str
    """The number to follow: capital letters, digits, hyphen, dot, underscore, slash. 4 to 100 characters,
    matching `^[A-Z0-9._/-]+$`.
    """
    slug: str | UnsetType = UNSET
    """The courier's code. Detected when absent. Not together with slug_group."""
    slug_group: SlugGroup | UnsetType = UNSET
    """Detect within this family of couriers. Not together with slug."""
    title: str | UnsetType = UNSET
    """A label. The tracking number when absent. Not empty (inferred)."""
    order_id: str | UnsetType = UNSET
    """The id of the order, unique in all shops. Not empty (inferred)."""
    order_id_path: str | UnsetType = UNSET
    """The address of the order in the shop. Not empty (inferred)."""
    order_number: str | UnsetType = UNSET
    """The order number for people."""
    order_date: Timestamp | UnsetType = UNSET
    """When the order was placed."""
    custom_fields: dict[str, str] | UnsetType = UNSET
    """Custom data, strings by name. No personal data is allowed here. At most 25 entries (inferred), each
    name at most 30 characters, each value at most 512 characters (inferred).
    """
    language: str | UnsetType = UNSET
    """The recipient's language for notifications (ISO 639-1). Not empty (inferred)."""
    order_promised_delivery_date: Time | UnsetType = UNSET
    """When the order was promised to the buyer. Comes as a day, a time without a zone or a time with a
    zone.
    """
    delivery_type: DeliveryType | UnsetType = UNSET
    """How the recipient gets the parcel."""
    pickup_location: str | UnsetType = UNSET
    """Where the recipient collects the parcel. Not empty (inferred)."""
    pickup_note: str | UnsetType = UNSET
    """A note for the collection. Not empty (inferred)."""
    origin_state: str | UnsetType = UNSET
    """The sender's state."""
    origin_city: str | UnsetType = UNSET
    """The sender's city."""
    origin_postal_code: str | UnsetType = UNSET
    """The sender's postal code."""
    origin_raw_location: str | UnsetType = UNSET
    """The sender's location as free text."""
    destination_state: str | UnsetType = UNSET
    """The recipient's state. Some couriers need it."""
    destination_city: str | UnsetType = UNSET
    """The recipient's city."""
    destination_postal_code: str | UnsetType = UNSET
    """The recipient's postal code. Some couriers need it."""
    destination_raw_location: str | UnsetType = UNSET
    """The recipient's location as free text."""
    note: str | UnsetType = UNSET
    """A free note."""
    shipment_type: str | UnsetType = UNSET
    """The courier's service. When given, the courier's own value no longer replaces it."""
    shipment_tags: list[str] | UnsetType = UNSET
    """Tags of the shipment. At most 50 items (inferred), each at most 32 characters (inferred)."""
    courier_connection_id: str | UnsetType = UNSET
    """The courier account to use. The oldest one when absent."""
    location_id: str | UnsetType = UNSET
    """The active location that fulfils the order. Not together with fields of the origin."""
    shipping_method: str | UnsetType = UNSET
    """The shipping option chosen at checkout."""
    tracking_account_number: str | UnsetType = UNSET
    """The shipper's account number at the courier."""
    tracking_key: str | UnsetType = UNSET
    """A credential or key that the courier asks for."""
    tracking_ship_date: Time | UnsetType = UNSET
    """When it was dispatched. Also used for statistics of processing times. Comes as a day, a day as
    `20240206`, a time without a zone or a time with a zone.
    """
    origin_country_region: str | UnsetType = UNSET
    """The country or region of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs)."""
    destination_country_region: str | UnsetType = UNSET
    """The country or region of destination (ISO alpha-3). Some couriers need it. Matching `^[A-Z]{3}$` (by
    the SDKs).
    """
    customers: list[CustomerRequest] | UnsetType = UNSET
    """People and companies tied to the shipment. At most three. At most 3 items."""
    last_mile: LastMileCreate | UnsetType = UNSET
    """The courier that delivers in the end."""
    id: str | UnsetType = UNSET
    """The id that the tracking gets. Made by the service when absent. Matching `^[0-9A-Za-z_-]{1,128}$`."""

    _SECRETS = ("tracking_key",)


@model
class TrackingUpdate(Model):
    """Changes to a tracking. What is absent stays as it is."""

    note: str | UnsetType = UNSET
    """A free note. An empty string removes it."""
    title: str | UnsetType = UNSET
    """A label."""
    order_id: str | UnsetType = UNSET
    """The id of the order, unique in all shops."""
    order_id_path: str | UnsetType = UNSET
    """The address of the order in the shop."""
    order_number: str | UnsetType = UNSET
    """The order number for people."""
    order_date: Timestamp | UnsetType = UNSET
    """When the order was placed."""
    custom_fields: dict[str, str] | UnsetType = UNSET
    """Custom data, strings by name. No personal data is allowed here. At most 25 entries (inferred), each
    name at most 30 characters, each value at most 512 characters (inferred).
    """
    language: str | UnsetType = UNSET
    """The recipient's language for notifications (ISO 639-1)."""
    order_promised_delivery_date: Time | UnsetType = UNSET
    """When the order was promised to the buyer. Comes as a day, a time without a zone or a time with a
    zone.
    """
    delivery_type: DeliveryType | UnsetType = UNSET
    """How the recipient gets the parcel."""
    pickup_location: str | UnsetType = UNSET
    """Where the recipient collects the parcel."""
    pickup_note: str | UnsetType = UNSET
    """A note for the collection."""
    slug: str | UnsetType = UNSET
    """The courier's code. Changes the courier."""
    tracking_account_number: str | UnsetType = UNSET
    """The shipper's account number at the courier."""
    tracking_key: str | UnsetType = UNSET
    """A credential or key that the courier asks for."""
    tracking_ship_date: Time | UnsetType = UNSET
    """When it was dispatched. Also used for statistics of processing times. Comes as a day, a day as
    `20240206`, a time without a zone or a time with a zone.
    """
    location_id: str | UnsetType = UNSET
    """The active location that fulfils the order. Not together with fields of the origin."""
    shipping_method: str | UnsetType = UNSET
    """The shipping option chosen at checkout."""
    shipment_type: str | UnsetType = UNSET
    """The courier's service. When given, the courier's own value no longer replaces it."""
    origin_state: str | UnsetType = UNSET
    """The sender's state."""
    origin_city: str | UnsetType = UNSET
    """The sender's city."""
    origin_postal_code: str | UnsetType = UNSET
    """The sender's postal code."""
    origin_raw_location: str | UnsetType = UNSET
    """The sender's location as free text."""
    destination_state: str | UnsetType = UNSET
    """The recipient's state. Some couriers need it."""
    destination_city: str | UnsetType = UNSET
    """The recipient's city."""
    destination_postal_code: str | UnsetType = UNSET
    """The recipient's postal code. Some couriers need it."""
    destination_raw_location: str | UnsetType = UNSET
    """The recipient's location as free text."""
    origin_country_region: str | UnsetType = UNSET
    """The country or region of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs)."""
    destination_country_region: str | UnsetType = UNSET
    """The country or region of destination (ISO alpha-3). Some couriers need it. Matching `^[A-Z]{3}$` (by
    the SDKs).
    """
    customers: list[CustomerRequest] | UnsetType = UNSET
    """People and companies tied to the shipment. At most three. At most 3 items."""

    _SECRETS = ("tracking_key",)


@model
class MarkAsCompletedRequest(Model):
    """How a tracking ends."""

    reason: CompletionReason
    """Why the tracking is complete."""
    event_datetime: Time | UnsetType = UNSET
    """When it really happened. Comes as a day, a time without a zone or a time with a zone."""


@model
class Courier(Model):
    """A courier."""

    slug: str = sent()
    """The courier's code."""
    name: str = sent()
    """The courier's name."""
    phone: str | None = sent()
    """Phone numbers as free text."""
    other_name: str | None = sent()
    """Other names as free text."""
    web_url: str | None = sent()
    """The courier's web page."""
    required_fields: list[AdditionalField] | None = sent()
    """Fields that must be given with a number of this courier."""
    optional_fields: list[AdditionalField] | None = sent()
    """Fields that only some numbers of this courier need."""
    default_language: str | None = sent(inferred=True)
    """The language of the courier's texts."""
    support_languages: list[str] | None = sent(inferred=True)
    """Languages that the courier offers."""
    service_from_country_regions: list[str] | None = sent(inferred=True)
    """Countries and regions that the courier sends from. Empty can mean many."""
    credentials: CourierCredentials | None = sent(inferred=True)
    """What a connection to this courier needs."""
    active: bool | UnsetType = UNSET
    """Most likely whether the account has activated the courier. It may not come at all."""


@model
class CourierList(Model):
    """Couriers and their number."""

    total: int
    """How many couriers there are."""
    couriers: list[Courier]
    """The couriers."""


@model
class CourierListResponse(Model):
    """A response with couriers."""

    meta: Meta
    """How the request went."""
    data: CourierList
    """The content of the response."""


@model
class CourierDetect(Model):
    """A number whose courier is wanted."""

    tracking_number: str
    """The number to look at."""
    slug_group: SlugGroup | UnsetType = UNSET
    """Only consider this family of couriers. Not together with slug."""
    tracking_account_number: str | UnsetType = UNSET
    """The shipper's account number at the courier."""
    tracking_key: str | UnsetType = UNSET
    """A credential or key that the courier asks for."""
    tracking_ship_date: Time | UnsetType = UNSET
    """The day of dispatch, as YYYYMMDD. Form: a day as `20240206`."""
    slug: list[str] | UnsetType = UNSET
    """Only consider these couriers. Not together with slug_group."""
    origin_country_region: str | UnsetType = UNSET
    """The country or region of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs)."""
    destination_country_region: str | UnsetType = UNSET
    """The country or region of destination (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs)."""
    destination_postal_code: str | UnsetType = UNSET
    """The recipient's postal code."""
    destination_state: str | UnsetType = UNSET
    """The recipient's state or province."""

    _SECRETS = ("tracking_key",)


@model
class EstimatedDeliveryDateAddress(Model):
    """Where a parcel is picked up or delivered. Needs state or postal_code."""

    state: str | None = sent()
    """The state. Needed when there is no postal_code. 1 to 256 characters (inferred)."""
    city: str | None = sent()
    """The city. 1 to 256 characters (inferred)."""
    postal_code: str | None = sent()
    """The postal code. Needed when there is no state. It is checked, by a rule that is not known. 1 to 256
    characters (inferred).
    """
    raw_location: str | None = sent()
    """The address as free text. 1 to 512 characters (inferred)."""
    country_region: str
    """The country or region (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs)."""


@model
class EstimatedDeliveryDateWeight(Model):
    """The total weight."""

    unit: str
    """The unit, for instance kg."""
    value: float
    """How much it weighs."""


@model
class OrderProcessingTime(Model):
    """How long the shop needs for an order."""

    unit: OrderProcessingTimeUnit | None = sent(inferred=True)
    """The unit of the value. Day when absent."""
    value: float | None = sent(inferred=True)
    """How long it takes. Zero when absent."""


@model
class EstimatedPickup(Model):
    """What a pickup time can be worked out from."""

    order_time: Time
    """When the order was placed, local time of the origin. Form: a time as `2024-02-06 14:30:00`."""
    order_cutoff_time: Time | None | UnsetType = UNSET
    """Until when an order is handled the same day. 18:00:00 when absent. Form: a time of day as
    `14:30:00`.
    """
    business_days: list[int] | None | UnsetType = UNSET
    """Working days, 1 is Monday. Monday to Friday when absent."""
    order_processing_time: OrderProcessingTime | None | UnsetType = UNSET
    """How long the shop needs."""


@model
class EstimatedPickupResult(Model):
    """What a pickup time was worked out from, and the result."""

    order_time: Time | None = sent(inferred=True)
    """When the order was placed, local time of the origin. Form: a time as `2024-02-06 14:30:00`."""
    order_cutoff_time: Time | None = sent(inferred=True)
    """Until when an order is handled the same day. 18:00:00 when absent. Form: a time of day as
    `14:30:00`.
    """
    business_days: list[int] | None = sent(inferred=True)
    """Working days, 1 is Monday. Monday to Friday when absent."""
    order_processing_time: OrderProcessingTime | None = sent(inferred=True)
    """How long the shop needs."""
    pickup_time: Time | None = sent(inferred=True)
    """The pickup time that was worked out, local time of the origin. Form: a time as `2024-02-06
    14:30:00`.
    """


@model
class EstimatedDeliveryDateRequest(Model):
    """A parcel whose delivery date is wanted. Needs pickup_time or estimated_pickup."""

    slug: str
    """The courier's code. Not empty (inferred)."""
    service_type_name: str | None | UnsetType = UNSET
    """The courier's service, by the name that AfterShip lists. Not empty (inferred)."""
    origin_address: EstimatedDeliveryDateAddress
    """Where the parcel is picked up. In a country without states, cities or postal codes, its three
    letters stand for them.
    """
    destination_address: EstimatedDeliveryDateAddress
    """Where the parcel is delivered."""
    weight: EstimatedDeliveryDateWeight | None | UnsetType = UNSET
    """The total weight."""
    package_count: int | None | UnsetType = UNSET
    """How many packages there are."""
    pickup_time: Time | None | UnsetType = UNSET
    """When the parcel is picked up, local time of the origin. Form: a time as `2024-02-06 14:30:00`."""
    estimated_pickup: EstimatedPickup | None | UnsetType = UNSET
    """Lets the service work out the pickup. Needed when there is no pickup_time."""


@model
class EstimatedDeliveryDateResult(Model):
    """A prediction, with everything that was requested."""

    slug: str
    """As requested: the courier's code."""
    service_type_name: str | None = sent()
    """As requested: the courier's service."""
    origin_address: EstimatedDeliveryDateAddress
    """As requested: where the parcel is picked up."""
    destination_address: EstimatedDeliveryDateAddress
    """As requested: where the parcel is delivered."""
    weight: EstimatedDeliveryDateWeight | None = sent()
    """As requested: the total weight."""
    package_count: int | None = sent()
    """As requested: how many packages there are."""
    pickup_time: Time | None = sent()
    """As requested: when the parcel is picked up, local time of the origin. Form: a time as `2024-02-06
    14:30:00`.
    """
    estimated_pickup: EstimatedPickupResult | None = sent()
    """As requested, with the pickup time that was worked out."""
    estimated_delivery_date: Date | None = sent(inferred=True)
    """The most likely day. What comes without a prediction is not documented."""
    estimated_delivery_date_min: Date | None = sent(inferred=True)
    """The earliest day."""
    estimated_delivery_date_max: Date | None = sent(inferred=True)
    """The latest day."""
    confidence_code: ConfidenceCode | None = sent(inferred=True)
    """How sure the prediction is."""
    id: str
    """Names this prediction."""


@model
class EstimatedDeliveryDateBatchRequest(Model):
    """The body of a batch prediction."""

    estimated_delivery_dates: list[EstimatedDeliveryDateRequest]
    """The parcels. At most five; one that is wrong fails all. 1 to 5 items (inferred)."""


@model
class EstimatedDeliveryDateBatch(Model):
    """Predictions, in the order of the request."""

    estimated_delivery_dates: list[EstimatedDeliveryDateResult]
    """The predictions."""


@model
class EstimatedDeliveryDateBatchResponse(Model):
    """A response with predictions."""

    meta: Meta
    """How the request went."""
    data: EstimatedDeliveryDateBatch
    """The content of the response."""


@model
class WebhookEvent(Model):
    """What a webhook sends. There is no envelope of meta and data."""

    event: WebhookEventCode
    """Why it is sent."""
    event_id: str
    """Names this event. The same for every attempt: use it to drop duplicates."""
    is_tracking_first_tag: bool | UnsetType = UNSET
    """Whether this is the first update under this status. It may be absent from other events than
    tracking_update.
    """
    msg: Tracking
    """The whole tracking. Empty custom_fields come as null here."""
    ts: int
    """When the event occurred, in seconds since 1970 (UTC)."""


@model
class Coordinate(Model):
    """A position on the globe."""

    latitude: float = sent()
    """Degrees north of the equator."""
    longitude: float = sent()
    """Degrees east of Greenwich."""


@model
class ShipmentWeight(Model):
    """The weight of a shipment."""

    unit: ShipmentWeightUnit | None = sent(inferred=True)
    """The unit of the value."""
    value: float | None = sent(inferred=True)
    """How much it weighs."""


@model
class Pagination(Model):
    """Where a page stands in its list."""

    total: int = sent()
    """How many entries match in all."""
    next_cursor: str = sent()
    """Pass it as cursor to get the next page. Empty on the last page."""
    has_next_page: bool = sent()
    """Whether there is a next page."""


@model
class CourierEstimatedDeliveryDate(Model):
    """The courier's own estimate, in the recipient's zone."""

    estimated_delivery_date: Time | None = sent(inferred=True)
    """The most likely time. Comes as a day, a time without a zone or a time with a zone."""
    estimated_delivery_date_min: Time | None = sent(inferred=True)
    """The earliest time. Comes as a day, a time without a zone or a time with a zone."""
    estimated_delivery_date_max: Time | None = sent(inferred=True)
    """The latest time. Comes as a day, a time without a zone or a time with a zone."""


@model
class EstimatedDeliveryDateResponse(Model):
    """A response with one prediction."""

    meta: Meta
    """How the request went."""
    data: EstimatedDeliveryDateResult
    """The prediction."""


@model
class Customer(Model):
    """A person or company tied to a shipment."""

    role: str | None = sent(inferred=True)
    """What the customer is to the shipment. Free text, such as buyer or sender."""
    name: str | None = sent(inferred=True)
    """The name."""
    phone_number: str | None = sent(inferred=True)
    """The number for SMS notifications, with + and country code."""
    email: str | None = sent(inferred=True)
    """The address for e-mail notifications."""
    language: str | None = sent(inferred=True)
    """The language of notifications to this customer."""


@model
class CustomerRequest(Model):
    """A person or company to tie to a shipment."""

    role: str | UnsetType = UNSET
    """What the customer is to the shipment. Free text, such as buyer or sender."""
    name: str | UnsetType = UNSET
    """The name."""
    phone_number: str | UnsetType = UNSET
    """The number for SMS notifications, with + and country code. Matching `^\\+`."""
    email: str | UnsetType = UNSET
    """The address for e-mail notifications."""
    language: str | UnsetType = UNSET
    """The language of notifications to this customer."""


@model
class FirstMile(Model):
    """The leg of a shipment from pickup to hand-over."""

    tracking_number: str | None = sent(inferred=True)
    """The number at the first courier."""
    slug: str | None = sent(inferred=True)
    """The first courier's code."""
    transit_time: int | None = sent(inferred=True)
    """Days from pickup to hand-over."""
    courier_tracking_link: str | None = sent(inferred=True)
    """The courier's own tracking page."""
    courier_redirect_link: str | None = sent(inferred=True)
    """The courier's page for changing the delivery."""


@model
class LastMile(Model):
    """The leg of a shipment from hand-over to delivery."""

    tracking_number: str = sent()
    """The number at the last courier."""
    slug: str = sent()
    """The last courier's code."""
    transit_time: int | None = sent(inferred=True)
    """Days from hand-over to delivery."""
    courier_tracking_link: str | None = sent(inferred=True)
    """The courier's own tracking page."""
    courier_redirect_link: str | None = sent(inferred=True)
    """The courier's page for changing the delivery."""
    source: LastMileSource = sent()
    """Who named the last courier."""


@model
class LastMileCreate(Model):
    """The courier that delivers in the end."""

    tracking_number: str
    """The number at the last courier."""
    slug: str | UnsetType = UNSET
    """The last courier's code."""


@model
class CourierConnection(Model):
    """An account at a courier that the service may use."""

    id: str = sent()
    """The id of the connection. A tracking names it in courier_connection_id. Not empty (inferred)."""
    courier_slug: str = sent()
    """The courier's code."""
    credentials: dict[str, str] = sent()
    """The account data. Each courier asks for other keys."""
    created_at: Timestamp = sent()
    """When the connection was made. Documented as UTC, also shown with another offset."""
    updated_at: Timestamp = sent()
    """When the connection last changed. Documented as UTC, also shown with another offset."""

    _SECRETS = ("credentials",)


@model
class CourierConnectionList(Model):
    """One page of courier connections."""

    pagination: Pagination
    """How the list goes on."""
    courier_connections: list[CourierConnection]
    """The connections of this page."""


@model
class CourierConnectionCreate(Model):
    """A connection to make."""

    courier_slug: str
    """The courier's code."""
    credentials: dict[str, str]
    """The account data that this courier asks for."""

    _SECRETS = ("credentials",)


@model
class CourierConnectionUpdate(Model):
    """Changes to a connection."""

    credentials: dict[str, str]
    """The account data that this courier asks for."""

    _SECRETS = ("credentials",)


@model
class CourierConnectionResponse(Model):
    """A response with one courier connection."""

    meta: Meta
    """How the request went."""
    data: CourierConnection
    """The connection."""


@model
class CourierConnectionListResponse(Model):
    """A response with a page of courier connections."""

    meta: Meta
    """How the request went."""
    data: CourierConnectionList
    """The content of the response."""


@model
class CourierCredentials(Model):
    """What a connection to a courier needs."""

    fields: list[CourierCredentialField] | None = sent(inferred=True)
    """One entry for each credential."""


@model
class CourierCredentialField(Model):
    """A credential that a courier asks for."""

    name: str | None = sent(inferred=True)
    """Its name."""
    type: str | None = sent(inferred=True)
    """The kind of input that is expected."""
    required: bool | None = sent(inferred=True)
    """Whether it must be given."""


@model
class LatestEstimatedDelivery(Model):
    """The current estimate, who made it, and why it moved."""

    type: EstimatedDeliveryType = sent()
    """One date or a range."""
    source: EstimatedDeliverySource = sent()
    """Who made the estimate."""
    datetime: Time | None = sent()
    """The time, for a specific date. Comes as a day, a time without a zone or a time with a zone."""
    datetime_min: Time | None = sent()
    """The earliest time, for a range. Comes as a day, a time without a zone or a time with a zone."""
    datetime_max: Time | None = sent()
    """The latest time, for a range. Comes as a day, a time without a zone or a time with a zone."""
    revise_reason: EstimateReviseReason | None = sent(inferred=True)
    """Why the estimate moved. Only for AfterShip EDD, and only when known."""
