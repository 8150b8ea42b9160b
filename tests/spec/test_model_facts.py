"""Models and enums of 2024-01 against facts that are written down here a second time, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.document.compose import compose

SPEC = Path(__file__).resolve().parents[2] / "spec"

ADDITIONAL = {
    "tracking_account_number", "tracking_key", "tracking_postal_code", "tracking_ship_date",
    "tracking_origin_country", "tracking_destination_country", "tracking_state",
}  # fmt: skip
TRACKING_NEVER_NULL = {
    "id", "created_at", "updated_at", "last_updated_at", "tracking_number", "slug", "active",
    "emails", "smses", "source", "tag", "subtag", "title", "tracked_count",
    "unique_token", "checkpoints", "subscribed_smses", "subscribed_emails", "return_to_sender",
    "shipment_tags", "next_couriers",
}  # fmt: skip
TRACKING_NULLABLE = {
    "custom_fields", "customer_name", "transit_time", "origin_country_iso3", "origin_state",
    "origin_city", "origin_postal_code", "origin_raw_location", "destination_country_iso3",
    "destination_state", "destination_city", "destination_postal_code", "destination_raw_location",
    "courier_destination_country_iso3", "expected_delivery", "note", "order_id", "order_id_path",
    "order_date", "order_number", "shipment_package_count", "shipment_pickup_date",
    "shipment_delivery_date", "shipment_type", "shipment_weight", "shipment_weight_unit",
    "signed_by", "last_mile_tracking_supported", "language", "order_promised_delivery_date",
    "delivery_type", "pickup_location", "pickup_note", "courier_tracking_link",
    "courier_redirect_link", "first_attempted_at", "on_time_status", "on_time_difference",
    "order_tags", "aftership_estimated_delivery_date", "custom_estimated_delivery_date",
    "first_estimated_delivery", "latest_estimated_delivery", "courier_connection_id",
    "carbon_emissions", "location_id", "shipping_method", "subtag_message",
} | ADDITIONAL  # fmt: skip
CHECKPOINT = {
    "created_at", "slug", "checkpoint_time", "location", "city", "state", "zip", "coordinates",
    "country_iso3", "country_name", "message", "tag", "subtag", "subtag_message", "raw_tag",
    "events",
}  # fmt: skip

ORDER_FIELDS = {
    "title", "order_id", "order_id_path", "order_number", "order_date", "custom_fields", "language",
    "order_promised_delivery_date", "delivery_type", "pickup_location", "pickup_note", "emails",
    "smses", "customer_name", "note", "location_id", "shipping_method", "slug",
} | ADDITIONAL  # fmt: skip
ADDRESS_FIELDS = {
    f"{end}_{part}"
    for end in ("origin", "destination")
    for part in ("country_iso3", "state", "city", "postal_code", "raw_location")
}
CREATE_ONLY = {"tracking_number", "slug_group", "shipment_tags", "courier_connection_id", "next_couriers"}
SENT = {
    "TrackingCreate": ORDER_FIELDS
    | ADDRESS_FIELDS
    | {
        "tracking_number",
        "slug_group",
        "shipment_type",
        "shipment_tags",
        "courier_connection_id",
        "next_couriers",
    },
    "TrackingUpdate": ORDER_FIELDS | ADDRESS_FIELDS | {"shipment_type"},
    "TrackingUpdateByNumber": ORDER_FIELDS,
    "CourierDetect": ADDITIONAL
    | {"tracking_number", "slug", "slug_group", "origin_country_iso3", "destination_country_iso3"},
    "NotificationChange": {"emails", "smses"},
    "MarkAsCompletedRequest": {"reason"},
}

ENUM_SIZES = {
    "DeliveryStatus": 9,
    "DeliverySubStatus": 45,
    "SlugGroup": 14,
    "EventCode": 14,
    "ConfidenceCode": 5,
    "AdditionalField": 7,
    "OnTimeStatus": 6,
    "DeliveryType": 3,
    "TrackingSource": 2,
    "CompletionReason": 3,
    "EstimatedDeliveryType": 2,
    "EstimatedDeliverySource": 4,
    "NextCourierSource": 2,
    "CarbonEmissionsUnit": 1,
    "ShipmentWeightUnit": 2,
    "OrderProcessingTimeUnit": 1,
    "TrackingListField": 4,
    "TrackingField": 11,
    "LastCheckpointField": 11,
    "TranslationLanguage": 41,
    "LegacyTranslationLanguage": 1,
    "ErrorType": 6,
    "WebhookEventCode": 3,
}
WITHOUT_MEANING = {f"Pending_00{number}" for number in range(2, 7)} | {
    "InTransit_010",
    "Exception_014",
    "Exception_015",
}
SHAPES = {"utc", "zoned", "date", "local", "compact-date", "spaced", "time-of-day"}
MARKS = {"documented", "sdk", "observed", "inferred"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = compose(SPEC, "2024-01").raw
    return found


@pytest.fixture(scope="module")
def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def may_be_null(schema: dict[str, Any]) -> bool:
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("anyOf", ())


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(child)


def test_a_tracking_has_these_76_properties_and_none_is_required(schemas: dict[str, Any]) -> None:
    properties = schemas["Tracking"]["properties"]
    assert len(properties) == 76
    assert {name for name, schema in properties.items() if may_be_null(schema)} == TRACKING_NULLABLE
    assert {name for name, schema in properties.items() if not may_be_null(schema)} == TRACKING_NEVER_NULL
    assert not any("required" in schemas[name] for name in ("Tracking", "Checkpoint", "Courier"))


def test_a_checkpoint_has_these_16_properties(schemas: dict[str, Any]) -> None:
    properties = schemas["Checkpoint"]["properties"]
    assert set(properties) == CHECKPOINT
    assert len(properties) == 16
    null = {"location", "city", "state", "zip", "country_iso3", "country_name", "raw_tag"}
    null |= {"slug", "subtag_message"}
    assert {name for name, schema in properties.items() if may_be_null(schema)} == null


@pytest.mark.parametrize("name", SENT)
def test_requests_have_exactly_these_fields(schemas: dict[str, Any], name: str) -> None:
    assert set(schemas[name]["properties"]) == SENT[name]


def test_number_rules_of_a_create(schemas: dict[str, Any]) -> None:
    assert schemas["TrackingCreate"]["required"] == ["tracking_number"]
    number = schemas["TrackingCreate"]["properties"]["tracking_number"]
    assert (number["minLength"], number["maxLength"], number["pattern"]) == (4, 100, "^[A-Z0-9._/-]+$")


def test_the_list_echoes_the_query(schemas: dict[str, Any]) -> None:
    types = {name: schema.get("type") for name, schema in schemas["TrackingList"]["properties"].items()}
    text = ("keyword", "slug", "tag", "fields", "created_at_min", "created_at_max")
    lists = ("origin", "destination", "transit_time", "return_to_sender", "courier_destination_country_iso3")
    assert types == {
        **dict.fromkeys(("page", "limit", "count"), "integer"),
        **dict.fromkeys(text, "string"),
        **dict.fromkeys((*lists, "trackings"), "array"),
        "last_updated_at": ["string", "null"],
    }


def test_enums_have_these_sizes_and_a_meaning_for_each_value(schemas: dict[str, Any]) -> None:
    found = {
        name: schema.get("x-open-enum") or schema["x-enum-meanings"]
        for name, schema in schemas.items()
        if "x-open-enum" in schema or "enum" in schema
    }
    assert {name: len(values) for name, values in found.items()} == ENUM_SIZES
    assert [name for name, schema in schemas.items() if "enum" in schema] == ["CompletionReason"]
    assert all(text.strip().endswith(".") for values in found.values() for text in values.values())
    meanings = {value: text for values in found.values() for value, text in values.items()}
    assert {value for value, text in meanings.items() if "not documented" in text} == WITHOUT_MEANING


def test_sub_statuses_belong_to_a_status_and_none_is_from_the_future(schemas: dict[str, Any]) -> None:
    values = schemas["DeliverySubStatus"]["x-open-enum"]
    assert {value.rpartition("_")[0] for value in values} == set(schemas["DeliveryStatus"]["x-open-enum"])
    later = {"Delivered_005", "Exception_016", "Exception_021", "InTransit_011", "InTransit_013"}
    assert not later & set(values)
    assert "Retired" in values["OutForDelivery_002"]
    assert not {"picked_up", "signed_by_customer"} & set(schemas["EventCode"]["x-open-enum"])


def test_every_property_has_a_description_and_a_provenance(schemas: dict[str, Any]) -> None:
    for name, schema in schemas.items():
        for key, value in schema.get("properties", {}).items():
            assert value.get("description", "").endswith("."), f"{name}.{key}"
            assert value.get("x-provenance") in MARKS, f"{name}.{key}"


def test_times_have_known_shapes_and_a_format_only_where_every_value_fits(document: dict[str, Any]) -> None:
    timed = [node for node in nodes(document) if isinstance(node.get("x-time"), list)]
    assert len(timed) > 40
    for node in timed:
        shapes = set(node["x-time"])
        assert shapes
        assert shapes <= SHAPES
        expected = "date-time" if shapes <= {"utc", "zoned"} else "date" if shapes == {"date"} else None
        assert node.get("format") == expected


def test_the_shape_of_a_position_is_documented(schemas: dict[str, Any]) -> None:
    coordinates = schemas["Checkpoint"]["properties"]["coordinates"]
    assert coordinates["items"] == {"type": "number"}
    assert coordinates["x-provenance"] == "documented"
