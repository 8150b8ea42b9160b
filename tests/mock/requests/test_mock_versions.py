"""All versions share one state: what one version writes, every other reads in its own shape."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.migration.moves import convert

VERSIONS = documents.versions()
PAIRS = list(itertools.product(VERSIONS, VERSIONS))
FIRST, LAST = VERSIONS[0], VERSIONS[-1]
# Every field that a create body has in any version. Each version sends the fields that it knows.
FIELDS: dict[str, Any] = {
    "title": "Red shoes",
    "order_id": "o-1",
    "order_number": "1001",
    "order_date": "2024-02-05T09:00:00-05:00",
    "custom_fields": {"size": "42"},
    "customer_name": "Ada",
    "emails": ["ada@example.com", "bob@example.com"],
    "smses": ["+12025550143"],
    "customers": [
        {"name": "Ada", "email": "ada@example.com", "phone_number": "+12025550143"},
        {"email": "bob@example.com"},
    ],
    "origin_country_iso3": "USA",
    "origin_country_region": "USA",
    "destination_country_iso3": "DEU",
    "destination_country_region": "DEU",
    "destination_postal_code": "20095",
    "destination_state": "Hamburg",
    "next_couriers": [{"slug": "dhl", "tracking_number": "1234567891"}],
    "last_mile": {"slug": "dhl", "tracking_number": "1234567891"},
    "shipment_tags": ["vip"],
    "note": "n",
    "tracking_ship_date": "20240206",
}


def fields_of(world: Any) -> dict[str, Any]:
    known = world.document["components"]["schemas"]["TrackingCreate"]["properties"]
    promised = known["order_promised_delivery_date"]
    day = "2024-02-09" if "type" in promised else {"promised_delivery_date": "2024-02-09"}
    return {name: FIELDS[name] for name in FIELDS if name in known} | {"order_promised_delivery_date": day}


def test_all_versions_are_there() -> None:
    assert len(VERSIONS) >= 9


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_what_one_version_creates_every_other_reads(new_world: Any, writer: str, reader: str) -> None:
    world = new_world(version=writer)
    number = "ITAOD-3-643642"
    created = world.create(number, "testing-courier", **fields_of(world))
    world.clock.advance(1000)
    other = world.in_version(reader)
    found = other.get(created["id"])
    (listed,) = other.list_trackings()
    assert found == listed
    # A parcel that was created through the reader itself looks the same.
    own_world = new_world(version=reader)
    own = own_world.create(number, "testing-courier", **fields_of(own_world))
    own_world.clock.advance(1000)
    assert found == own_world.get(own["id"])
    assert found.keys() <= other.document["components"]["schemas"]["Tracking"]["properties"].keys()
    assert len(found["checkpoints"]) == 5
    assert found["order_id"] == "o-1"


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_what_is_read_is_what_migration_makes_of_it(new_world: Any, writer: str, reader: str) -> None:
    world = new_world(version=writer)
    identifier = world.create("ITD-3-1", "testing-courier", **fields_of(world))["id"]
    world.clock.advance(1000)
    there, _ = convert(world.get(identifier), "Tracking", writer, reader)
    found = world.in_version(reader).get(identifier)
    # A newer version has fields that the older one cannot hold, such as the hash of a checkpoint.
    ignored = {"id", "legacy_id"} | ({"checkpoints"} if reader > writer else set())
    for name in (there.keys() & found.keys()) - ignored:
        assert _without_nulls(there[name]) == _without_nulls(found[name]), name


def _without_nulls(value: Any) -> Any:
    """Return a value without the nulls in it."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_both_lengths_are_taken_everywhere(new_world: Any, version: str) -> None:
    newest = new_world(version=LAST)
    created = newest.create()
    assert (len(created["id"]), len(created["legacy_id"])) == (32, 24)
    world = newest.in_version(version)
    for identifier in (created["id"], created["legacy_id"]):
        found = world.get(identifier)
        assert found["id"] == (created["id"] if "legacy_id" in found else created["legacy_id"])


def test_an_id_of_the_callers_choice(new_world: Any) -> None:
    world = new_world(version=LAST)
    created = world.create(id="order_55-1")
    assert created["id"] == "order_55-1"
    body = {"tracking_number": "PARCEL0002", "slug": "usps", "id": "order_55-1"}
    assert world.code("POST", "/trackings", json=body) == 4003
    assert world.code("POST", "/trackings", json={**body, "id": "a b"}) == 4008
    assert world.code("POST", "/trackings", json={**body, "id": ""}) == 4008
    assert world.in_version(FIRST).get(created["legacy_id"])["tracking_number"] == "PARCEL0001"
    older = world.in_version("2025-01")
    assert older.create("PARCEL0003", id="mine")["id"] != "mine"


