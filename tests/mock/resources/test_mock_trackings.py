"""Create, read, update, delete, retrack, complete: by id and by the older courier-and-number form."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aftership_tracking import documents

DAY = 86_400.0


def test_create_returns_the_whole_tracking(world: Any) -> None:
    response = world.call(
        "POST", "/trackings", json={"tracking": {"tracking_number": "PARCEL01", "slug": "usps"}}
    )
    assert response.status == 201
    assert response.json["meta"] == {"code": 201}
    tracking = response.json["data"]["tracking"]
    declared = documents.document("2024-01")["components"]["schemas"]["Tracking"]["properties"]
    assert tracking.keys() == declared.keys()
    assert re.fullmatch(r"[a-z0-9]{24}", tracking["id"])
    assert (tracking["title"], tracking["slug"], tracking["source"]) == ("PARCEL01", "usps", "api")
    assert (tracking["tag"], tracking["subtag"], tracking["active"]) == ("Pending", "Pending_001", True)
    assert tracking["created_at"] == tracking["updated_at"] == "2024-02-06T10:15:30+00:00"


def test_equal_mocks_give_equal_ids_and_other_seeds_give_others(new_world: Any) -> None:
    first, second, other = new_world(), new_world(), new_world(options={"seed": 2})
    assert first.create()["id"] == second.create()["id"] != other.create()["id"]


def test_create_twice_names_the_existing_tracking(world: Any) -> None:
    present = world.create()
    response = world.call(
        "POST", "/trackings", json={"tracking": {"tracking_number": "PARCEL0001", "slug": "usps"}}
    )
    assert (response.status, response.json["meta"]["code"]) == (400, 4003)
    expected = {"id": present["id"], "slug": "usps", "tracking_number": "PARCEL0001"}
    assert response.json["data"] == {"tracking": expected}
    assert world.create(slug="fedex")["id"] != present["id"]


def test_accounts_do_not_see_each_other(world: Any) -> None:
    identifier = world.create()["id"]
    assert world.code("GET", f"/trackings/{identifier}", key="another-key") == 4004
    assert world.call("GET", "/trackings", key="another-key").json["data"]["count"] == 0


@pytest.mark.parametrize(
    ("number", "slug"),
    [
        ("1Z999AA10123456784", "ups"),
        ("RR123456785GB", "royal-mail"),
        ("ITE010D-3-643642", "testing-courier"),
        ("1234567891", "dhl"),
    ],
)
def test_courier_is_detected(world: Any, number: str, slug: str) -> None:
    assert world.create(number, slug=None)["slug"] == slug


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"tracking_number": "NOBODYS-NUMBER"}, 4012),
        ({"tracking_number": "1Z999AA10123456784", "slug_group": "dhl-group"}, 4012),
        ({"tracking_number": "PARCEL01", "slug": "no-such-courier"}, 4010),
        ({"tracking_number": "PARCEL01", "slug": "usps", "slug_group": "dhl-group"}, 4008),
        ({"tracking_number": "PARCEL01", "slug": "usps", "location_id": "l", "origin_city": "Bern"}, 4008),
        ({"tracking_number": "PARCEL01", "slug": "postnl"}, 4011),
        ({"tracking_number": "PARCEL01", "slug": "usps", "order_date": "yesterday"}, 4008),
        ({"tracking_number": "ABC"}, 4005),
        ({"tracking_number": "A" * 101}, 4005),
        ({"tracking_number": "lower-case"}, 4017),
        ({"slug": "usps"}, 4007),
        ({"slug": "usps", "order_date": "yesterday"}, 4007),
        ({"tracking_number": 12345678, "slug": "usps"}, 4007),
    ],
)
def test_create_refuses(world: Any, fields: dict[str, Any], code: int) -> None:
    assert world.code("POST", "/trackings", json={"tracking": fields}) == code
    assert world.list_trackings() == []


def test_detection_within_a_group(world: Any) -> None:
    assert world.create("1234567891", slug=None, slug_group="dhl-group")["slug"] == "dhl"


def test_missing_additional_field_is_named(world: Any) -> None:
    response = world.call(
        "POST", "/trackings", json={"tracking": {"tracking_number": "PARCEL01", "slug": "postnl"}}
    )
    assert "tracking_postal_code" in response.json["meta"]["message"]
    assert (
        world.create("PARCEL01", "postnl", tracking_postal_code="1011AB")["tracking_postal_code"] == "1011AB"
    )


def test_old_and_new_names_are_one_field(world: Any) -> None:
    old = world.create("PARCEL01", tracking_postal_code="80202", tracking_state="CO")
    assert (old["destination_postal_code"], old["destination_state"]) == ("80202", "CO")
    new = world.create("PARCEL02", destination_country_iso3="USA", tracking_destination_country="CAN")
    assert new["tracking_destination_country"] == new["destination_country_iso3"] == "USA"


def test_comma_separated_receivers_come_back_as_a_list(world: Any) -> None:
    tracking = world.create(emails="a@example.com, b@example.com", smses="+12025550143")
    assert tracking["emails"] == ["a@example.com", "b@example.com"]
    assert tracking["smses"] == ["+12025550143"]


def test_mistyped_and_unknown_fields_are_ignored(world: Any) -> None:
    tracking = world.create(
        title=5, emails=[1, "a@example.com"], custom_fields={"a": 1, "b": "x"}, surprise={"a": [1]}, note=None
    )
    assert tracking["title"] == "PARCEL0001"
    assert tracking["emails"] == ["a@example.com"]
    assert tracking["custom_fields"] == {"b": "x"}
    assert tracking["note"] is None
    assert "surprise" not in tracking


def test_a_list_that_is_too_long_stays_too_long_without_its_mistyped_items(world: Any) -> None:
    fields = {"tracking_number": "PARCEL01", "slug": "usps", "next_couriers": [None] * 2}
    assert world.code("POST", "/trackings", json={"tracking": fields}) == 4008


def test_get_by_number_and_its_fields(world: Any) -> None:
    world.create("A/B.C_D-1", title="t", order_id="o")
    found = world.data("GET", "/trackings/usps/A%2FB.C_D-1?fields=order_id,tag")["tracking"]
    assert found.keys() == {"id", "tracking_number", "slug", "order_id", "tag"}
    assert world.data("GET", "/trackings/usps/A%2FB.C_D-1?fields=")["tracking"]["title"] == "t"
    assert world.code("GET", "/trackings/fedex/A%2FB.C_D-1") == 4004


def test_older_form_needs_the_fields_of_the_courier(world: Any) -> None:
    identifier = world.create("PARCEL01", "postnl", tracking_postal_code="1011AB")["id"]
    path = "/trackings/postnl/PARCEL01"
    response = world.call("GET", path)
    assert (response.status, response.json["meta"]["code"]) == (400, 4009)
    assert "tracking_postal_code" in response.json["meta"]["message"]
    assert world.data("GET", f"{path}?tracking_postal_code=1011AB")["tracking"]["id"] == identifier
    assert world.code("GET", f"{path}?tracking_postal_code=9999ZZ") == 4004
    assert world.get(identifier)["slug"] == "postnl"


def test_update_changes_what_is_given_and_clears(world: Any) -> None:
    world.create(emails=["a@example.com"], note="n", title="t", customer_name="c")
    identifier = world.list_trackings()[0]["id"]
    world.clock.advance(60)
    change = {"emails": [], "note": "", "title": "new", "tracking_number": "OTHER", "shipment_tags": ["x"]}
    tracking = world.data("PUT", f"/trackings/{identifier}", json={"tracking": change})["tracking"]
    assert (tracking["emails"], tracking["note"], tracking["title"]) == ([], None, "new")
    assert (tracking["customer_name"], tracking["tracking_number"]) == ("c", "PARCEL0001")
    assert tracking["shipment_tags"] == []
    assert tracking["updated_at"] == "2024-02-06T10:16:30+00:00" != tracking["created_at"]
    assert world.get(identifier) == tracking


def test_update_by_number_takes_fewer_fields(world: Any) -> None:
    world.create()
    change = {"title": "new", "origin_city": "Bern"}
    tracking = world.data("PUT", "/trackings/usps/PARCEL0001", json={"tracking": change})["tracking"]
    assert (tracking["title"], tracking["origin_city"]) == ("new", None)


def test_update_of_the_courier_starts_its_news_anew(world: Any) -> None:
    identifier = world.create("ITD-3-1", "usps")["id"]
    world.clock.advance(60)
    world.data("PUT", f"/trackings/{identifier}", json={"tracking": {"slug": "testing-courier"}})
    assert world.code("GET", "/trackings/usps/ITD-3-1") == 4004
    world.clock.advance(180)
    assert world.data("GET", "/trackings/testing-courier/ITD-3-1")["tracking"]["tag"] == "InfoReceived"


def test_update_refuses_unknown_and_taken_couriers(world: Any) -> None:
    world.create(slug="fedex")
    identifier = world.create()["id"]
    for slug in ("no-such-courier", "fedex"):
        assert world.code("PUT", f"/trackings/{identifier}", json={"tracking": {"slug": slug}}) == 4010
    assert world.code("PUT", f"/trackings/{identifier}", json={}) == 4006
    assert world.code("PUT", "/trackings/nobody", json={"tracking": {}}) == 4004


def test_delete_returns_a_part_and_frees_the_number(world: Any) -> None:
    identifier = world.create(tracking_postal_code="80202")["id"]
    part = world.data("DELETE", f"/trackings/{identifier}")["tracking"]
    declared = documents.document("2024-01")["components"]["schemas"]["TrackingDeleted"]["properties"]
    assert part.keys() == declared.keys()
    assert (part["id"], part["tracking_postal_code"]) == (identifier, "80202")
    assert world.code("DELETE", f"/trackings/{identifier}") == 4004
    assert world.code("GET", f"/trackings/{identifier}") == 4004
    assert world.create()["id"] != identifier
    assert world.data("DELETE", "/trackings/usps/PARCEL0001")["tracking"]["slug"] == "usps"


@pytest.mark.parametrize(
    ("reason", "tag", "subtag", "returns"),
    [
        ("DELIVERED", "Delivered", "Delivered_001", False),
        ("LOST", "Exception", "Exception_013", False),
        ("RETURNED_TO_SENDER", "Exception", "Exception_011", True),
    ],
)
def test_completing(world: Any, reason: str, tag: str, subtag: str, returns: bool) -> None:
    identifier = world.create("ITOD-3-1", "testing-courier")["id"]
    world.clock.advance(200)
    path = f"/trackings/{identifier}/mark-as-completed"
    tracking = world.data("POST", path, json={"reason": reason})["tracking"]
    assert (tracking["tag"], tracking["subtag"]) == (tag, subtag)
    assert (tracking["active"], tracking["return_to_sender"]) == (False, returns)
    world.clock.advance(DAY)
    assert world.get(identifier)["checkpoints"] == tracking["checkpoints"]
    assert world.get(identifier)["updated_at"] == tracking["updated_at"]


def test_completing_needs_a_known_reason(world: Any) -> None:
    world.create()
    path = "/trackings/usps/PARCEL0001/mark-as-completed"
    assert world.code("POST", path, json={}) == 4009
    assert world.code("POST", path, json={"reason": "BORED"}) == 4008
    assert world.data("POST", path, json={"reason": "LOST"})["tracking"]["tag"] == "Exception"


def test_retrack_only_when_inactive_and_once(world: Any) -> None:
    identifier = world.create()["id"]
    path = f"/trackings/{identifier}/retrack"
    assert world.code("POST", path) == 4013
    world.data("POST", f"/trackings/{identifier}/mark-as-completed", json={"reason": "DELIVERED"})
    part = world.data("POST", path)["tracking"]
    declared = documents.document("2024-01")["components"]["schemas"]["TrackingRetracked"]["properties"]
    assert part.keys() == declared.keys()
    assert part["active"] is True
    assert world.get(identifier)["active"] is True
    assert world.code("POST", path) == 4013
    world.clock.advance(31 * DAY)
    assert world.get(identifier)["tag"] == "Expired"
    assert world.code("POST", "/trackings/usps/PARCEL0001/retrack") == 4016


def test_trackings_are_stored_for_120_days(world: Any) -> None:
    identifier = world.create()["id"]
    world.clock.advance(days=120)
    assert world.get(identifier)["tag"] == "Expired"
    assert len(world.list_trackings()) == 1
    world.clock.advance(1)
    assert world.code("GET", f"/trackings/{identifier}") == 4004
    assert world.list_trackings() == []


def test_next_couriers_come_back_with_their_source(world: Any) -> None:
    following = {"slug": "dhl", "tracking_number": "1234567891"}
    assert world.create(next_couriers=[following])["next_couriers"] == [{**following, "source": "user"}]
    for wrong in ([following, following], [{"slug": "dhl"}], [{"slug": 5, "tracking_number": "1234567891"}]):
        body = {"tracking": {"tracking_number": "PARCEL02", "slug": "usps", "next_couriers": wrong}}
        assert world.call("POST", "/trackings", json=body).status == 400
