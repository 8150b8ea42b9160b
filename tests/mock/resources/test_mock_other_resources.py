"""Last checkpoints, notifications, couriers, predictions."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from aftership_tracking import documents

PREDICT = ("POST", "/estimated-delivery-date/predict-batch")
OREGON = {"country": "USA", "state": "OR"}
COLORADO = {"country": "USA", "postal_code": "80202"}
ITEM = {"slug": "usps", "origin_address": OREGON, "destination_address": COLORADO}


def test_last_checkpoint_of_nothing_is_an_object_of_nulls(world: Any) -> None:
    identifier = world.create()["id"]
    last = world.data("GET", f"/last_checkpoint/{identifier}")
    checkpoint = last.pop("checkpoint")
    assert (checkpoint.pop("coordinates"), checkpoint.pop("events")) == ([], [])
    assert {"slug", "created_at", "checkpoint_time", "message", "tag"} <= checkpoint.keys()
    assert set(checkpoint.values()) == {None}
    assert last == {
        "id": identifier,
        "tracking_number": "PARCEL0001",
        "slug": "usps",
        "tag": "Pending",
        "subtag": "Pending_001",
        "subtag_message": "Pending",
    }
    assert world.code("GET", "/last_checkpoint/nobody") == 4004


def test_last_checkpoint_is_the_newest(world: Any) -> None:
    identifier = world.create("ITD-3-1", "testing-courier")["id"]
    world.clock.advance(400)
    last = world.data("GET", "/last_checkpoint/testing-courier/ITD-3-1")
    assert last["checkpoint"] == world.get(identifier)["checkpoints"][-1]
    assert last["tag"] == last["checkpoint"]["tag"] == "InTransit"
    short = world.data("GET", f"/last_checkpoint/{identifier}?fields=city,coordinates&lang=en")
    assert short["checkpoint"].keys() == {"city", "coordinates"}
    assert short["id"] == identifier


def test_notifications(world: Any) -> None:
    identifier = world.create(emails=["a@example.com"])["id"]
    path = f"/notifications/{identifier}"

    def change(verb: str, **lists: Any) -> Any:
        return world.data("POST", f"{path}/{verb}", json={"notification": lists})["notification"]

    assert world.data("GET", path)["notification"] == {"emails": ["a@example.com"], "smses": []}
    added = change("add", emails="b@example.com,nonsense, a@example.com", smses=["+12025550143", "12345"])
    assert added == {"emails": ["a@example.com", "b@example.com"], "smses": ["+12025550143"]}
    assert change("remove", emails=["a@example.com", "unknown@example.com"]) == {
        "emails": ["b@example.com"],
        "smses": ["+12025550143"],
    }
    assert world.get(identifier)["emails"] == ["b@example.com"]
    assert world.data("GET", "/notifications/usps/PARCEL0001")["notification"]["emails"] == ["b@example.com"]
    assert change("add", emails=5) == {"emails": ["b@example.com"], "smses": ["+12025550143"]}
    assert change("remove", emails="b@example.com", smses="+12025550143") == {"emails": [], "smses": []}
    assert world.code("GET", "/notifications/nobody") == 4004


def test_courier_lists_come_from_the_data(world: Any) -> None:
    activated = [courier["slug"] for courier in documents.data("couriers")["couriers"]]
    others = [courier["slug"] for courier in documents.data("more-couriers")["couriers"]]
    for path, expected in (("/couriers", activated), ("/couriers/all", activated + others)):
        found = world.data("GET", path)
        assert found["total"] == len(expected) > 200
        assert [courier["slug"] for courier in found["couriers"]] == expected


def detect(world: Any, **fields: Any) -> list[str]:
    found = world.data("POST", "/couriers/detect", json={"tracking": fields})
    assert found["total"] == len(found["couriers"])
    return [courier["slug"] for courier in found["couriers"]]


def test_detection_by_format(world: Any) -> None:
    order = [courier["slug"] for courier in documents.data("couriers")["couriers"]]
    found = detect(world, tracking_number="312345678907")
    assert {"fedex", "purolator"} <= set(found)
    assert found == sorted(found, key=order.index)
    assert detect(world, tracking_number="rr 1234 5678 5gb") == ["royal-mail"]
    assert detect(world, tracking_number="ITE010D-3-643642") == ["testing-courier"]
    assert detect(world, tracking_number="RR123456785ZZ") == []
    assert detect(world, tracking_number="") == []


def test_detection_narrowed(world: Any) -> None:
    number = "312345678907"
    assert detect(world, tracking_number=number, slug=["purolator", "ups"]) == ["purolator"]
    assert detect(world, tracking_number=number, slug="fedex, usps") == ["fedex"]
    assert detect(world, tracking_number=number, slug_group="fedex-group") == ["fedex"]
    assert detect(world, tracking_number=number, slug_group="no-such-group") == []
    both = {"tracking_number": number, "slug": "fedex", "slug_group": "fedex-group"}
    assert world.code("POST", "/couriers/detect", json={"tracking": both}) == 4008
    assert world.code("POST", "/couriers/detect", json={"tracking": {}}) == 4007


def test_every_example_of_the_data_is_detected(world: Any) -> None:
    for entry in documents.data("detection")["formats"]:
        if "example" in entry:
            assert entry["slug"] in detect(world, tracking_number=entry["example"])


def predict(world: Any, *items: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.data(*PREDICT, json={"estimated_delivery_dates": list(items)})[
        "estimated_delivery_dates"
    ]
    return found


def test_prediction_echoes_and_predicts(world: Any, new_world: Any) -> None:
    item = {**ITEM, "pickup_time": "2024-02-06 14:30:00"}
    (found,) = predict(world, item)
    assert found["origin_address"] == {**dict.fromkeys(("city", "postal_code", "raw_location")), **OREGON}
    for name in ("service_type_name", "weight", "package_count", "estimated_pickup"):
        assert found[name] is None
    low, likely, high = (
        date.fromisoformat(found[f"estimated_delivery_date{end}"]) for end in ("_min", "", "_max")
    )
    assert date(2024, 2, 6) <= low <= likely <= high
    assert (
        str(found["confidence_code"])
        in documents.document("2024-01")["components"]["schemas"]["ConfidenceCode"]["x-open-enum"]
    )
    assert predict(new_world(), item, item) == [found, found]


@pytest.mark.parametrize(
    ("pickup", "expected"),
    [
        ({"order_time": "2024-02-06 14:30:00"}, "2024-02-06 18:00:00"),
        ({"order_time": "2024-02-06 18:30:00"}, "2024-02-07 18:00:00"),
        ({"order_time": "2024-02-09 18:30:00"}, "2024-02-12 18:00:00"),
        ({"order_time": "2024-02-09 18:30:00", "business_days": [0]}, "2024-02-11 18:00:00"),
        ({"order_time": "2024-02-06 10:00:00", "order_cutoff_time": "09:00:00"}, "2024-02-07 09:00:00"),
        (
            {"order_time": "2024-02-06 10:00:00", "order_processing_time": {"unit": "day", "value": 2}},
            "2024-02-08 18:00:00",
        ),
    ],
)
def test_estimated_pickup(world: Any, pickup: dict[str, Any], expected: str) -> None:
    (found,) = predict(world, {**ITEM, "estimated_pickup": pickup})
    unused = dict.fromkeys(("order_cutoff_time", "business_days", "order_processing_time"))
    assert found["estimated_pickup"] == {**unused, **pickup, "pickup_time": expected}


@pytest.mark.parametrize(
    "change",
    [
        {"pickup_time": None},
        {"pickup_time": "2024-02-06T14:30:00"},
        {"pickup_time": "9999-12-31 00:00:00"},
        {"origin_address": {"country": "USA"}},
        {"origin_address": {"country": "", "state": "OR"}},
        {"origin_address": {"country": 5, "state": "OR"}},
        {"destination_address": None},
        {"slug": 5},
        {"pickup_time": None, "estimated_pickup": {"order_time": "today"}},
        {
            "pickup_time": None,
            "estimated_pickup": {"order_time": "2024-02-06 10:00:00", "order_cutoff_time": "x"},
        },
        {
            "pickup_time": None,
            "estimated_pickup": {"order_time": "2024-02-06 10:00:00", "business_days": [9]},
        },
        {
            "pickup_time": None,
            "estimated_pickup": {
                "order_time": "2024-02-06 10:00:00",
                "order_processing_time": {"value": 1e300},
            },
        },
    ],
)
def test_one_bad_item_refuses_all(world: Any, change: dict[str, Any]) -> None:
    good = {**ITEM, "pickup_time": "2024-02-06 14:30:00"}
    bad = {**copy.deepcopy(good), **change}
    response = world.call(*PREDICT, json={"estimated_delivery_dates": [good, bad]})
    assert response.status == 400
    assert response.json["meta"]["code"] == 400
    assert response.json["data"] == {}


def test_one_to_five_items(world: Any) -> None:
    good = {**ITEM, "pickup_time": "2024-02-06 14:30:00"}
    assert len(predict(world, *[good] * 5)) == 5
    for items in ([], [good] * 6):
        assert world.code(*PREDICT, json={"estimated_delivery_dates": items}) == 400