def test_an_update_through_an_older_version_changes_its_part_alone(new_world: Any) -> None:
    world = new_world(version=LAST)
    given = {"role": "buyer", "name": "Ada", "email": "ada@example.com", "phone_number": "+12025550143"}
    customers = [{**given, "language": None, "id": None}]
    identifier = world.create(customers=[given], note="n")["id"]
    older = world.in_version(FIRST)
    assert older.update(identifier, note="other")["customer_name"] == "Ada"
    assert world.get(identifier)["customers"] == customers
    changed = older.update(identifier, emails=["bob@example.com"])
    assert (changed["emails"], changed["smses"], changed["customer_name"]) == (
        ["bob@example.com"],
        ["+12025550143"],
        "Ada",
    )
    (customer,) = world.get(identifier)["customers"]
    assert (customer["name"], customer["email"]) == ("Ada", "bob@example.com")
    older.update(identifier, tracking_postal_code="80202")
    assert world.get(identifier)["destination_postal_code"] == "80202"
    older.update(identifier, tracking_postal_code="80203")
    assert world.get(identifier)["destination_postal_code"] == "80203"
    assert world.update(identifier, customers=[])["customers"] == []
    assert older.get(identifier)["customer_name"] is None


def test_a_time_is_a_day_in_versions_that_know_only_days(new_world: Any) -> None:
    world = new_world(version=LAST)
    promised = {"promised_delivery_date": "2024-02-09T18:00:00+01:00"}
    identifier = world.create(order_promised_delivery_date=promised, tracking_ship_date="2024-02-06")["id"]
    found = world.in_version(FIRST).get(identifier)
    assert (found["order_promised_delivery_date"], found["tracking_ship_date"]) == ("2024-02-09", "20240206")
    ranged = {"promised_delivery_date_min": "2024-02-09", "promised_delivery_date_max": "2024-02-11"}
    estimate = world.update(identifier, order_promised_delivery_date=ranged)["first_estimated_delivery"]
    assert (estimate["type"], estimate["datetime_min"]) == ("specific", None) or estimate["type"] == "range"


def test_a_last_mile_without_a_courier_can_be_read_by_versions_that_need_one(new_world: Any) -> None:
    world = new_world(version="2025-01")
    identifier = world.create(last_mile={"tracking_number": "1234567891"})["id"]
    (following,) = world.in_version(FIRST).get(identifier)["next_couriers"]
    assert following["slug"] == "usps"


def test_completing_is_in_the_history_where_it_was_done_through_a_later_version(new_world: Any) -> None:
    world = new_world(version=LAST)
    first, second = world.create("PARCEL0001")["id"], world.create("PARCEL0002")["id"]
    body = {"reason": "DELIVERED", "event_datetime": "2024-02-05T09:00:00-05:00"}
    world.data("POST", f"/trackings/{first}/mark-as-completed", json=body)
    (checkpoint,) = world.get(first)["checkpoints"]
    assert (checkpoint["source"], checkpoint["checkpoint_time"]) == ("user", body["event_datetime"])
    (shown,) = world.in_version(FIRST).get(first)["checkpoints"]
    assert "source" not in shown
    world.in_version(FIRST).data("POST", f"/trackings/{second}/mark-as-completed", json=body)
    assert world.get(second)["checkpoints"] == []


def test_receivers_of_an_older_version_are_customers_of_a_later_one(new_world: Any) -> None:
    world = new_world(version=FIRST)
    identifier = world.create(customer_name="Ada")["id"]
    lists = {"emails": ["a@example.com", "b@example.com", "c@example.com", "d@example.com"]}
    changed = world.data("POST", f"/notifications/{identifier}/add", json={"notification": lists})
    assert changed["notification"]["emails"] == lists["emails"][:3]
    assert [each["email"] for each in world.in_version(LAST).get(identifier)["customers"]] == lists["emails"][
        :3
    ]


GONE = [
    ("2024-07", "GET", "/notifications/x"),
    ("2024-07", "GET", "/last_checkpoint/x"),
    ("2024-10", "GET", "/trackings/usps/PARCEL01"),
    ("2024-10", "POST", "/trackings/usps/PARCEL01/retrack"),
    ("2025-04", "GET", "/couriers/all"),
]
COME = [
    ("2025-01", "POST", "/estimated-delivery-date/predict"),
    ("2025-04", "GET", "/courier-connections"),
]


@pytest.mark.parametrize(("version", "method", "path"), GONE + COME)
def test_routes_come_and_go(world: Any, version: str, method: str, path: str) -> None:
    before = VERSIONS[VERSIONS.index(version) - 1]
    codes = [world.in_version(each).call(method, path).json["meta"]["code"] for each in (before, version)]
    gone = (version, method, path) in GONE
    assert [code == 404 for code in codes] == [not gone, gone]


