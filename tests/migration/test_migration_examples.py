"""Every documented move, on data that a reader can follow."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from aftership_tracking import migrate
from migration_support.values import validator

OLD: dict[str, Any] = {
    "id": "5b7658cec7c33c0e007de3c5",
    "created_at": "2024-02-01T10:00:00+00:00",
    "updated_at": "2024-02-06T10:15:30+00:00",
    "last_updated_at": "2024-02-06T10:15:30+00:00",
    "tracking_number": "RR123456785GB",
    "slug": "royal-mail",
    "custom_fields": {},
    "customer_name": "Ada Example",
    "emails": ["ada@example.com", "office@example.com"],
    "smses": ["+12025550143"],
    "origin_country_iso3": "GBR",
    "destination_country_iso3": None,
    "courier_destination_country_iso3": "USA",
    "tracking_origin_country": "GBR",
    "tracking_destination_country": "USA",
    "destination_postal_code": "10001",
    "tracking_postal_code": "10001",
    "destination_state": None,
    "tracking_state": "NY",
    "expected_delivery": "2024-02-09",
    "order_promised_delivery_date": "2024-02-10",
    "shipment_weight": 1.25,
    "shipment_weight_unit": "kg",
    "last_mile_tracking_supported": True,
    "next_couriers": [{"slug": "usps", "tracking_number": "ZX900100200US", "source": "system"}],
    "checkpoints": [
        {
            "checkpoint_time": "2024-02-05T09:00:00-05:00",
            "coordinates": [45.52, -122.68],
            "country_iso3": "USA",
            "country_name": "United States",
            "zip": "97201",
        },
        {"coordinates": [], "zip": None},
    ],
    "note_of_ours": {"zip": 1},
}
NEW: dict[str, Any] = {
    "id": "5b7658cec7c33c0e007de3c5",
    "created_at": "2024-02-01T10:00:00+00:00",
    "updated_at": "2024-02-06T10:15:30+00:00",
    "tracking_number": "RR123456785GB",
    "slug": "royal-mail",
    "custom_fields": {},
    "customers": [
        {"name": "Ada Example", "email": "ada@example.com", "phone_number": "+12025550143"},
        {"email": "office@example.com"},
    ],
    "origin_country_region": "GBR",
    "destination_country_region": "USA",
    "courier_destination_country_region": "USA",
    "destination_postal_code": "10001",
    "destination_state": "NY",
    "courier_estimated_delivery_date": {"estimated_delivery_date": "2024-02-09"},
    "order_promised_delivery_date": {"promised_delivery_date": "2024-02-10"},
    "shipment_weight": {"unit": "kg", "value": 1.25},
    "last_mile": {"slug": "usps", "tracking_number": "ZX900100200US", "source": "system"},
    "checkpoints": [
        {
            "checkpoint_time": "2024-02-05T09:00:00-05:00",
            "coordinate": {"latitude": 45.52, "longitude": -122.68},
            "country_region": "USA",
            "country_region_name": "United States",
            "postal_code": "97201",
        },
        {"coordinate": None, "postal_code": None},
    ],
    "note_of_ours": {"zip": 1},
}
LATER: dict[str, Any] = {
    "shipment_dimensions": {"unit": "cm", "length": 1, "width": 2, "height": 3},
    "shipment_direction": "forward",
    "proof_of_delivery": None,
}


def lost(found: Any, what: str = "value") -> dict[str, str]:
    return {loss.path: loss.step for loss in found if loss.what == what}


def test_a_tracking_goes_all_the_way_up() -> None:
    before = copy.deepcopy(OLD)
    moved = migrate(OLD, "2024-01", "2026-07")

    assert moved.value == NEW
    assert lost(moved.lost) == {"last_mile_tracking_supported": "2025-07 -> 2026-01"}
    assert lost(moved.lost, "blank") == {
        "destination_state": "2025-01 -> 2025-04",
        "destination_country_region": "2025-01 -> 2025-04",
    }
    assert before == OLD
    validator("Tracking", "2024-01").validate(OLD)
    validator("Tracking", "2026-07").validate(moved.value)


def test_and_all_the_way_down_again() -> None:
    moved = migrate(NEW | LATER, "2026-07", "2024-01")

    filled = {"destination_country_iso3": "USA", "destination_state": "NY"}
    assert moved.value == {
        key: value for key, value in (OLD | filled).items() if key != "last_mile_tracking_supported"
    }
    assert lost(moved.lost) == {
        "shipment_dimensions": "2026-07 -> 2026-01",
        "shipment_direction": "2026-07 -> 2026-01",
    }
    assert lost(moved.lost, "blank") == {"proof_of_delivery": "2026-07 -> 2026-01"}
    validator("Tracking", "2024-01").validate(moved.value)


# kind, versions, older value, newer value, lost on the way up and on the way down
MOVES: list[tuple[str, str, str, Any, Any, set[str], set[str]]] = [
    ("Tracking", "2024-04", "2024-07", {"shipment_weight": None, "shipment_weight_unit": None},
     {"shipment_weight": None}, set(), set()),
    ("Tracking", "2024-04", "2024-07", {"shipment_weight": 2, "x": 1},
     {"shipment_weight": {"value": 2}, "x": 1}, set(), set()),
    ("Tracking", "2024-07", "2024-10", {"expected_delivery": None},
     {"courier_estimated_delivery_date": None}, set(), set()),
    ("Tracking", "2024-10", "2025-01", {"customer_name": None, "emails": [], "smses": []},
     {"customers": []}, set(), set()),
    ("Tracking", "2024-10", "2025-01", {"next_couriers": []}, {"last_mile": None}, set(), set()),
    ("Tracking", "2025-01", "2025-04", {}, {}, set(), set()),
    ("Tracking", "2025-04", "2025-07", {"custom_fields": {}}, {"custom_fields": {}}, set(), set()),
    ("WebhookEvent", "2025-04", "2025-07", {"msg": {"custom_fields": {}}}, {"msg": {"custom_fields": None}},
     set(), set()),
    ("WebhookEvent", "2025-04", "2025-07", {"msg": {"custom_fields": {"a": "b"}}},
     {"msg": {"custom_fields": {"a": "b"}}}, set(), set()),
    ("Courier", "2024-10", "2025-01",
     {"service_from_country_iso3": ["USA"], "required_fields": ["tracking_origin_country", "tracking_key"],
      "optional_fields": None},
     {"service_from_country_regions": ["USA"],
      "required_fields": ["tracking_origin_country_region", "tracking_key"], "optional_fields": None},
     set(), set()),
    ("Courier", "2025-01", "2025-04", {"optional_fields": ["tracking_state", "tracking_postal_code", "new"]},
     {"optional_fields": ["destination_state", "destination_postal_code", "new"]}, set(), set()),
    ("Checkpoint", "2024-01", "2024-04", {"coordinates": []}, {"coordinate": None}, set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "older", "newer", "old", "new", "up", "down"), MOVES)
def test_a_move(kind: str, older: str, newer: str, old: Any, new: Any, up: set[str], down: set[str]) -> None:
    there = migrate(old, older, newer, kind=kind)
    back = migrate(new, newer, older, kind=kind)

    assert (there.value, {loss.path for loss in there.lost}) == (new, up)
    assert (back.value, {loss.path for loss in back.lost}) == (old, down)


# kind, from, to, value, result, what is lost
ONE_WAY: list[tuple[str, str, str, Any, Any, dict[str, str]]] = [
    ("Checkpoint", "2024-01", "2024-04", {"coordinates": [1, 2, 3]},
     {"coordinate": {"latitude": 1, "longitude": 2}}, {"coordinates[2]": "value"}),
    ("Checkpoint", "2024-04", "2024-01", {"coordinate": {"longitude": 5}}, {"coordinates": []},
     {"coordinate.longitude": "value"}),
    ("Tracking", "2024-04", "2024-07", {"shipment_weight": 1, "shipment_weight_unit": None},
     {"shipment_weight": {"value": 1}}, {"shipment_weight_unit": "blank"}),
    ("Tracking", "2024-07", "2024-04", {"shipment_weight": {"unit": "kg", "value": 1, "x": 2}},
     {"shipment_weight": 1, "shipment_weight_unit": "kg"}, {"shipment_weight.x": "value"}),
    ("Tracking", "2024-10", "2024-07",
     {"courier_estimated_delivery_date": {
         "estimated_delivery_date": None,
         "estimated_delivery_date_min": "2024-02-08", "estimated_delivery_date_max": "2024-02-09"}},
     {"expected_delivery": None},
     {"courier_estimated_delivery_date.estimated_delivery_date_min": "value",
      "courier_estimated_delivery_date.estimated_delivery_date_max": "value"}),
    ("Tracking", "2024-10", "2025-01",
     {"emails": ["a", "b", "c", "d"], "smses": ["", "+1"], "customer_name": "N"},
     {"customers": [{"name": "N", "email": "a"}, {"email": "b", "phone_number": "+1"}, {"email": "c"}]},
     {"emails[3]": "value", "smses[0]": "blank", "smses[1]": "value"}),
    ("Tracking", "2025-01", "2024-10",
     {"customers": [{"name": "A", "role": "buyer"}, {"name": "B", "email": "b"}]},
     {"customer_name": "A", "emails": ["b"], "smses": []},
     {"customers[0].role": "value", "customers[0].email": "blank", "customers[1]": "value"}),
    ("Tracking", "2024-10", "2025-01", {"next_couriers": [{"slug": "a"}, {"slug": "b"}]},
     {"last_mile": {"slug": "a"}}, {"next_couriers[1]": "value"}),
    ("Tracking", "2025-01", "2024-10", {"last_mile": {"slug": "a", "transit_time": 2}},
     {"next_couriers": [{"slug": "a"}]}, {"last_mile.transit_time": "value"}),
    ("Tracking", "2024-10", "2025-01", {"updated_at": "b", "last_updated_at": "a"}, {"updated_at": "b"},
     {"last_updated_at": "value"}),
    ("Tracking", "2025-04", "2025-01", {"destination_state": None},
     {"destination_state": None, "tracking_state": None}, {}),
    ("Tracking", "2025-04", "2025-01",
     {"latest_estimated_delivery": {"revise_reason": "extreme_cold", "type": "specific"}},
     {"latest_estimated_delivery": {"type": "specific"}},
     {"latest_estimated_delivery.revise_reason": "value"}),
    ("WebhookEvent", "2026-07", "2026-01", {"msg": {"checkpoints": [{"hash": "h"}, {}]}},
     {"msg": {"checkpoints": [{}, {}]}}, {"msg.checkpoints[0].hash": "value"}),
    ("Courier", "2025-01", "2025-04", {"required_fields": ["origin_country_region"]},
     {"required_fields": ["origin_country_region"]}, {"required_fields[0]": "unconverted"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "start", "end", "value", "result", "expected"), ONE_WAY)
def test_what_is_lost(
    kind: str, start: str, end: str, value: Any, result: Any, expected: dict[str, str]
) -> None:
    moved = migrate(value, start, end, kind=kind)

    assert moved.value == result
    assert {loss.path: loss.what for loss in moved.lost} == expected


# A value that does not have the documented shape stays as it came, and is listed.
ODD: list[tuple[Any, Any, set[str]]] = [
    ({"checkpoints": {"zip": 1}}, {"checkpoints": {"zip": 1}}, {"checkpoints"}),
    ({"checkpoints": [1, {"zip": 2}]}, {"checkpoints": [1, {"postal_code": 2}]}, {"checkpoints[0]"}),
    ({"order_promised_delivery_date": {"x": 1}}, {"order_promised_delivery_date": {"x": 1}},
     {"order_promised_delivery_date"}),
    ({"checkpoints": [{"zip": "1", "postal_code": "2"}]}, {"checkpoints": [{"zip": "1", "postal_code": "2"}]},
     {"checkpoints[0].zip", "checkpoints[0].postal_code"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "result", "paths"), ODD)
def test_odd_values_stay_as_they_came(value: Any, result: Any, paths: set[str]) -> None:
    moved = migrate(value, "2025-07", "2026-01", kind="Tracking")

    assert moved.value == result
    assert {loss.path for loss in moved.lost} == paths
    assert {loss.what for loss in moved.lost} == {"unconverted"}


def test_a_webhook_of_2024_04_is_read_as_2026_07() -> None:
    body = {
        "event": "tracking_update",
        "event_id": "6ab2c8a5-6f3f-4e5c-9a30-7e0f5f6f2f11",
        "is_tracking_first_tag": False,
        "ts": 1707214530,
        "msg": {key: value for key, value in OLD.items() if key != "checkpoints"},
    }
    moved = migrate(body, "2024-04", "2026-07")

    later = {key: value for key, value in NEW.items() if key != "checkpoints"} | {"custom_fields": None}
    assert moved.value == body | {"msg": later}
    assert lost(moved.lost) == {"msg.last_mile_tracking_supported": "2025-07 -> 2026-01"}
    validator("WebhookEvent", "2026-07").validate(moved.value)
