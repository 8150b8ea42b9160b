"""`trackings` of API version 2026-07: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.recipes.trackings_resource import AsyncTrackingRecipes, TrackingRecipes
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Documented, Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.paging import Cursor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.models.times import DatetimeInput, TimeInput
    from aftership_tracking.runtime.models.unset import UnsetType
    from aftership_tracking.runtime.options import CallOptions, Options
    from aftership_tracking.runtime.page import AsyncPages, Page

    from ..enums import (
        CompletionReason, DeliveryStatus, DeliveryType, ShipmentDirection, SlugGroup, TrackingField,
        TrackingListField, TranslationLanguage,
    )  # fmt: skip
    from ..inputs import (
        CustomerRequestInput, LastMileCreateInput, LastMileUpdateInput, OrderPromisedDeliveryDateInput,
    )  # fmt: skip
    from ..models import CustomerRequest, LastMileCreate, LastMileUpdate, OrderPromisedDeliveryDate, Tracking


_LIMIT = RateLimit(requests=5, seconds=1.0, shared=False)
LIST: Operation[Tracking] = Operation(
    "get-trackings", "GET", ("trackings",), returns="TrackingListResponse", unwrap=("data",),
    retry=Retry.SAFE, limit=RateLimit(requests=6, seconds=1.0, shared=False),
    errors=(4008, 400, 401, 403, 404, 429, 500), scopes=("aftership:tracking:read",),
    times=(("created_at_min", "zoned"), ("created_at_max", "zoned"), ("updated_at_min", "zoned"),
        ("updated_at_max", "zoned")),
    pagination=Cursor(
        ("data", "trackings"), "cursor", ("data", "pagination", "next_cursor"),
        ("data", "pagination", "has_next_page"), "limit", 100, 200,
    ),
    query_names=("limit", "keyword", "tracking_numbers", "slug", "transit_time", "origin", "destination",
        "tag", "created_at_min", "created_at_max", "updated_at_min", "updated_at_max", "fields",
        "return_to_sender", "courier_destination_country_region", "shipment_tags", "order_id"),
    query_values=(
        ("origin", "alpha-3"), ("destination", "alpha-3"), ("tag", "DeliveryStatus"),
        ("fields", "TrackingListField"), ("courier_destination_country_region", "alpha-3"),
        ("limit", Documented("1 to 200, default 100", minimum=1, maximum=200)),
        ("tracking_numbers", Documented("at most 50 items", max_items=50)),
        ("origin", Documented("each matching `^[A-Z]{3}$` (by the SDKs)",
            items=Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$"))),
        ("destination", Documented("each matching `^[A-Z]{3}$` (by the SDKs)",
            items=Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$"))),
        ("courier_destination_country_region", Documented("each matching `^[A-Z]*$`",
            items=Documented("matching `^[A-Z]*$`", pattern="^[A-Z]*$"))),),
)  # fmt: skip
CREATE: Operation[Tracking] = Operation(
    "create-tracking", "POST", ("trackings",), returns="TrackingResponse", unwrap=("data",),
    retry=Retry.CREATE_OR_GET_ONLY, limit=RateLimit(requests=20, seconds=1.0, shared=False),
    errors=(4001, 4003, 4005, 4007, 4008, 4009, 4010, 4011, 4012, 4017, 400, 401, 403, 404, 429, 500),
    required=("tracking_number",), scopes=("aftership:tracking:write",), times=(("order_date", "zoned"),),
    body_names=("tracking_number", "slug", "slug_group", "title", "order_id", "order_id_path", "order_number",
        "order_date", "custom_fields", "language", "delivery_type", "pickup_location", "pickup_note",
        "origin_state", "origin_city", "origin_postal_code", "origin_raw_location", "destination_state",
        "destination_city", "destination_postal_code", "destination_raw_location", "note", "shipment_type",
        "shipment_tags", "courier_connection_id", "location_id", "shipping_method", "tracking_account_number",
        "tracking_key", "tracking_ship_date", "origin_country_region", "destination_country_region",
        "customers", "last_mile", "id", "order_promised_delivery_date", "shipment_direction"),
    body_values=(
        ("slug_group", "SlugGroup"), ("delivery_type", "DeliveryType"), ("origin_country_region", "alpha-3"),
        ("destination_country_region", "alpha-3"), ("shipment_direction", "ShipmentDirection"),
        ("tracking_number", Documented("4 to 100 characters, matching `^[A-Z0-9._/-]+$`", min_length=4,
            max_length=100, pattern="^[A-Z0-9._/-]+$")), ("title", Documented("not empty", min_length=1)),
        ("order_id", Documented("not empty", min_length=1)),
        ("order_id_path", Documented("not empty", min_length=1)),
        ("custom_fields", Documented("at most 25 entries, each name at most 30 characters, each value at most 512 characters",
            max_entries=25,
            names=Documented("at most 30 characters", max_length=30),
            values=Documented("at most 512 characters", max_length=512))),
        ("language", Documented("not empty", min_length=1)),
        ("pickup_location", Documented("not empty", min_length=1)),
        ("pickup_note", Documented("not empty", min_length=1)),
        ("shipment_tags", Documented("at most 50 items, each at most 32 characters", max_items=50,
            items=Documented("at most 32 characters", max_length=32))),
        ("origin_country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("destination_country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("customers", Documented("at most 3 items", max_items=3)),
        ("customers.phone_number", Documented('matching `^\\+`', pattern='^\\+')),
        ("id", Documented("matching `^[0-9A-Za-z_-]{1,128}$`", pattern="^[0-9A-Za-z_-]{1,128}$")),
        ("order_promised_delivery_date.promised_delivery_date", Documented('matching `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`',
            pattern='^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')),
        ("order_promised_delivery_date.promised_delivery_date_min", Documented('matching `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`',
            pattern='^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')),
        ("order_promised_delivery_date.promised_delivery_date_max", Documented('matching `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`',
            pattern='^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')),),
)  # fmt: skip
GET: Operation[Tracking] = Operation(
    "get-tracking-by-id", "GET", ("trackings", Path("id")), returns="TrackingResponse", unwrap=("data",),
    retry=Retry.SAFE, limit=_LIMIT, errors=(4004, 4015, 400, 401, 403, 404, 429, 500),
    scopes=("aftership:tracking:read",),
    query_names=("fields", "lang"),
    query_values=(("fields", "TrackingField"), ("lang", "TranslationLanguage")),
)  # fmt: skip
UPDATE: Operation[Tracking] = Operation(
    "update-tracking-by-id", "PUT", ("trackings", Path("id")), returns="TrackingResponse", unwrap=("data",),
    retry=Retry.SAFE, limit=_LIMIT, errors=(4001, 4004, 4008, 4010, 4015, 400, 401, 403, 404, 429, 500),
    clears=("last_mile",), scopes=("aftership:tracking:write",), times=(("order_date", "zoned"),),
    body_names=("note", "title", "order_id", "order_id_path", "order_number", "order_date", "custom_fields",
        "language", "delivery_type", "pickup_location", "pickup_note", "slug", "tracking_account_number",
        "tracking_key", "tracking_ship_date", "location_id", "shipping_method", "shipment_type",
        "origin_state", "origin_city", "origin_postal_code", "origin_raw_location", "destination_state",
        "destination_city", "destination_postal_code", "destination_raw_location", "origin_country_region",
        "destination_country_region", "customers", "order_promised_delivery_date", "shipment_direction",
        "last_mile"),
    body_values=(
        ("delivery_type", "DeliveryType"), ("origin_country_region", "alpha-3"),
        ("destination_country_region", "alpha-3"), ("shipment_direction", "ShipmentDirection"),
        ("custom_fields", Documented("at most 25 entries, each name at most 30 characters, each value at most 512 characters",
            max_entries=25,
            names=Documented("at most 30 characters", max_length=30),
            values=Documented("at most 512 characters", max_length=512))),
        ("origin_country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("destination_country_region", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("customers", Documented("at most 3 items", max_items=3)),
        ("customers.phone_number", Documented('matching `^\\+`', pattern='^\\+')),
        ("order_promised_delivery_date.promised_delivery_date", Documented('matching `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`',
            pattern='^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')),
        ("order_promised_delivery_date.promised_delivery_date_min", Documented('matching `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`',
            pattern='^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')),
        ("order_promised_delivery_date.promised_delivery_date_max", Documented('matching `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`',
            pattern='^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$')),),
)  # fmt: skip
DELETE: Operation[Tracking] = Operation(
    "delete-tracking-by-id", "DELETE", ("trackings", Path("id")), returns="TrackingResponse",
    unwrap=("data",), retry=Retry.SAFE, limit=_LIMIT, errors=(4004, 4015, 400, 401, 403, 404, 429, 500),
    scopes=("aftership:tracking:write",),
)  # fmt: skip
RETRACK: Operation[Tracking] = Operation(
    "retrack-tracking-by-id", "POST", ("trackings", Path("id"), "retrack"), returns="TrackingResponse",
    unwrap=("data",), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4004, 4013, 4015, 4016, 400, 401, 403, 404, 429, 500), scopes=("aftership:tracking:write",),
)  # fmt: skip
MARK_AS_COMPLETED: Operation[Tracking] = Operation(
    "mark-tracking-completed-by-id", "POST", ("trackings", Path("id"), "mark-as-completed"),
    returns="TrackingResponse", unwrap=("data",), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4008, 4009, 4015, 400, 401, 403, 404, 429, 500), required=("reason",),
    scopes=("aftership:tracking:write",),
    body_names=("reason", "event_datetime"),
    body_values=(("reason", "CompletionReason"),),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def list(self, *args: Any, **kwargs: Any) -> Any:
        """List trackings. Document: `get-trackings`.

        Args:
            limit: The size of a page. 1 to 200, default 100.
            keyword: Text to find in number, title, order id, custom fields or a customer's name, email or
                phone.
            tracking_numbers: Only these numbers. At most 50 items.
            slug: Only these couriers.
            transit_time: Only shipments that took so many days.
            origin: Only from these countries, each as three letters. Each matching `^[A-Z]{3}$` (by the
                SDKs).
            destination: Only to these countries, each as three letters. Each matching `^[A-Z]{3}$` (by the
                SDKs).
            tag: Only this status. One of the nine.
            created_at_min: Only added at this time or later. 120 days ago when absent, which is as long as
                data is stored.
            created_at_max: Only added at this time or earlier. Now when absent.
            updated_at_min: Only changed at this time or later.
            updated_at_max: Only changed at this time or earlier.
            fields: Only these properties of each tracking are returned. Whether its id comes anyway is not
                documented.
            return_to_sender: Only shipments that go back (true), do not (false), or either.
            courier_destination_country_region: Only where the courier reports one of these as destination.
                Each is a country or region, as three letters. Each matching `^[A-Z]*$`.
            shipment_tags: Only with one of these tags.
            order_id: Only with one of these order ids.
            cursor: The `cursor` of a page or of an error: continue from there, with the same other arguments.
        Returns: A page. Iterating over it gives the items of all pages.
        Raises: NotFoundError (404), ValidationError (400, 4008), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def create(self, *args: Any, **kwargs: Any) -> Any:
        """Create a tracking. Document: `create-tracking`.

        Args:
            tracking_number: The number to follow: capital letters, digits, hyphen, dot, underscore, slash. 4
                to 100 characters, matching `^[A-Z0-9._/-]+$`.
            slug: The courier's code. Detected when absent. Not together with slug_group.
            slug_group: Detect within this family of couriers. Not together with slug.
            title: A label. The tracking number when absent. Not empty.
            order_id: The id of the order, unique in all shops. Not empty.
            order_id_path: The address of the order in the shop. Not empty.
            order_number: The order number for people.
            order_date: When the order was placed.
            custom_fields: Custom data, strings by name. No personal data is allowed here. At most 25 entries,
                each name at most 30 characters, each value at most 512 characters.
            language: The recipient's language for notifications (ISO 639-1). Not empty.
            delivery_type: How the recipient gets the parcel.
            pickup_location: Where the recipient collects the parcel. Not empty.
            pickup_note: A note for the collection. Not empty.
            origin_state: The sender's state.
            origin_city: The sender's city.
            origin_postal_code: The sender's postal code.
            origin_raw_location: The sender's location as free text.
            destination_state: The recipient's state. Some couriers need it.
            destination_city: The recipient's city.
            destination_postal_code: The recipient's postal code. Some couriers need it.
            destination_raw_location: The recipient's location as free text.
            note: A free note.
            shipment_type: The courier's service. When given, the courier's own value no longer replaces it.
            shipment_tags: Tags of the shipment. At most 50 items, each at most 32 characters.
            courier_connection_id: The courier account to use. The oldest one when absent.
            location_id: The active location that fulfils the order. Not together with fields of the origin.
            shipping_method: The shipping option chosen at checkout.
            tracking_account_number: The shipper's account number at the courier.
            tracking_key: A credential or key that the courier asks for.
            tracking_ship_date: When it was dispatched. Also used for statistics of processing times. Forms: a
                day, a day as `20240206`, a time without a zone or a time with a zone.
            origin_country_region: The country or region of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by
                the SDKs).
            destination_country_region: The country or region of destination (ISO alpha-3). Some couriers need
                it. Matching `^[A-Z]{3}$` (by the SDKs).
            customers: People and companies tied to the shipment. At most three. At most 3 items.
            last_mile: The courier that delivers in the end.
            id: The id that the tracking gets. Made by the service when absent. Matching
                `^[0-9A-Za-z_-]{1,128}$`.
            order_promised_delivery_date: When the order was promised to the buyer.
            shipment_direction: Which way the shipment goes. Detected when absent.
        Returns: The tracking that was created.
        Raises: AlreadyExistsError (4003), NotFoundError (404),
            ValidationError (400, 4001, 4005, 4007, 4008, 4009, 4010, 4011, 4012, 4017),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Get a tracking. Document: `get-tracking-by-id`.

        Args:
            id: The id of the tracking, or its legacy_id. Not empty.
            fields: Only these properties of the tracking are returned. Whether its id comes anyway is not
                documented.
            lang: Translate the messages of checkpoints into this language.
        Returns: The tracking.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """Update a tracking. Document: `update-tracking-by-id`.

        Args:
            id: The id of the tracking, or its legacy_id. Not empty.
            note: A free note. An empty string removes it.
            title: A label.
            order_id: The id of the order, unique in all shops.
            order_id_path: The address of the order in the shop.
            order_number: The order number for people.
            order_date: When the order was placed.
            custom_fields: Custom data, strings by name. No personal data is allowed here. At most 25 entries,
                each name at most 30 characters, each value at most 512 characters.
            language: The recipient's language for notifications (ISO 639-1).
            delivery_type: How the recipient gets the parcel.
            pickup_location: Where the recipient collects the parcel.
            pickup_note: A note for the collection.
            slug: The courier's code. Changes the courier.
            tracking_account_number: The shipper's account number at the courier.
            tracking_key: A credential or key that the courier asks for.
            tracking_ship_date: When it was dispatched. Also used for statistics of processing times. Forms: a
                day, a day as `20240206`, a time without a zone or a time with a zone.
            location_id: The active location that fulfils the order. Not together with fields of the origin.
            shipping_method: The shipping option chosen at checkout.
            shipment_type: The courier's service. When given, the courier's own value no longer replaces it.
            origin_state: The sender's state.
            origin_city: The sender's city.
            origin_postal_code: The sender's postal code.
            origin_raw_location: The sender's location as free text.
            destination_state: The recipient's state. Some couriers need it.
            destination_city: The recipient's city.
            destination_postal_code: The recipient's postal code. Some couriers need it.
            destination_raw_location: The recipient's location as free text.
            origin_country_region: The country or region of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by
                the SDKs).
            destination_country_region: The country or region of destination (ISO alpha-3). Some couriers need
                it. Matching `^[A-Z]{3}$` (by the SDKs).
            customers: People and companies tied to the shipment. At most three. At most 3 items.
            order_promised_delivery_date: When the order was promised to the buyer.
            shipment_direction: Which way the shipment goes. Detected when absent.
            last_mile: The courier that delivers in the end. Null removes it. None clears it.
        Returns: The tracking after the change.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4008, 4010, 4015),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a tracking. Document: `delete-tracking-by-id`.

        Args:
            id: The id of the tracking, or its legacy_id. Not empty.
        Returns: The tracking that was deleted.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def retrack(self, *args: Any, **kwargs: Any) -> Any:
        """Retrack a tracking. Document: `retrack-tracking-by-id`.

        Args:
            id: The id of the tracking, or its legacy_id. Not empty.
        Returns: The tracking that is followed again.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4013, 4015, 4016), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def mark_as_completed(self, *args: Any, **kwargs: Any) -> Any:
        """Mark a tracking as completed. Document: `mark-tracking-completed-by-id`.

        Args:
            id: The id of the tracking, or its legacy_id. Not empty.
            reason: Why the tracking is complete.
            event_datetime: When it really happened.
        Returns: The tracking after the change.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4008, 4009, 4015),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class Trackings(TrackingRecipes["Tracking"], _Texts):
    """Shipments that are followed. For the sync client."""

    def list(self, *, limit: int | None = None, keyword: str | None = None,
        tracking_numbers: Sequence[str] | None = None, slug: Sequence[str] | None = None,
        transit_time: int | None = None, origin: Sequence[str] | None = None,
        destination: Sequence[str] | None = None, tag: DeliveryStatus | str | None = None,
        created_at_min: DatetimeInput | None = None, created_at_max: DatetimeInput | None = None,
        updated_at_min: DatetimeInput | None = None, updated_at_max: DatetimeInput | None = None,
        fields: Sequence[TrackingListField | str] | None = None,
        return_to_sender: Sequence[bool] | None = None,
        courier_destination_country_region: Sequence[str] | None = None,
        shipment_tags: Sequence[str] | None = None, order_id: Sequence[str] | None = None,
        cursor: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Page[Tracking]:  # fmt: skip
        return self._pages(LIST, locals())

    def create(self, *, tracking_number: str, slug: str | None = None,
        slug_group: SlugGroup | str | None = None, title: str | None = None, order_id: str | None = None,
        order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, delivery_type: DeliveryType | str | None = None,
        pickup_location: str | None = None, pickup_note: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_state: str | None = None,
        destination_city: str | None = None, destination_postal_code: str | None = None,
        destination_raw_location: str | None = None, note: str | None = None,
        shipment_type: str | None = None, shipment_tags: Sequence[str] | None = None,
        courier_connection_id: str | None = None, location_id: str | None = None,
        shipping_method: str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        origin_country_region: str | None = None, destination_country_region: str | None = None,
        customers: Sequence[CustomerRequest | CustomerRequestInput] | None = None,
        last_mile: LastMileCreate | LastMileCreateInput | None = None, id: str | None = None,
        order_promised_delivery_date: OrderPromisedDeliveryDate | OrderPromisedDeliveryDateInput | None = None,
        shipment_direction: ShipmentDirection | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(CREATE, locals())

    def get(self, id: str, *, fields: Sequence[TrackingField | str] | None = None,
        lang: TranslationLanguage | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(GET, locals())

    def update(self, id: str, *, note: str | None = None, title: str | None = None,
        order_id: str | None = None, order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, delivery_type: DeliveryType | str | None = None,
        pickup_location: str | None = None, pickup_note: str | None = None, slug: str | None = None,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, location_id: str | None = None,
        shipping_method: str | None = None, shipment_type: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_state: str | None = None,
        destination_city: str | None = None, destination_postal_code: str | None = None,
        destination_raw_location: str | None = None, origin_country_region: str | None = None,
        destination_country_region: str | None = None,
        customers: Sequence[CustomerRequest | CustomerRequestInput] | None = None,
        order_promised_delivery_date: OrderPromisedDeliveryDate | OrderPromisedDeliveryDateInput | None = None,
        shipment_direction: ShipmentDirection | str | None = None,
        last_mile: LastMileUpdate | LastMileUpdateInput | None | UnsetType = UNSET,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(UPDATE, locals())

    def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions]) -> Tracking:
        return self._send(DELETE, locals())

    def retrack(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions]) -> Tracking:
        return self._send(RETRACK, locals())

    def mark_as_completed(self, id: str, *, reason: CompletionReason | str,
        event_datetime: TimeInput | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(MARK_AS_COMPLETED, locals())


class AsyncTrackings(AsyncTrackingRecipes["Tracking"], _Texts):
    """Shipments that are followed. For the async client."""

    def list(self, *, limit: int | None = None, keyword: str | None = None,
        tracking_numbers: Sequence[str] | None = None, slug: Sequence[str] | None = None,
        transit_time: int | None = None, origin: Sequence[str] | None = None,
        destination: Sequence[str] | None = None, tag: DeliveryStatus | str | None = None,
        created_at_min: DatetimeInput | None = None, created_at_max: DatetimeInput | None = None,
        updated_at_min: DatetimeInput | None = None, updated_at_max: DatetimeInput | None = None,
        fields: Sequence[TrackingListField | str] | None = None,
        return_to_sender: Sequence[bool] | None = None,
        courier_destination_country_region: Sequence[str] | None = None,
        shipment_tags: Sequence[str] | None = None, order_id: Sequence[str] | None = None,
        cursor: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> AsyncPages[Tracking]:  # fmt: skip
        return self._pages(LIST, locals())

    async def create(self, *, tracking_number: str, slug: str | None = None,
        slug_group: SlugGroup | str | None = None, title: str | None = None, order_id: str | None = None,
        order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, delivery_type: DeliveryType | str | None = None,
        pickup_location: str | None = None, pickup_note: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_state: str | None = None,
        destination_city: str | None = None, destination_postal_code: str | None = None,
        destination_raw_location: str | None = None, note: str | None = None,
        shipment_type: str | None = None, shipment_tags: Sequence[str] | None = None,
        courier_connection_id: str | None = None, location_id: str | None = None,
        shipping_method: str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        origin_country_region: str | None = None, destination_country_region: str | None = None,
        customers: Sequence[CustomerRequest | CustomerRequestInput] | None = None,
        last_mile: LastMileCreate | LastMileCreateInput | None = None, id: str | None = None,
        order_promised_delivery_date: OrderPromisedDeliveryDate | OrderPromisedDeliveryDateInput | None = None,
        shipment_direction: ShipmentDirection | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(CREATE, locals())

    async def get(self, id: str, *, fields: Sequence[TrackingField | str] | None = None,
        lang: TranslationLanguage | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(GET, locals())

    async def update(self, id: str, *, note: str | None = None, title: str | None = None,
        order_id: str | None = None, order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, delivery_type: DeliveryType | str | None = None,
        pickup_location: str | None = None, pickup_note: str | None = None, slug: str | None = None,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, location_id: str | None = None,
        shipping_method: str | None = None, shipment_type: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_state: str | None = None,
        destination_city: str | None = None, destination_postal_code: str | None = None,
        destination_raw_location: str | None = None, origin_country_region: str | None = None,
        destination_country_region: str | None = None,
        customers: Sequence[CustomerRequest | CustomerRequestInput] | None = None,
        order_promised_delivery_date: OrderPromisedDeliveryDate | OrderPromisedDeliveryDateInput | None = None,
        shipment_direction: ShipmentDirection | str | None = None,
        last_mile: LastMileUpdate | LastMileUpdateInput | None | UnsetType = UNSET,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(UPDATE, locals())

    async def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(DELETE, locals())

    async def retrack(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(RETRACK, locals())

    async def mark_as_completed(self, id: str, *, reason: CompletionReason | str,
        event_datetime: TimeInput | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(MARK_AS_COMPLETED, locals())