def test_limits_of_each_endpoint(world: Any) -> None:
    expected = {
        FIRST: {"/trackings": "10", "/couriers": "10"},
        "2024-07": {"/trackings": "6", "/couriers": "5"},
        LAST: {"/trackings": "6", "/couriers": "5", "/courier-connections": "5"},
    }
    for version, limits in expected.items():
        for path, limit in limits.items():
            response = world.in_version(version).call("GET", path)
            assert response.headers["x-ratelimit-limit"] == limit
    remaining = world.in_version(LAST).call("POST", "/couriers/detect", json={}).headers
    assert (remaining["x-ratelimit-limit"], remaining["x-ratelimit-remaining"]) == ("3", "2")


def test_couriers_have_the_names_of_their_version(world: Any) -> None:
    def postnl(version: str) -> dict[str, Any]:
        couriers = world.in_version(version).data("GET", "/couriers")["couriers"]
        return next(courier for courier in couriers if courier["slug"] == "postnl")

    assert (
        postnl(FIRST)["required_fields"] == postnl("2025-01")["required_fields"] == ["tracking_postal_code"]
    )
    assert postnl("2025-04")["required_fields"] == ["destination_postal_code"]
    assert "service_from_country_iso3" in postnl("2024-10")
    assert "service_from_country_regions" in postnl("2025-01")
    newest = world.in_version(LAST)
    assert [each["slug"] for each in newest.data("GET", "/couriers?slug=ups,dhl")["couriers"]] in (
        ["ups", "dhl"],
        ["dhl", "ups"],
    )
    assert newest.data("GET", "/couriers")["total"] == 1555
    assert newest.data("GET", "/couriers?active=true")["total"] == 281


def test_missing_additional_fields_are_named_in_the_words_of_the_version(world: Any) -> None:
    body = {"tracking_number": "PARCEL01", "slug": "postnl"}
    for version, name in (("2024-10", "tracking_postal_code"), (LAST, "destination_postal_code")):
        response = world.in_version(version).call("POST", "/trackings", json=body)
        assert (response.json["meta"]["code"], response.json["meta"]["message"].split()[-1]) == (
            4011,
            f"{name}.",
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_refusal_of_an_existing_number_holds_the_tracking_at_its_usual_path(
    new_world: Any, version: str
) -> None:
    world = new_world(version=version)
    present = world.create()
    fields = {"tracking_number": "PARCEL0001", "slug": "usps"}
    body = world.complete("POST", "/trackings", world.body(fields))
    response = world.call("POST", "/trackings", json=body)
    assert response.json["meta"]["code"] == 4003
    assert world._one(response.json["data"]) == {"id": present["id"], **fields}


@pytest.mark.parametrize("version", VERSIONS)
def test_delete_and_retrack(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    identifier = world.create()["id"]
    world.data("POST", f"/trackings/{identifier}/mark-as-completed", json={"reason": "LOST"})
    whole = len(world.get(identifier))
    sizes = [
        len(world._one(world.data(method, f"/trackings/{identifier}{end}")))
        for method, end in (("POST", "/retrack"), ("DELETE", ""))
    ]
    assert sizes == ([11, 10] if version < "2024-07" else [whole, whole])


@pytest.mark.parametrize("version", VERSIONS)
def test_predictions(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    country = "country" if version < "2025-01" else "country_region"
    address = {country: "USA", "state": "OR"}
    item = {"slug": "usps", "pickup_time": "2024-02-06 14:30:00"}
    item |= {"origin_address": address, "destination_address": address}
    path = "/estimated-delivery-date/predict"
    item = world.complete("POST", path, item)
    if f"{path}-batch" not in world.document["paths"]:
        assert "id" in world.data("POST", path, json=item)
        return
    (found,) = world.data("POST", f"{path}-batch", json={"estimated_delivery_dates": [item]})[
        "estimated_delivery_dates"
    ]
    assert found["origin_address"][country] == "USA"
    assert ("id" in found) == (version >= "2024-07")
    wrong = {"country_region": "USA", "state": "OR"} if country == "country" else {"country": "USA"}
    batch = {"estimated_delivery_dates": [item | {"origin_address": wrong}]}
    response = world.call("POST", f"{path}-batch", json=world.complete("POST", f"{path}-batch", batch))
    assert (response.status, response.json["meta"]["code"]) == (400, 400)
    if version >= "2025-01":
        single = world.data("POST", path, json=item)
        assert {**single, "id": ""} == {**found, "id": ""}
        assert single["id"] != found["id"]
