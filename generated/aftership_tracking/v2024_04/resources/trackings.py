"""`trackings` of API version 2024-04: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.recipes.trackings_resource import AsyncTrackingRecipes, TrackingRecipes
from aftership_tracking.runtime.operation import Documented, Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.paging import PageNumber

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.models.times import DatetimeInput, TimeInput
    from aftership_tracking.runtime.options import CallOptions, Options
    from aftership_tracking.runtime.page import AsyncPages, Page

    from ..enums import (
        CompletionReason, DeliveryStatus, DeliveryType, LegacyTranslationLanguage, SlugGroup, TrackingField,
        TrackingListField, TranslationLanguage,
    )  # fmt: skip
    from ..inputs import NextCourierCreateInput
    from ..models import NextCourierCreate, Tracking, TrackingDeleted, TrackingRetracked


_LIMIT = RateLimit(requests=10, seconds=1.0, shared=True)
LIST: Operation[Tracking] = Operation(
    "get-trackings", "GET", ("trackings",), returns="TrackingListResponse", unwrap=("data",),
    retry=Retry.SAFE, limit=_LIMIT, errors=(4008, 400, 401, 403, 404, 429, 500),
    scopes=("aftership:tracking:read",),
    pagination=PageNumber(("data", "trackings"), "page", "limit", 100, 200, 160000),
    times=(("created_at_min", "zoned"), ("created_at_max", "zoned"), ("updated_at_min", "zoned"),
        ("updated_at_max", "zoned")),
    query_names=("page", "limit", "keyword", "tracking_numbers", "slug", "transit_time", "origin",
        "destination", "tag", "created_at_min", "created_at_max", "updated_at_min", "updated_at_max",
        "fields", "return_to_sender", "courier_destination_country_iso3", "shipment_tags", "order_id"),
    query_values=(
        ("origin", "alpha-3"), ("destination", "alpha-3"), ("tag", "DeliveryStatus"),
        ("fields", "TrackingListField"), ("courier_destination_country_iso3", "alpha-3"),
        ("page", Documented("at least 1 (by the SDKs), default 1", minimum=1)),
        ("limit", Documented("1 to 200, default 100", minimum=1, maximum=200)),
        ("tracking_numbers", Documented("at most 50 items", max_items=50)),
        ("origin", Documented("each matching `^[A-Z]{3}$` (by the SDKs)",
            items=Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$"))),
        ("destination", Documented("each matching `^[A-Z]{3}$` (by the SDKs)",
            items=Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$"))),
        ("courier_destination_country_iso3", Documented("each matching `^[A-Z]*$`",
            items=Documented("matching `^[A-Z]*$`", pattern="^[A-Z]*$"))),),
)  # fmt: skip
CREATE: Operation[Tracking] = Operation(
    "create-tracking", "POST", ("trackings",), returns="TrackingResponse", unwrap=("data", "tracking"),
    retry=Retry.CREATE_OR_GET_ONLY, limit=_LIMIT,
    errors=(4001, 4003, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4012, 4017, 400, 401, 403, 404, 429, 500),
    body_wrapper="tracking", required=("tracking_number",), scopes=("aftership:tracking:write",),
    times=(("order_date", "zoned"), ("order_promised_delivery_date", "date"),
        ("tracking_ship_date", "compact-date")),
    body_names=("tracking_number", "slug", "slug_group", "title", "order_id", "order_id_path", "order_number",
        "order_date", "custom_fields", "language", "order_promised_delivery_date", "delivery_type",
        "pickup_location", "pickup_note", "emails", "smses", "customer_name", "origin_country_iso3",
        "origin_state", "origin_city", "origin_postal_code", "origin_raw_location",
        "destination_country_iso3", "destination_state", "destination_city", "destination_postal_code",
        "destination_raw_location", "note", "shipment_type", "shipment_tags", "courier_connection_id",
        "next_couriers", "location_id", "shipping_method", "tracking_account_number", "tracking_key",
        "tracking_ship_date", "tracking_origin_country", "tracking_destination_country",
        "tracking_postal_code", "tracking_state"),
    body_values=(
        ("slug_group", "SlugGroup"), ("delivery_type", "DeliveryType"), ("origin_country_iso3", "alpha-3"),
        ("destination_country_iso3", "alpha-3"), ("tracking_origin_country", "alpha-3"),
        ("tracking_destination_country", "alpha-3"),
        ("tracking_number", Documented("4 to 100 characters, matching `^[A-Z0-9._/-]+$`", min_length=4,
            max_length=100, pattern="^[A-Z0-9._/-]+$")),
        ("title", Documented("not empty (inferred)", min_length=1)),
        ("order_id", Documented("not empty (inferred)", min_length=1)),
        ("order_id_path", Documented("not empty (inferred)", min_length=1)),
        ("custom_fields", Documented("at most 25 entries (inferred), each name at most 30 characters, each value at most 512 characters (inferred)",
            max_entries=25,
            names=Documented("at most 30 characters", max_length=30),
            values=Documented("at most 512 characters (inferred)", max_length=512))),
        ("language", Documented("not empty (inferred)", min_length=1)),
        ("pickup_location", Documented("not empty (inferred)", min_length=1)),
        ("pickup_note", Documented("not empty (inferred)", min_length=1)),
        ("emails", Documented("as a list at most 3 items (by the SDKs); as a string matching `^[^,]*(,[^,]*){0,2}$` (by the SDKs)",
            max_items=3, pattern="^[^,]*(,[^,]*){0,2}$")),
        ("smses", Documented('as a list at most 3 items (by the SDKs), each matching `^\\+` (by the SDKs); as a string matching `^(\\+[^,]*(, *\\+[^,]*){0,2})?$` (by the SDKs)',
            max_items=3, pattern='^(\\+[^,]*(, *\\+[^,]*){0,2})?$',
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),
        ("origin_country_iso3", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("destination_country_iso3", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("shipment_tags", Documented("at most 50 items (inferred), each at most 32 characters (inferred)",
            max_items=50,
            items=Documented("at most 32 characters (inferred)", max_length=32))),
        ("next_couriers", Documented("at most 1 item", max_items=1)),
        ("next_couriers.tracking_number", Documented("4 to 100 characters (by the SDKs), matching `^[A-Z0-9._/-]+$` (by the SDKs)",
            min_length=4, max_length=100, pattern="^[A-Z0-9._/-]+$")),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
GET: Operation[Tracking] = Operation(
    "get-tracking-by-id", "GET", ("trackings", Path("id")), returns="TrackingResponse",
    unwrap=("data", "tracking"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4015, 400, 401, 403, 404, 429, 500), scopes=("aftership:tracking:read",),
    query_names=("fields", "lang"),
    query_values=(("fields", "TrackingField"), ("lang", "TranslationLanguage")),
)  # fmt: skip
UPDATE: Operation[Tracking] = Operation(
    "update-tracking-by-id", "PUT", ("trackings", Path("id")), returns="TrackingResponse",
    unwrap=("data", "tracking"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4001, 4004, 4006, 4008, 4010, 4015, 400, 401, 403, 404, 429, 500), body_wrapper="tracking",
    scopes=("aftership:tracking:write",),
    times=(("order_date", "zoned"), ("order_promised_delivery_date", "date"),
        ("tracking_ship_date", "compact-date")),
    body_names=("smses", "emails", "note", "title", "customer_name", "order_id", "order_id_path",
        "order_number", "order_date", "custom_fields", "language", "order_promised_delivery_date",
        "delivery_type", "pickup_location", "pickup_note", "slug", "tracking_account_number", "tracking_key",
        "tracking_ship_date", "tracking_origin_country", "tracking_destination_country",
        "tracking_postal_code", "tracking_state", "location_id", "shipping_method", "shipment_type",
        "origin_country_iso3", "origin_state", "origin_city", "origin_postal_code", "origin_raw_location",
        "destination_country_iso3", "destination_state", "destination_city", "destination_postal_code",
        "destination_raw_location"),
    body_values=(
        ("delivery_type", "DeliveryType"), ("tracking_origin_country", "alpha-3"),
        ("tracking_destination_country", "alpha-3"), ("origin_country_iso3", "alpha-3"),
        ("destination_country_iso3", "alpha-3"),
        ("smses", Documented('at most 3 items (by the SDKs), each matching `^\\+` (by the SDKs)', max_items=3,
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),
        ("emails", Documented("at most 3 items (by the SDKs)", max_items=3)),
        ("custom_fields", Documented("at most 25 entries (inferred), each name at most 30 characters, each value at most 512 characters (inferred)",
            max_entries=25,
            names=Documented("at most 30 characters", max_length=30),
            values=Documented("at most 512 characters (inferred)", max_length=512))),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),
        ("origin_country_iso3", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("destination_country_iso3", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),),
)  # fmt: skip
DELETE: Operation[TrackingDeleted] = Operation(
    "delete-tracking-by-id", "DELETE", ("trackings", Path("id")), returns="TrackingDeletedResponse",
    unwrap=("data", "tracking"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4015, 400, 401, 403, 404, 429, 500), scopes=("aftership:tracking:write",),
)  # fmt: skip
RETRACK: Operation[TrackingRetracked] = Operation(
    "retrack-tracking-by-id", "POST", ("trackings", Path("id"), "retrack"),
    returns="TrackingRetrackedResponse", unwrap=("data", "tracking"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4004, 4013, 4015, 4016, 400, 401, 403, 404, 429, 500), scopes=("aftership:tracking:write",),
)  # fmt: skip
MARK_AS_COMPLETED: Operation[Tracking] = Operation(
    "mark-tracking-completed-by-id", "POST", ("trackings", Path("id"), "mark-as-completed"),
    returns="TrackingResponse", unwrap=("data", "tracking"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4008, 4009, 4015, 400, 401, 403, 404, 429, 500), required=("reason",),
    scopes=("aftership:tracking:write",),
    body_names=("reason",),
    body_values=(("reason", "CompletionReason"),),
)  # fmt: skip
GET_BY_NUMBER: Operation[Tracking] = Operation(
    "get-tracking-by-slug-tracking-number", "GET", ("trackings", Path("slug"), Path("tracking_number")),
    returns="TrackingResponse", unwrap=("data", "tracking"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4005, 4009, 4010, 400, 401, 403, 404, 429, 500),
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("fields", "lang", "tracking_account_number", "tracking_key", "tracking_ship_date",
        "tracking_origin_country", "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    query_values=(
        ("fields", "TrackingField"), ("lang", "LegacyTranslationLanguage"),
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
UPDATE_BY_NUMBER: Operation[Tracking] = Operation(
    "update-tracking-by-slug-tracking-number", "PUT", ("trackings", Path("slug"), Path("tracking_number")),
    returns="TrackingResponse", unwrap=("data", "tracking"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4001, 4004, 4005, 4006, 4008, 4009, 4010, 400, 401, 403, 404, 429, 500), body_wrapper="tracking",
    times=(("tracking_ship_date", "compact-date"), ("order_date", "zoned"),
        ("order_promised_delivery_date", "date"), ("tracking_ship_date", "compact-date")),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    body_names=("smses", "emails", "note", "title", "customer_name", "order_id", "order_id_path",
        "order_number", "order_date", "custom_fields", "language", "order_promised_delivery_date",
        "delivery_type", "pickup_location", "pickup_note", "new_slug", "new_tracking_account_number",
        "new_tracking_key", "new_tracking_ship_date", "new_tracking_origin_country",
        "new_tracking_destination_country", "new_tracking_postal_code", "new_tracking_state", "location_id",
        "shipping_method"),
    renamed=(("new_slug", "slug"), ("new_tracking_account_number", "tracking_account_number"),
        ("new_tracking_key", "tracking_key"), ("new_tracking_ship_date", "tracking_ship_date"),
        ("new_tracking_origin_country", "tracking_origin_country"),
        ("new_tracking_destination_country", "tracking_destination_country"),
        ("new_tracking_postal_code", "tracking_postal_code"), ("new_tracking_state", "tracking_state")),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
    body_values=(
        ("delivery_type", "DeliveryType"), ("tracking_origin_country", "alpha-3"),
        ("tracking_destination_country", "alpha-3"),
        ("smses", Documented('at most 3 items (by the SDKs), each matching `^\\+` (by the SDKs)', max_items=3,
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),
        ("emails", Documented("at most 3 items (by the SDKs)", max_items=3)),
        ("custom_fields", Documented("at most 25 entries (inferred), each name at most 30 characters, each value at most 512 characters (inferred)",
            max_entries=25,
            names=Documented("at most 30 characters", max_length=30),
            values=Documented("at most 512 characters (inferred)", max_length=512))),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
DELETE_BY_NUMBER: Operation[TrackingDeleted] = Operation(
    "delete-tracking-by-slug-tracking-number", "DELETE", ("trackings", Path("slug"), Path("tracking_number")),
    returns="TrackingDeletedResponse", unwrap=("data", "tracking"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4005, 4009, 4010, 400, 401, 403, 404, 429, 500),
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
RETRACK_BY_NUMBER: Operation[TrackingRetracked] = Operation(
    "retrack-tracking-by-slug-tracking-number", "POST",
    ("trackings", Path("slug"), Path("tracking_number"), "retrack"), returns="TrackingRetrackedResponse",
    unwrap=("data", "tracking"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4004, 4005, 4009, 4010, 4013, 4016, 400, 401, 403, 404, 429, 500),
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
MARK_AS_COMPLETED_BY_NUMBER: Operation[Tracking] = Operation(
    "mark-tracking-completed-by-slug-tracking-number", "POST",
    ("trackings", Path("slug"), Path("tracking_number"), "mark-as-completed"), returns="TrackingResponse",
    unwrap=("data", "tracking"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4005, 4008, 4009, 4010, 400, 401, 403, 404, 429, 500), required=("reason",),
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    body_names=("reason",),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
    body_values=(("reason", "CompletionReason"),),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def list(self, *args: Any, **kwargs: Any) -> Any:
        """List trackings. Document: `get-trackings`.

        Args:
            page: The number of the page. No more than 160000 trackings can be reached. At least 1 (by the
                SDKs), default 1.
            limit: The size of a page. 1 to 200, default 100.
            keyword: Text to find in number, title, order id, customer name, custom fields, emails or smses.
            tracking_numbers: Only these numbers. At most 50 items.
            slug: Only these couriers.
            transit_time: Only shipments that took so many days.
            origin: Only from these countries, each as three letters. Each matching `^[A-Z]{3}$` (by the
                SDKs).
            destination: Only to these countries, each as three letters. Each matching `^[A-Z]{3}$` (by the
                SDKs).
            tag: Only this status. One of the nine.
            created_at_min: Only added at this time or later. Data is stored for 120 days. The default is 30
                days ago by the documentation, and 120 days ago as observed.
            created_at_max: Only added at this time or earlier. Now when absent.
            updated_at_min: Only changed at this time or later.
            updated_at_max: Only changed at this time or earlier.
            fields: Only these properties of each tracking are returned. Whether its id comes anyway is not
                documented.
            return_to_sender: Only shipments that go back (true), do not (false), or either.
            courier_destination_country_iso3: Only where the courier reports one of these as destination. Each
                is a country, as three letters. Each matching `^[A-Z]*$`.
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
            title: A label. The tracking number when absent. Not empty (inferred).
            order_id: The id of the order, unique in all shops. Not empty (inferred).
            order_id_path: The address of the order in the shop. Not empty (inferred).
            order_number: The order number for people.
            order_date: When the order was placed.
            custom_fields: Custom data, strings by name. No personal data is allowed here. At most 25 entries
                (inferred), each name at most 30 characters, each value at most 512 characters (inferred).
            language: The recipient's language for notifications (ISO 639-1). Not empty (inferred).
            order_promised_delivery_date: The day promised to the buyer.
            delivery_type: How the recipient gets the parcel.
            pickup_location: Where the recipient collects the parcel. Not empty (inferred).
            pickup_note: A note for the collection. Not empty (inferred).
            emails: Addresses that get e-mail notifications. At most three. As a list at most 3 items (by the
                SDKs); as a string matching `^[^,]*(,[^,]*){0,2}$` (by the SDKs).
            smses: Phone numbers that get SMS notifications. At most three. As a list at most 3 items (by the
                SDKs), each matching `^\\+` (by the SDKs); as a string matching `^(\\+[^,]*(,
                *\\+[^,]*){0,2})?$` (by the SDKs).
            customer_name: The customer's name.
            origin_country_iso3: The country of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs).
            origin_state: The sender's state.
            origin_city: The sender's city.
            origin_postal_code: The sender's postal code.
            origin_raw_location: The sender's location as free text.
            destination_country_iso3: The country of destination (ISO alpha-3). Some couriers need it.
                Matching `^[A-Z]{3}$` (by the SDKs).
            destination_state: The recipient's state. Some couriers need it.
            destination_city: The recipient's city.
            destination_postal_code: The recipient's postal code. Some couriers need it.
            destination_raw_location: The recipient's location as free text.
            note: A free note.
            shipment_type: The courier's service. When given, the courier's own value no longer replaces it.
            shipment_tags: Tags of the shipment. At most 50 items (inferred), each at most 32 characters
                (inferred).
            courier_connection_id: The courier account to use. The oldest one when absent.
            next_couriers: The courier that takes over later. Only one is accepted. At most 1 item.
            location_id: The active location that fulfils the order. Not together with fields of the origin.
            shipping_method: The shipping option chosen at checkout.
            tracking_account_number: The shipper's account number at the courier.
            tracking_key: A credential or key that the courier asks for.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Legacy: use origin_country_iso3.
                Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Legacy: use
                destination_country_iso3. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Legacy: use destination_postal_code.
            tracking_state: The recipient's state or province. Legacy: use destination_state.
        Returns: The tracking that was created.
        Raises: AlreadyExistsError (4003), NotFoundError (404),
            ValidationError (400, 4001, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4012, 4017),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Get a tracking. Document: `get-tracking-by-id`.

        Args:
            id: The id of the tracking. Not empty.
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
            id: The id of the tracking. Not empty.
            smses: Phone numbers for SMS notifications, each with + and country code. An empty list removes
                all. At most 3 items (by the SDKs), each matching `^\\+` (by the SDKs).
            emails: Addresses for e-mail notifications. An empty list removes all. At most 3 items (by the
                SDKs).
            note: A free note. An empty string removes it.
            title: A label.
            customer_name: The customer's name.
            order_id: The id of the order, unique in all shops.
            order_id_path: The address of the order in the shop.
            order_number: The order number for people.
            order_date: When the order was placed.
            custom_fields: Custom data, strings by name. No personal data is allowed here. At most 25 entries
                (inferred), each name at most 30 characters, each value at most 512 characters (inferred).
            language: The recipient's language for notifications (ISO 639-1).
            order_promised_delivery_date: The day promised to the buyer.
            delivery_type: How the recipient gets the parcel.
            pickup_location: Where the recipient collects the parcel.
            pickup_note: A note for the collection.
            slug: The courier's code. Changes the courier.
            tracking_account_number: The shipper's account number at the courier.
            tracking_key: A credential or key that the courier asks for.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Legacy: use origin_country_iso3.
                Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Legacy: use
                destination_country_iso3. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Legacy: use destination_postal_code.
            tracking_state: The recipient's state or province. Legacy: use destination_state.
            location_id: The active location that fulfils the order. Not together with fields of the origin.
            shipping_method: The shipping option chosen at checkout.
            shipment_type: The courier's service. When given, the courier's own value no longer replaces it.
            origin_country_iso3: The country of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the SDKs).
            origin_state: The sender's state.
            origin_city: The sender's city.
            origin_postal_code: The sender's postal code.
            origin_raw_location: The sender's location as free text.
            destination_country_iso3: The country of destination (ISO alpha-3). Some couriers need it.
                Matching `^[A-Z]{3}$` (by the SDKs).
            destination_state: The recipient's state. Some couriers need it.
            destination_city: The recipient's city.
            destination_postal_code: The recipient's postal code. Some couriers need it.
            destination_raw_location: The recipient's location as free text.
        Returns: The tracking after the change.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4006, 4008, 4010, 4015),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a tracking. Document: `delete-tracking-by-id`.

        Args:
            id: The id of the tracking. Not empty.
        Returns: What identified the tracking.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def retrack(self, *args: Any, **kwargs: Any) -> Any:
        """Retrack a tracking. Document: `retrack-tracking-by-id`.

        Args:
            id: The id of the tracking. Not empty.
        Returns: What identifies the tracking.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4013, 4015, 4016), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def mark_as_completed(self, *args: Any, **kwargs: Any) -> Any:
        """Mark a tracking as completed. Document: `mark-tracking-completed-by-id`.

        Args:
            id: The id of the tracking. Not empty.
            reason: Why the tracking is complete.
        Returns: The tracking after the change.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4008, 4009, 4015),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Get a tracking by courier and number. Document: `get-tracking-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            fields: Only these properties of the tracking are returned. Whether its id comes anyway is not
                documented.
            lang: Translate the messages of checkpoints. Only from Chinese, for china-ems and china-post.
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
        Returns: The tracking.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4005, 4009, 4010), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def update_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Update a tracking by courier and number. Document: `update-tracking-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
            smses: Phone numbers for SMS notifications, each with + and country code. At most 3 items (by the
                SDKs), each matching `^\\+` (by the SDKs).
            emails: Addresses for e-mail notifications. At most 3 items (by the SDKs).
            note: A free note.
            title: A label.
            customer_name: The customer's name.
            order_id: The id of the order, unique in all shops.
            order_id_path: The address of the order in the shop.
            order_number: The order number for people.
            order_date: When the order was placed.
            custom_fields: Custom data, strings by name. No personal data is allowed here. At most 25 entries
                (inferred), each name at most 30 characters, each value at most 512 characters (inferred).
            language: The recipient's language for notifications (ISO 639-1).
            order_promised_delivery_date: The day promised to the buyer.
            delivery_type: How the recipient gets the parcel.
            pickup_location: Where the recipient collects the parcel.
            pickup_note: A note for the collection.
            new_slug: The courier's code. Changes the courier.
            new_tracking_account_number: The shipper's account number at the courier.
            new_tracking_key: A credential or key that the courier asks for.
            new_tracking_ship_date: The day of dispatch, as YYYYMMDD. Form: a day as `20240206`.
            new_tracking_origin_country: The country of origin (ISO alpha-3). Matching `^[A-Z]{3}$` (by the
                SDKs).
            new_tracking_destination_country: The country of destination (ISO alpha-3). Matching `^[A-Z]{3}$`
                (by the SDKs).
            new_tracking_postal_code: The recipient's postal code.
            new_tracking_state: The recipient's state or province.
            location_id: The active location that fulfils the order.
            shipping_method: The shipping option chosen at checkout.
        Returns: The tracking after the change.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4005, 4006, 4008, 4009, 4010),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def delete_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a tracking by courier and number. Document: `delete-tracking-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
        Returns: What identified the tracking.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4005, 4009, 4010), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def retrack_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Retrack a tracking by courier and number. Document: `retrack-tracking-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
        Returns: What identifies the tracking.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4005, 4009, 4010, 4013, 4016),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def mark_as_completed_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Mark a tracking as completed by courier and number.
        Document: `mark-tracking-completed-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            reason: Why the tracking is complete.
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
        Returns: The tracking after the change.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4005, 4008, 4009, 4010),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class Trackings(TrackingRecipes["Tracking"], _Texts):
    """Shipments that are followed. For the sync client."""

    def list(self, *, page: int | None = None, limit: int | None = None, keyword: str | None = None,
        tracking_numbers: Sequence[str] | None = None, slug: Sequence[str] | None = None,
        transit_time: int | None = None, origin: Sequence[str] | None = None,
        destination: Sequence[str] | None = None, tag: DeliveryStatus | str | None = None,
        created_at_min: DatetimeInput | None = None, created_at_max: DatetimeInput | None = None,
        updated_at_min: DatetimeInput | None = None, updated_at_max: DatetimeInput | None = None,
        fields: Sequence[TrackingListField | str] | None = None,
        return_to_sender: Sequence[bool] | None = None,
        courier_destination_country_iso3: Sequence[str] | None = None,
        shipment_tags: Sequence[str] | None = None, order_id: Sequence[str] | None = None,
        cursor: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Page[Tracking]:  # fmt: skip
        return self._pages(LIST, locals())

    def create(self, *, tracking_number: str, slug: str | None = None,
        slug_group: SlugGroup | str | None = None, title: str | None = None, order_id: str | None = None,
        order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, order_promised_delivery_date: TimeInput | None = None,
        delivery_type: DeliveryType | str | None = None, pickup_location: str | None = None,
        pickup_note: str | None = None, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, customer_name: str | None = None,
        origin_country_iso3: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_country_iso3: str | None = None,
        destination_state: str | None = None, destination_city: str | None = None,
        destination_postal_code: str | None = None, destination_raw_location: str | None = None,
        note: str | None = None, shipment_type: str | None = None, shipment_tags: Sequence[str] | None = None,
        courier_connection_id: str | None = None,
        next_couriers: Sequence[NextCourierCreate | NextCourierCreateInput] | None = None,
        location_id: str | None = None, shipping_method: str | None = None,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(CREATE, locals())

    def get(self, id: str, *, fields: Sequence[TrackingField | str] | None = None,
        lang: TranslationLanguage | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(GET, locals())

    def update(self, id: str, *, smses: Sequence[str] | None = None, emails: Sequence[str] | None = None,
        note: str | None = None, title: str | None = None, customer_name: str | None = None,
        order_id: str | None = None, order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, order_promised_delivery_date: TimeInput | None = None,
        delivery_type: DeliveryType | str | None = None, pickup_location: str | None = None,
        pickup_note: str | None = None, slug: str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        location_id: str | None = None, shipping_method: str | None = None, shipment_type: str | None = None,
        origin_country_iso3: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_country_iso3: str | None = None,
        destination_state: str | None = None, destination_city: str | None = None,
        destination_postal_code: str | None = None, destination_raw_location: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(UPDATE, locals())

    def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingDeleted:  # fmt: skip
        return self._send(DELETE, locals())

    def retrack(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingRetracked:  # fmt: skip
        return self._send(RETRACK, locals())

    def mark_as_completed(self, id: str, *, reason: CompletionReason | str, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(MARK_AS_COMPLETED, locals())

    def get_by_number(self, slug: str, tracking_number: str, *,
        fields: Sequence[TrackingField | str] | None = None,
        lang: LegacyTranslationLanguage | str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(GET_BY_NUMBER, locals())

    def update_by_number(self, slug: str, tracking_number: str, *, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        smses: Sequence[str] | None = None, emails: Sequence[str] | None = None, note: str | None = None,
        title: str | None = None, customer_name: str | None = None, order_id: str | None = None,
        order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, order_promised_delivery_date: TimeInput | None = None,
        delivery_type: DeliveryType | str | None = None, pickup_location: str | None = None,
        pickup_note: str | None = None, new_slug: str | None = None,
        new_tracking_account_number: str | None = None, new_tracking_key: str | None = None,
        new_tracking_ship_date: str | None = None, new_tracking_origin_country: str | None = None,
        new_tracking_destination_country: str | None = None, new_tracking_postal_code: str | None = None,
        new_tracking_state: str | None = None, location_id: str | None = None,
        shipping_method: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(UPDATE_BY_NUMBER, locals())

    def delete_by_number(self, slug: str, tracking_number: str, *, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingDeleted:  # fmt: skip
        return self._send(DELETE_BY_NUMBER, locals())

    def retrack_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingRetracked:  # fmt: skip
        return self._send(RETRACK_BY_NUMBER, locals())

    def mark_as_completed_by_number(self, slug: str, tracking_number: str, *, reason: CompletionReason | str,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return self._send(MARK_AS_COMPLETED_BY_NUMBER, locals())


class AsyncTrackings(AsyncTrackingRecipes["Tracking"], _Texts):
    """Shipments that are followed. For the async client."""

    def list(self, *, page: int | None = None, limit: int | None = None, keyword: str | None = None,
        tracking_numbers: Sequence[str] | None = None, slug: Sequence[str] | None = None,
        transit_time: int | None = None, origin: Sequence[str] | None = None,
        destination: Sequence[str] | None = None, tag: DeliveryStatus | str | None = None,
        created_at_min: DatetimeInput | None = None, created_at_max: DatetimeInput | None = None,
        updated_at_min: DatetimeInput | None = None, updated_at_max: DatetimeInput | None = None,
        fields: Sequence[TrackingListField | str] | None = None,
        return_to_sender: Sequence[bool] | None = None,
        courier_destination_country_iso3: Sequence[str] | None = None,
        shipment_tags: Sequence[str] | None = None, order_id: Sequence[str] | None = None,
        cursor: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> AsyncPages[Tracking]:  # fmt: skip
        return self._pages(LIST, locals())

    async def create(self, *, tracking_number: str, slug: str | None = None,
        slug_group: SlugGroup | str | None = None, title: str | None = None, order_id: str | None = None,
        order_id_path: str | None = None, order_number: str | None = None,
        order_date: DatetimeInput | None = None, custom_fields: Mapping[str, str] | None = None,
        language: str | None = None, order_promised_delivery_date: TimeInput | None = None,
        delivery_type: DeliveryType | str | None = None, pickup_location: str | None = None,
        pickup_note: str | None = None, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, customer_name: str | None = None,
        origin_country_iso3: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_country_iso3: str | None = None,
        destination_state: str | None = None, destination_city: str | None = None,
        destination_postal_code: str | None = None, destination_raw_location: str | None = None,
        note: str | None = None, shipment_type: str | None = None, shipment_tags: Sequence[str] | None = None,
        courier_connection_id: str | None = None,
        next_couriers: Sequence[NextCourierCreate | NextCourierCreateInput] | None = None,
        location_id: str | None = None, shipping_method: str | None = None,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(CREATE, locals())

    async def get(self, id: str, *, fields: Sequence[TrackingField | str] | None = None,
        lang: TranslationLanguage | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(GET, locals())

    async def update(self, id: str, *, smses: Sequence[str] | None = None,
        emails: Sequence[str] | None = None, note: str | None = None, title: str | None = None,
        customer_name: str | None = None, order_id: str | None = None, order_id_path: str | None = None,
        order_number: str | None = None, order_date: DatetimeInput | None = None,
        custom_fields: Mapping[str, str] | None = None, language: str | None = None,
        order_promised_delivery_date: TimeInput | None = None,
        delivery_type: DeliveryType | str | None = None, pickup_location: str | None = None,
        pickup_note: str | None = None, slug: str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        location_id: str | None = None, shipping_method: str | None = None, shipment_type: str | None = None,
        origin_country_iso3: str | None = None, origin_state: str | None = None,
        origin_city: str | None = None, origin_postal_code: str | None = None,
        origin_raw_location: str | None = None, destination_country_iso3: str | None = None,
        destination_state: str | None = None, destination_city: str | None = None,
        destination_postal_code: str | None = None, destination_raw_location: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(UPDATE, locals())

    async def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingDeleted:  # fmt: skip
        return await self._send(DELETE, locals())

    async def retrack(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingRetracked:  # fmt: skip
        return await self._send(RETRACK, locals())

    async def mark_as_completed(self, id: str, *, reason: CompletionReason | str,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(MARK_AS_COMPLETED, locals())

    async def get_by_number(self, slug: str, tracking_number: str, *,
        fields: Sequence[TrackingField | str] | None = None,
        lang: LegacyTranslationLanguage | str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(GET_BY_NUMBER, locals())

    async def update_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, smses: Sequence[str] | None = None,
        emails: Sequence[str] | None = None, note: str | None = None, title: str | None = None,
        customer_name: str | None = None, order_id: str | None = None, order_id_path: str | None = None,
        order_number: str | None = None, order_date: DatetimeInput | None = None,
        custom_fields: Mapping[str, str] | None = None, language: str | None = None,
        order_promised_delivery_date: TimeInput | None = None,
        delivery_type: DeliveryType | str | None = None, pickup_location: str | None = None,
        pickup_note: str | None = None, new_slug: str | None = None,
        new_tracking_account_number: str | None = None, new_tracking_key: str | None = None,
        new_tracking_ship_date: str | None = None, new_tracking_origin_country: str | None = None,
        new_tracking_destination_country: str | None = None, new_tracking_postal_code: str | None = None,
        new_tracking_state: str | None = None, location_id: str | None = None,
        shipping_method: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(UPDATE_BY_NUMBER, locals())

    async def delete_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingDeleted:  # fmt: skip
        return await self._send(DELETE_BY_NUMBER, locals())

    async def retrack_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> TrackingRetracked:  # fmt: skip
        return await self._send(RETRACK_BY_NUMBER, locals())

    async def mark_as_completed_by_number(self, slug: str, tracking_number: str, *,
        reason: CompletionReason | str, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Tracking:  # fmt: skip
        return await self._send(MARK_AS_COMPLETED_BY_NUMBER, locals())
