"""Seeds: many, with any field, of past times, at any point of their life. And reset."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest


def seed(sandbox: Any, *trackings: dict[str, Any], **more: Any) -> list[str]:
    body = {"key": "test-key", **({"trackings": trackings} if trackings else {}), **more}
    ids: list[str] = sandbox.post("seed", body, 201)["ids"]
    return ids


def days_ago(sandbox: Any, days: float) -> str:
    text: str = (sandbox.clock.now() - timedelta(days=days)).isoformat()
    return text


def test_450_trackings_are_listed_page_by_page(sandbox: Any) -> None:
    ids = seed(sandbox, count=450, template={"slug": "dhl", "tag": "InTransit", "title": "Parcel {n}"})
    assert len(set(ids)) == 450
    seen, cursor = [], ""
    while True:
        data = sandbox.call("GET", f"/trackings?limit=200&cursor={cursor}").json()["data"]
        seen += data["trackings"]
        cursor = data["pagination"]["next_cursor"]
        if not cursor:
            break
    assert [each["id"] for each in seen] == ids[::-1]
    assert {each["tag"] for each in seen} == {"InTransit"}
    assert seen[-1]["title"] == "Parcel 1"


@pytest.mark.parametrize(
    "tag",
    [
        "Pending",
        "InfoReceived",
        "InTransit",
        "OutForDelivery",
        "AttemptFail",
        "Delivered",
        "AvailableForPickup",
        "Exception",
        "Expired",
    ],
)
def test_every_status(sandbox: Any, tag: str) -> None:
    (identifier,) = seed(sandbox, {"tag": tag, "created_at": days_ago(sandbox, 5)})
    found = sandbox.tracking(identifier)
    assert found["tag"] == tag
    assert found["active"] == (tag not in ("Delivered", "Expired"))
    assert [each["id"] for each in sandbox.trackings(f"tag={tag}")] == [identifier]
    if tag not in ("Pending", "Expired"):
        assert found["checkpoints"][-1]["tag"] == tag


def test_a_sub_status_of_its_own(sandbox: Any) -> None:
    (identifier,) = seed(sandbox, {"subtag": "Exception_013"})
    assert sandbox.tracking(identifier)["subtag"] == "Exception_013"


def test_checkpoints_are_as_they_were_given(sandbox: Any) -> None:
    times = [days_ago(sandbox, 2), days_ago(sandbox, 1)]
    (identifier,) = seed(
        sandbox,
        {
            "slug": "dhl",
            "created_at": days_ago(sandbox, 3),
            "checkpoints": [
                {"tag": "Delivered", "subtag": "Delivered_003", "checkpoint_time": times[1]},
                {"tag": "InTransit", "checkpoint_time": times[0], "message": "Left Bern", "city": "Bern"},
            ],
        },
    )
    found = sandbox.tracking(identifier)
    first, last = found["checkpoints"]
    assert (first["message"], first["city"], first["state"], first["location"]) == (
        "Left Bern",
        "Bern",
        None,
        None,
    )
    assert [first["checkpoint_time"], last["checkpoint_time"]] == times
    assert (found["tag"], found["subtag"], found["active"]) == ("Delivered", "Delivered_003", False)


def test_any_field_of_the_response(sandbox: Any) -> None:
    fields = {
        "slug": "dhl",
        "tracking_number": "ANY-{n}-1",
        "signed_by": "J. Doe",
        "shipment_type": "Express",
        "order_id": "order-7",
        "custom_fields": {"a": "b"},
        "courier_estimated_delivery_date": {
            "estimated_delivery_date": "2024-03-01",
            "estimated_delivery_date_min": None,
            "estimated_delivery_date_max": None,
        },
    }
    (identifier,) = seed(sandbox, count=1, template=fields)
    found = sandbox.tracking(identifier)
    assert {name: found[name] for name in fields} == {**fields, "tracking_number": "ANY-1-1"}
    # What callers can send is found like what they have sent.
    assert len(sandbox.trackings("keyword=order-7")) == 1
    updated = sandbox.call("PUT", f"/trackings/{identifier}", json={"title": "T"}).json()["data"]
    assert (updated["title"], updated["signed_by"]) == ("T", "J. Doe")


def test_fields_have_the_names_of_a_version(sandbox: Any) -> None:
    body = {"key": "test-key", "version": "2024-01", "trackings": [{"destination_country_iso3": "USA"}]}
    (identifier,) = sandbox.post("seed", body, 201)["ids"]
    found = sandbox.call("GET", f"/trackings/{identifier}", "2024-01").json()["data"]["tracking"]
    assert found["destination_country_iso3"] == "USA"
    (other,) = sandbox.trackings()
    assert other["destination_country_region"] == "USA"


def test_past_times_are_in_the_order_and_in_the_filters(sandbox: Any) -> None:
    sandbox.create("PARCEL0001")
    ids = seed(
        sandbox,
        *(
            {"created_at": days_ago(sandbox, days), "updated_at": days_ago(sandbox, days)}
            for days in (1, 30, 10)
        ),
    )
    listed = sandbox.trackings()
    assert [each["created_at"] for each in listed] == sorted(
        (each["created_at"] for each in listed), reverse=True
    )
    assert [each["id"] for each in listed[1:]] == ids[::-1]
    query = f"created_at_min={days_ago(sandbox, 11)}&created_at_max={days_ago(sandbox, 9)}".replace(
        "+", "%2B"
    )
    (middle,) = sandbox.trackings(query)
    assert middle["updated_at"] == middle["created_at"] == days_ago(sandbox, 10)


def test_seeds_of_past_times_are_forgotten_when_they_are_old(sandbox: Any) -> None:
    sandbox.create("PARCEL0001")
    (identifier,) = seed(sandbox, {"created_at": days_ago(sandbox, 119)})
    sandbox.post("clock", {"advance": "2d"})
    assert sandbox.call("GET", f"/trackings/{identifier}").status_code == 404
    assert len(sandbox.trackings()) == 1


def test_responses_of_seeds_are_true_to_the_documents_of_all_versions(sandbox: Any) -> None:
    (identifier,) = seed(
        sandbox, {"slug": "dhl", "tag": "Delivered", "created_at": days_ago(sandbox, 9), "signed_by": "x"}
    )
    for version in sandbox.mock.versions:
        assert sandbox.call("GET", "/trackings", version).status_code == 200
    assert identifier


def test_the_only_key_of_a_mock_needs_no_name(new_sandbox: Any) -> None:
    sandbox = new_sandbox(options={"keys": ["test-key"]})
    sandbox.post("seed", {"count": 2}, 201)
    assert len(sandbox.trackings()) == 2
    assert sandbox.refused("seed", {"count": 1, "key": "other"}, 404)[0] == "unknown-key"


def test_methods_do_the_same(sandbox: Any) -> None:
    (identifier,) = sandbox.mock.seed([{"slug": "dhl", "tag": "Delivered"}], key="test-key")
    assert sandbox.tracking(identifier)["tag"] == "Delivered"
    assert len(sandbox.mock.seed(count=3, template={"title": "{n}"}, key="test-key")) == 3


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({}, "nothing-to-do", "either a count"),
        ({"count": 1, "trackings": [{}]}, "nothing-to-do", "either a count"),
        ({"template": {}, "trackings": [{}]}, "contradiction", "template"),
        ({"count": 0}, "wrong-value", "count"),
        ({"count": 100_001}, "wrong-value", "100000"),
        ({"count": 1, "key": None}, "key-missing", '"key"'),
        ({"count": 1, "version": "2020-01"}, "unknown-version", "2026-07"),
        ({"count": 2, "template": {"tracking_number": "A"}}, "exists", "{n}"),
        ({"count": 2, "template": {"id": "A"}}, "exists", "{n}"),
        ({"trackings": [{"tracking_number": "A", "slug": "dhl"}] * 2}, "exists", "dhl"),
        ({"trackings": [{"tag": "intransit"}]}, "unknown-tag", "trackings[0].tag"),
        ({"trackings": [{"subtag": "InTransit_999"}]}, "unknown-subtag", "trackings[0].subtag"),
        ({"trackings": [{"tag": "Delivered", "subtag": "InTransit_001"}]}, "contradiction", "InTransit_001"),
        ({"trackings": [{}, {"slug": "nobody"}]}, "unknown-courier", "trackings[1].slug"),
        ({"trackings": [{"sluug": "dhl"}]}, "unknown-field", "did you mean slug?"),
        ({"trackings": [{"title": 1}]}, "wrong-value", "trackings[0].title"),
        ({"trackings": [{"created_at": "2030-01-01T00:00:00Z"}]}, "out-of-retention", "created_at"),
        ({"trackings": [{"created_at": "2020-01-01T00:00:00Z"}]}, "out-of-retention", "120 days"),
        ({"trackings": [{"created_at": "2024-02-01"}]}, "not-a-time", "zone"),
        ({"trackings": [{"updated_at": "2024-01-01T00:00:00Z"}]}, "contradiction", "updated_at"),
        ({"trackings": [{"checkpoints": [{"tag": "InTransit"}]}]}, "not-a-time", "checkpoint_time"),
        ({"trackings": [{"checkpoints": "x"}]}, "wrong-value", "checkpoints"),
        ({"trackings": [{"checkpoints": [{"tagg": 1}]}]}, "unknown-field", "checkpoints[0].tagg"),
        (
            {
                "trackings": [
                    {
                        "tag": "Delivered",
                        "checkpoints": [{"tag": "InTransit", "checkpoint_time": "2024-02-01T00:00:00Z"}],
                    }
                ]
            },
            "contradiction",
            "last checkpoint",
        ),
        ({"coun": 1}, "unknown-field", "did you mean count?"),
        ({"count": "1"}, "wrong-type", "count"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_added(
    sandbox: Any, body: dict[str, Any], code: str, words: str
) -> None:
    found, message = sandbox.refused(
        "seed",
        {"key": "test-key", **body},
        409 if code == "exists" and "trackings" in body else 404 if code == "unknown-version" else 400,
    )
    assert found == code
    assert words in message
    assert sandbox.trackings() == []


def test_reset_of_all(sandbox: Any) -> None:
    first = sandbox.create("PARCEL0001")
    sandbox.post("faults", {"operation": "trackings.update", "status": 500}, 201)
    sandbox.post("clock", {"advance": "1h"})
    assert sandbox.post("reset", {}) == {"reset": True}
    assert sandbox.get("faults") == {"faults": []}
    assert sandbox.get("requests")["count"] == 0
    assert sandbox.trackings() == []
    # Ids start again, and the clock goes on.
    again = sandbox.create("PARCEL0001")
    assert again["created_at"] != first["created_at"]


def test_reset_of_one_key(sandbox: Any) -> None:
    sandbox.create("PARCEL0001")
    sandbox.post("seed", {"count": 2, "key": "other-key"}, 201)
    sandbox.call("GET", "/trackings", headers={"as-api-key": "other-key"})
    for key in ("test-key", "other-key"):
        sandbox.post("faults", {"operation": "trackings.update", "key": key, "status": 500}, 201)
    sandbox.post("reset", {"key": "test-key"})
    assert [each["id"] for each in sandbox.get("faults")["faults"]] == [2]
    assert [(each["number"], each["key"]) for each in sandbox.get("requests")["requests"]] == [(2, "key-2")]
    assert sandbox.get("requests")["dropped"] == 0
    assert sandbox.trackings() == []
    listed = sandbox.call("GET", "/trackings", headers={"as-api-key": "other-key"})
    assert len(listed.json()["data"]["trackings"]) == 2
    assert sandbox.refused("reset", {"keyy": "x"})[0] == "unknown-field"
