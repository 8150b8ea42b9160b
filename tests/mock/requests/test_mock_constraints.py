"""The mock enforces a constraint that is documented, and none of the others: `x-constraints` decides."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking.mock.documents.enforced import enforced

PARCEL = {"tracking_number": "PARCEL01", "slug": "usps"}
TOO_MUCH = {
    "custom_fields": {f"key{number}": "" for number in range(26)},
    "shipment_tags": ["x" * 33],
    "title": "",
}


def create(world: Any, **fields: Any) -> Any:
    body: dict[str, Any] = {**PARCEL, **fields}
    return world.call("POST", "/trackings", json={"tracking": body} if world.version < "2024-07" else body)


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_limit_binds_from_the_version_on_whose_documentation_has_it(new_world: Any, name: str) -> None:
    before, after = new_world(version="2026-01"), new_world(version="2026-07")
    assert create(before, **{name: TOO_MUCH[name]}).status == 201
    refused = create(after, **{name: TOO_MUCH[name]})
    assert (refused.status, refused.json["meta"]["code"]) == (400, 4008)


@pytest.mark.parametrize(
    "fields",
    [
        {"emails": ["a@example.com"] * 4},
        {"smses": ["12345"]},
        {"origin_country_iso3": "usa"},
    ],
)
def test_what_only_the_official_clients_say_is_not_enforced(new_world: Any, fields: dict[str, Any]) -> None:
    world = new_world(version="2024-01")
    assert create(world, **fields).status == 201


def test_a_page_before_the_first_is_empty(new_world: Any) -> None:
    world = new_world(version="2024-01")
    for number in range(3):
        world.create(f"PARCEL0{number}")
    for page in (0, -1):
        assert world.data("GET", f"/trackings?page={page}&limit=1")["trackings"] == []


def test_a_page_of_courier_connections_without_any_item_has_one(new_world: Any) -> None:
    world = new_world(version="2026-07")
    for _ in range(2):
        body = {"courier_slug": "usps", "credentials": {}}
        world.data("POST", "/courier-connections", json=body)
    assert len(world.data("GET", "/courier-connections?limit=-5")["courier_connections"]) == 1


@pytest.mark.parametrize(
    ("value", "status"), [("2024-02-10", 201), ("2024-02-30T25:00:00", 400), ("soon", 400)]
)
def test_a_promised_date_is_a_date(new_world: Any, value: str, status: int) -> None:
    promised = {"promised_delivery_date": value}
    assert create(new_world(version="2026-01"), order_promised_delivery_date=promised).status == status


@pytest.mark.parametrize(("version", "status"), [("2026-01", 201), ("2026-07", 400)])
def test_known_values_are_the_only_ones_where_that_is_documented(
    new_world: Any, version: str, status: int
) -> None:
    assert create(new_world(version=version), delivery_type="by-pigeon").status == status


def test_the_copy_that_is_enforced() -> None:
    document = {
        "x": {
            "type": "string",
            "minLength": 1,
            "maxLength": 9,
            "x-constraints": {"minLength": "documented", "maxLength": "sdk"},
        },
        "open": {"$ref": "#/levels", "x-constraints": {"x-open-enum": "documented"}},
        "levels": {"type": "integer", "x-open-enum": {"1": "Low.", "2": "High."}},
    }
    copied = enforced(document)
    assert copied["x"].keys() == {"type", "minLength", "x-constraints"}
    assert copied["open"]["enum"] == [1, 2]
    assert "enum" not in copied["levels"]
    assert document["x"]["maxLength"] == 9  # type: ignore[index]
