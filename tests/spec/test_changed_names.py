"""Which properties, values and parameters came and went, written down here a second time, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from spec_support import LATER, VERSIONS, before, document, operations, schemas, since

# Paths that came (+) and went (-), below the models that stay; a model that comes or goes is not listed.
FIELDS: dict[str, dict[str, str]] = {
    "2024-04": {
        "Tracking": "+failed_delivery_attempts +signature_requirement",
        "Checkpoint": "-coordinates +coordinate",
        "NewestCheckpoint": "-coordinates +coordinate",
    },
    "2024-07": {
        "Tracking": "+legacy_id +delivery_location_type -shipment_weight_unit",
        "EstimatedDeliveryDateResult": "+id",
    },
    "2024-10": {
        "Tracking": "-expected_delivery +courier_estimated_delivery_date +aftership_tracking_url "
        "+aftership_tracking_order_url",
        "NextCourier": "+courier_tracking_link +courier_redirect_link",
        "TrackingList": "-page -limit -count -keyword -slug -origin -destination -transit_time -tag -fields "
        "-created_at_min -created_at_max -last_updated_at -return_to_sender "
        "-courier_destination_country_iso3 +pagination",
    },
    "2025-01": {
        "Tracking": "-origin_country_iso3 +origin_country_region -destination_country_iso3 "
        "+destination_country_region -courier_destination_country_iso3 +courier_destination_country_region "
        "-tracking_origin_country +tracking_origin_country_region -tracking_destination_country "
        "+tracking_destination_country_region -customer_name -emails -smses +customers -next_couriers "
        "+first_mile +last_mile -last_updated_at",
        "Checkpoint": "-country_iso3 +country_region -country_name +country_region_name +source",
        "Courier": "-service_from_country_iso3 +service_from_country_regions",
        "TrackingCreate": "-origin_country_iso3 +origin_country_region -destination_country_iso3 "
        "+destination_country_region -tracking_origin_country +tracking_origin_country_region "
        "-tracking_destination_country +tracking_destination_country_region -customer_name -emails -smses "
        "+customers -next_couriers +last_mile",
        "TrackingUpdate": "-origin_country_iso3 +origin_country_region -destination_country_iso3 "
        "+destination_country_region -tracking_origin_country +tracking_origin_country_region "
        "-tracking_destination_country +tracking_destination_country_region -customer_name -emails -smses "
        "+customers",
        "CourierDetect": "-origin_country_iso3 +origin_country_region -destination_country_iso3 "
        "+destination_country_region -tracking_origin_country +tracking_origin_country_region "
        "-tracking_destination_country +tracking_destination_country_region",
        "EstimatedDeliveryDateAddress": "-country +country_region",
        "MarkAsCompletedRequest": "+event_datetime",
    },
    "2025-04": {
        "Tracking": "-tracking_origin_country_region -tracking_destination_country_region "
        "-tracking_postal_code -tracking_state",
        "TrackingCreate": "-tracking_origin_country_region -tracking_destination_country_region "
        "-tracking_postal_code -tracking_state +id",
        "TrackingUpdate": "-tracking_origin_country_region -tracking_destination_country_region "
        "-tracking_postal_code -tracking_state",
        "CourierDetect": "-tracking_origin_country_region -tracking_destination_country_region "
        "-tracking_postal_code -tracking_state +destination_postal_code +destination_state",
        "Courier": "+credentials +active",
    },
    "2025-07": {},
    "2026-01": {
        "Tracking": "-last_mile_tracking_supported",
        "Checkpoint": "-zip +postal_code",
    },
    "2026-07": {
        "Tracking": "+shipment_dimensions +proof_of_delivery +multi_piece_info +shipment_direction "
        "+return_shipment +forward_shipment",
        "Checkpoint": "+hash",
        "Customer": "+id",
        "CustomerRequest": "+id",
        "TrackingCreate": "+shipment_direction",
        "TrackingUpdate": "+shipment_direction +last_mile",
    },
}

# Known values that came and went, the same way.
VALUES: dict[str, dict[str, str]] = {
    "2024-04": {
        "EventCode": "+picked_up +signed_by_customer",
        "EventReasonCode": "+outside_delivery_limits +not_what_customer_ordered "
        "+package_oversized_overweight",
    },
    "2024-07": {},
    "2024-10": {},
    "2025-01": {
        "AdditionalField": "-tracking_origin_country +tracking_origin_country_region "
        "-tracking_destination_country +tracking_destination_country_region",
        "TrackingField": "-tracking_origin_country +tracking_origin_country_region "
        "-tracking_destination_country +tracking_destination_country_region",
        "EventCode": "+handed_over_to_last_mile_carrier +received_by_last_mile_carrier",
    },
    "2025-04": {
        "AdditionalField": "-tracking_origin_country_region +origin_country_region "
        "-tracking_destination_country_region +destination_country_region -tracking_postal_code "
        "+destination_postal_code -tracking_state +destination_state",
        "TrackingField": "-tracking_origin_country_region +origin_country_region "
        "-tracking_destination_country_region +destination_country_region -tracking_postal_code "
        "+destination_postal_code -tracking_state +destination_state",
    },
    "2025-07": {},
    "2026-01": {"ConfidenceCode": "+10000 +30004"},
    "2026-07": {
        "DeliverySubStatus": "+InTransit_011 +InTransit_012 +InTransit_013 +Delivered_005 +Exception_016 "
        "+Exception_017 +Exception_018 +Exception_019 +Exception_020 +Exception_021",
        "EventCode": "+carrier_pickup_failed",
    },
}

# Query parameters of operations that stay.
QUERY: dict[str, dict[str, str]] = {
    "2024-04": {"trackings.list": "+order_id"},
    "2024-10": {"trackings.list": "-page +cursor"},
    "2025-01": {
        "trackings.list": "-courier_destination_country_iso3 +courier_destination_country_region",
    },
    "2025-04": {"couriers.list": "+active +slug"},
}


def difference(old: set[str], new: set[str]) -> set[str]:
    return {f"+{name}" for name in new - old} | {f"-{name}" for name in old - new}


def differences(version: str, names: dict[str, dict[str, set[str]]]) -> dict[str, set[str]]:
    old, new = names[before(version)], names[version]
    found = {key: difference(old[key], new[key]) for key in old.keys() & new.keys()}
    return {key: names for key, names in found.items() if names}


def expected(table: dict[str, dict[str, str]], version: str) -> dict[str, set[str]]:
    return {key: set(words.split()) for key, words in table.get(version, {}).items()}


@pytest.mark.parametrize("version", LATER)
def test_properties_that_came_and_went(version: str) -> None:
    names = {
        one: {name: set(schema.get("properties", ())) for name, schema in schemas(one).items()}
        for one in (before(version), version)
    }
    assert differences(version, names) == expected(FIELDS, version)


@pytest.mark.parametrize("version", LATER)
def test_known_values_that_came_and_went(version: str) -> None:
    names = {
        one: {
            name: set(schema.get("x-open-enum", schema.get("enum", ())))
            for name, schema in schemas(one).items()
        }
        for one in (before(version), version)
    }
    assert differences(version, names) == expected(VALUES, version)


@pytest.mark.parametrize("version", LATER)
def test_query_parameters_that_came_and_went(version: str) -> None:
    def query(one: str, operation: dict[str, Any]) -> set[str]:
        declared = [document(one).follow(parameter)[0] for parameter in operation.get("parameters", ())]
        return {parameter["name"] for parameter in declared if parameter["in"] == "query"}

    names = {
        one: {name: query(one, operation) for name, operation in operations(one).items()}
        for one in (before(version), version)
    }
    assert differences(version, names) == expected(QUERY, version)


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, f"{at}/{key}")
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from leaves(below, f"{at}/{index}")
    else:
        yield at, value


def test_2025_07_changed_little_but_webhooks() -> None:
    old, new = (dict(leaves(document(version).raw)) for version in ("2025-04", "2025-07"))
    changed = {at for at in old.keys() | new.keys() if old.get(at) != new.get(at)}
    event = "/components/schemas/WebhookEvent/properties/msg"
    example = (
        "/webhooks/tracking_pending_time/post/requestBody/content/application/json/examples/still-pending"
    )
    assert changed == {
        "/info/version",
        "/info/x-released",
        "/info/x-supported-until",
        "/servers/0/url",
        "/components/headers/AsApiVersion/schema/const",
        "/components/parameters/WebhookVersion/schema/const",
        "/components/schemas/Tracking/properties/active/description",
        f"{event}/description",
        f"{event}/x-when-empty/custom_fields",
        f"{example}/value/msg/custom_fields/basket",
        # The official clients dropped their list of groups within this version.
        "/components/schemas/TrackingCreate/properties/slug_group/x-constraints/x-open-enum",
        "/components/schemas/CourierDetect/properties/slug_group/x-constraints/x-open-enum",
    }
    assert new[f"{event}/x-when-empty/custom_fields"] == "null"
    assert old[f"{event}/x-when-empty/custom_fields"] == "object"


@pytest.mark.parametrize("version", VERSIONS)
def test_old_names_do_not_linger(version: str) -> None:
    """A name that went must be gone everywhere, from descriptions and examples too."""
    text = document(version).to_json()
    gone = {
        "2024-07": ("notification object", "/last_checkpoint", "shipment_weight_unit", "data/tracking/"),
        "2024-10": ("by courier and number", "expected_delivery\\b", '"page":'),
        "2025-01": ("iso3", "customer_name", "smses\\b", "next_couriers", "last_updated_at"),
        "2025-04": (
            "tracking_postal_code",
            "tracking_state",
            "tracking_origin",
            "get-user-couriers",
            "/couriers/all",
        ),
        "2026-01": ('"zip"', "last_mile_tracking_supported"),
    }
    for first, names in gone.items():
        for name in names if version in since(first) else ():
            plain = name.removesuffix("\\b")
            found = text.count(plain)
            if name != plain:  # the name is also the end of a longer one
                found -= sum(text.count(f"{start}{plain}") for start in ("subscribed_",))
            assert found == 0, name
