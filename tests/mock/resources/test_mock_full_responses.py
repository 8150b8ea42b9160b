"""A response without `fields` has every key that its document says is sent, at every depth."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents
from contract_support.document.full_keys import missing_keys

VERSIONS = documents.versions()


@pytest.mark.parametrize("version", [each for each in VERSIONS if each >= "2025-01"])
def test_what_a_caller_left_out_of_an_object_is_null(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    created = world.create(customers=[{"role": "buyer"}], last_mile={"tracking_number": "X1", "slug": "ups"})
    [customer] = created["customers"]
    assert customer["role"] == "buyer"
    assert list(missing_keys(world.document, {"$ref": "#/components/schemas/Tracking"}, created)) == []
    assert {value for name, value in customer.items() if name != "role"} == {None}
    assert created["last_mile"]["transit_time"] is None


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_not_known_about_a_courier_is_null(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    couriers = world.data("GET", "/couriers")["couriers"]
    assert any(courier["phone"] is None for courier in couriers)
    assert any(courier["phone"] for courier in couriers)
    if version >= "2025-04":
        # The document does not allow null here, and which credentials a courier needs is not known.
        assert all(courier["credentials"] == {"fields": []} for courier in couriers)


@pytest.mark.parametrize("version", VERSIONS)
def test_fields_selects_what_comes(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    identifier = world.create()["id"]
    data = world.data("GET", f"/trackings/{identifier}?fields=title,order_id")
    found = data.get("tracking", data)
    assert set(found) == {"id", "tracking_number", "slug", "title", "order_id"}
    [listed] = world.list_trackings("fields=tag")
    assert set(listed) == {"id", "tracking_number", "slug", "tag"}


def test_a_new_list_or_object_of_the_document_is_empty_until_the_mock_knows_it(
    edited: Any, new_world: Any
) -> None:
    def change(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Tracking"]["properties"] |= {
            "seals": {"type": "array", "items": {"type": "string"}},
            "crate": {"type": "object", "properties": {"lid": {"type": ["string", "null"]}}},
            "remark": {"type": ["string", "null"], "x-sent": "sometimes"},
            "weather_code": {"type": "string"},
        }

    created = new_world(options={"documents": edited(change)}).create()
    assert (created["seals"], created["crate"]) == ([], {"lid": None})
    assert "remark" not in created
    assert "weather_code" not in created, "the mock does not invent values"
