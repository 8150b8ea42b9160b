"""Inputs that the mock took without a word: now refused with the name of the field, or taken with a hint."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents

NEWEST = documents.versions()[-1]
PARCEL = {"tracking_number": "PARCEL0001", "slug": "usps"}
PROMISED = {"promised_delivery_date": "soon"}
# fields of a create, the name that the refusal of 2026-07 gives, and the version before which it was taken.
DOCUMENTED: list[tuple[dict[str, Any], str]] = [
    ({"order_promised_delivery_date": PROMISED}, "promised_delivery_date"),
    ({"custom_fields": {f"key{number}": "x" for number in range(26)}}, "custom_fields"),
    ({"custom_fields": {"k" * 31: "x"}}, "custom_fields"),
    ({"custom_fields": {"k": "x" * 513}}, "custom_fields"),
    ({"shipment_tags": [f"tag{number}" for number in range(51)]}, "shipment_tags"),
    ({"shipment_tags": ["t" * 33]}, "shipment_tags"),
    ({"title": ""}, "title"),
    ({"customers": [{"phone_number": "555"}]}, "phone_number"),
    ({"customers": [{"name": "x"}] * 4}, "customers"),
    ({"delivery_type": "by-pigeon"}, "delivery_type"),
]
# fields of a create in 2024-01 and in 2026-07, what the hint says, and its id
TAKEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("2026-07", {"origin_country_region": "US"}, "three capital letters", "undocumented-limit"),
    ("2026-07", {"tracking_ship_date": "x"}, "20240209", "odd-time"),
    ("2026-01", {"title": ""}, "must not be empty", "undocumented-limit"),
    ("2026-01", {"shipment_tags": ["t" * 33]}, "at most 32 characters", "undocumented-limit"),
    ("2024-01", {"custom_fields": {"k" * 31: "x"}}, "at most 30 characters", "undocumented-limit"),
    ("2024-01", {"custom_fields": {"k": "x" * 513}}, "at most 512 characters", "undocumented-limit"),
    ("2024-01", {"emails": ["a@example.com"] * 4}, "at most 3", "undocumented-limit"),
    ("2024-01", {"smses": "+1555,2"}, "phone numbers", "undocumented-limit"),
    ("2024-01", {"tracking_ship_date": "2024-02-09"}, "20240209", "odd-time"),
    ("2024-01", {"title": 5}, "must be a string", "ignored-field"),
    ("2024-01", {"customers": [{"name": "x"}]}, f"2025-01 to {NEWEST} have it", "unknown-field"),
    ("2026-07", {"customer_name": "x"}, "2024-01 to 2024-10 have it", "unknown-field"),
    ("2026-07", {"origin_country_iso3": "USA"}, "Here it is called origin_country_region", "unknown-field"),
]


def create(world: Any, **fields: Any) -> Any:
    return world.call("POST", "/trackings", json=world.body({**PARCEL, **fields}))


def hint_of(world: Any, identifier: str) -> Any:
    found = [hint for hint in world.mock.journal[-1].hints if hint.id == identifier]
    assert len(found) == 1, world.mock.journal[-1].hints
    return found[0]


@pytest.mark.parametrize(("fields", "name"), DOCUMENTED)
def test_a_documented_limit_is_refused_with_the_name_of_its_field(
    new_world: Any, fields: dict[str, Any], name: str
) -> None:
    world = new_world(version="2026-07")
    refused = create(world, **fields)
    assert (refused.status, refused.json["meta"]["code"]) == (400, 4008)
    assert refused.json["meta"]["message"].endswith(f": {name}.")
    assert refused.headers["as-mock-hint"].startswith(f"body {name}: ")
    assert world.list_trackings() == []


@pytest.mark.parametrize(("version", "fields", "words", "identifier"), TAKEN)
def test_what_is_not_documented_is_taken_and_hinted(
    new_world: Any, version: str, fields: dict[str, Any], words: str, identifier: str
) -> None:
    world = new_world(version=version)
    taken = create(world, **fields)
    assert taken.status == 201
    hint = hint_of(world, identifier)
    assert words in str(hint)
    assert hint.sentence.startswith(f"body {next(iter(fields))}: ")
    assert taken.headers["as-mock-hint"] == str(hint)


@pytest.mark.parametrize("version", ["2024-01", "2025-04", "2026-07"])
def test_a_reason_behind_a_reference_is_refused_with_its_name(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    identifier = world.create()["id"]
    refused = world.call("POST", f"/trackings/{identifier}/mark-as-completed", json={"reason": "EATEN"})
    assert refused.json["meta"]["message"].endswith(": reason.")
    assert "must be one of DELIVERED, LOST, RETURNED_TO_SENDER" in refused.headers["as-mock-hint"]


@pytest.mark.parametrize("value", ["soon", "2024-02-30", "1700000000"])
def test_an_odd_time_of_completion_is_taken_and_hinted(new_world: Any, value: str) -> None:
    world = new_world(version="2026-07")
    body = {"reason": "DELIVERED", "event_datetime": value}
    assert world.call("POST", f"/trackings/{world.create()['id']}/mark-as-completed", json=body).status == 200
    assert hint_of(world, "odd-time").sentence.startswith("body event_datetime: ")


@pytest.mark.parametrize("value", ["2024-02-09", "2024-02-09T10:00:00", "2024-02-09T10:00:00+01:00"])
def test_a_documented_time_of_completion_has_no_hint(new_world: Any, value: str) -> None:
    world = new_world(version="2026-07")
    body = {"reason": "DELIVERED", "event_datetime": value}
    world.data("POST", f"/trackings/{world.create()['id']}/mark-as-completed", json=body)
    assert world.mock.journal[-1].hints == ()


@pytest.mark.parametrize("version", ["2024-01", "2026-07"])
def test_a_courier_that_needs_more_is_refused_by_an_update_as_by_a_create(
    new_world: Any, version: str
) -> None:
    world = new_world(version=version)
    field = "tracking_postal_code" if version < "2025-04" else "destination_postal_code"
    assert world.code("POST", "/trackings", json=world.body({**PARCEL, "slug": "postnl-3s"})) == 4011
    identifier = world.create()["id"]
    refused = world.call("PUT", f"/trackings/{identifier}", json=world.body({"slug": "postnl-3s"}))
    assert (refused.status, refused.json["meta"]["code"]) == (400, 4011)
    assert "the code of this refusal is assumed" in refused.headers["as-mock-hint"]
    assert world.get(identifier)["slug"] == "usps"
    enough = {"slug": "postnl-3s", field: "1011AA", "destination_country_region": "NLD"}
    if version < "2025-01":
        enough["tracking_destination_country"] = "NLD"
    assert world.call("PUT", f"/trackings/{identifier}", json=world.body(enough)).status == 200


@pytest.mark.parametrize("header", ["text/xml", "application/x-www-form-urlencoded", "text/plain; a=b"])
def test_a_body_that_is_not_json_by_its_header_is_refused(new_world: Any, header: str) -> None:
    world = new_world(version="2026-07")
    body, headers = b'{"tracking_number": "PARCEL01", "slug": "usps"}', {"content-type": header}
    refused = world.call("POST", "/trackings", body=body, headers=headers)
    assert (refused.status, refused.json["meta"]["code"]) == (400, 400)
    assert "code of this refusal is assumed" in refused.headers["as-mock-hint"]
    assert world.list_trackings() == []
    for good in ("application/json", "Application/JSON; charset=utf-8", "application/problem+json"):
        response = world.call("POST", "/trackings", body=body, headers={"content-type": good})
        assert response.json["meta"]["code"] in (201, 4003)
    # Nothing shows that the service insists on the header.
    world.call("POST", "/trackings", body=body)
    assert hint_of(world, "content-type-missing")


def test_codes_that_are_not_documented_are_settings(new_world: Any) -> None:
    codes = {"content-type": 415, "courier-fields-on-update": 4009}
    world = new_world(version="2026-07", options={"assumed_codes": codes})
    refused = world.call("POST", "/trackings", body=b"<xml/>", headers={"content-type": "text/xml"})
    assert (refused.status, refused.json["meta"]["code"]) == (415, 415)
    identifier = world.create()["id"]
    refused = world.call("PUT", f"/trackings/{identifier}", json={"slug": "postnl-3s"})
    assert (refused.status, refused.json["meta"]["code"]) == (400, 4009)


@pytest.mark.parametrize(
    "options",
    [
        {"assumed_codes": {"weather": 400}},
        {"assumed_codes": {"signature": 200}},
        {"mode": "lax"},
        {"legacy": "v3"},
    ],
)
def test_a_wrong_setting_is_refused(new_world: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"weather|200|lax|v3"):
        new_world(options=options)
