"""How the API behaves in each version, as facts that are written down here a second time, by hand."""

from __future__ import annotations

import pytest

from spec_support import VERSIONS, document, operations, schemas, since, until

LIMITS = {
    "trackings.list": 6,
    "trackings.create": 20,
    "couriers.detect": 3,
    "estimated_delivery_dates.predict_batch": 20,
}


@pytest.mark.parametrize("version", VERSIONS)
def test_trackings_go_on_by_page_and_later_by_cursor(version: str) -> None:
    paging = operations(version)["trackings.list"]["x-pagination"]
    limits = {"limit": "limit", "default-limit": 100, "max-limit": 200}
    if version in until("2024-07"):
        numbers = {"page": "page", "reachable": 160_000}
        assert paging == {"kind": "page", "items": "data.trackings", **numbers, **limits}
    else:
        assert paging == {
            "kind": "cursor",
            "items": "data.trackings",
            "cursor": "cursor",
            "next": "data.pagination.next_cursor",
            "has-next": "data.pagination.has_next_page",
            "total": "data.pagination.total",
            **limits,
        }


@pytest.mark.parametrize("version", since("2025-04"))
def test_courier_connections(version: str) -> None:
    found = operations(version)
    methods = {name: one for name, one in found.items() if name.startswith("courier_connections.")}
    assert {name.partition(".")[2] for name in methods} == {"list", "create", "get", "update", "delete"}
    assert methods["courier_connections.list"]["x-pagination"]["items"] == "data.courier_connections"
    for name, one in methods.items():
        scope = "read" if name.endswith((".list", ".get")) else "write"
        assert {"OAuth2": [f"aftership:carrier_connection:{scope}"]} in one["security"]
        assert "x-body-wrapper" not in one
    assert "201" in methods["courier_connections.create"]["responses"]


@pytest.mark.parametrize("version", until("2025-01"))
def test_no_courier_connections_before(version: str) -> None:
    assert not [name for name in operations(version) if name.startswith("courier_connections.")]
    assert "carrier_connection" not in document(version).to_json()


@pytest.mark.parametrize("version", VERSIONS)
def test_predict_is_the_batch_for_one(version: str) -> None:
    found = operations(version)
    assert ("estimated_delivery_dates.predict" in found) == (version in since("2025-01"))
    if "estimated_delivery_dates.predict" in found:
        one = found["estimated_delivery_dates.predict"]
        batch = found["estimated_delivery_dates.predict_batch"]
        assert one["x-unwrap"] == "data"
        assert batch["x-unwrap"] == "data.estimated_delivery_dates"
        for key in ("security", "x-retry", "x-error-codes"):
            assert one[key] == batch[key]
        item = schemas(version)["EstimatedDeliveryDateBatchRequest"]["properties"]["estimated_delivery_dates"]
        body = one["requestBody"]["content"]["application/json"]["schema"]
        assert item["items"] == body


@pytest.mark.parametrize("version", VERSIONS)
def test_wrappers_around_bodies_and_responses(version: str) -> None:
    found = operations(version)
    wrapped = {name: one["x-body-wrapper"] for name, one in found.items() if "x-body-wrapper" in one}
    unwrapped = {name: one["x-unwrap"] for name, one in found.items()}
    if version in until("2024-04"):
        assert wrapped == {
            **dict.fromkeys(
                ("trackings.create", "trackings.update", "trackings.update_by_number", "couriers.detect"),
                "tracking",
            ),
            **dict.fromkeys(
                (
                    "notifications.add", "notifications.remove", "notifications.add_by_number",
                    "notifications.remove_by_number",
                ),
                "notification",
            ),
        }  # fmt: skip
        assert unwrapped["trackings.get"] == "data.tracking"
    else:
        assert wrapped == {}
        assert not [name for name, path in unwrapped.items() if "tracking" in path]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_response_about_one_tracking_is_whole_from_2024_07_on(version: str) -> None:
    names = ("create", "get", "update", "mark_as_completed", "delete", "retrack")
    models = set()
    for name in names:
        responses = operations(version)[f"trackings.{name}"]["responses"]
        good = responses["201" if name == "create" else "200"]
        models.add(good["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
    if version in until("2024-04"):
        assert models == {"TrackingResponse", "TrackingDeletedResponse", "TrackingRetrackedResponse"}
        assert len(schemas(version)["TrackingDeleted"]["properties"]) == 10
        assert len(schemas(version)["TrackingRetracked"]["properties"]) == 11
    else:
        assert models == {"TrackingResponse"}
        data = schemas(version)["TrackingResponse"]["properties"]["data"]
        assert data["$ref"] == "#/components/schemas/Tracking"


@pytest.mark.parametrize("version", VERSIONS)
def test_limits(version: str) -> None:
    shared = document(version).raw["x-rate-limit"]
    own = {name: one.get("x-rate-limit", shared) for name, one in operations(version).items()}
    if version in until("2024-04"):
        assert shared == {"requests": 10, "seconds": 1, "shared-by": "organization"}
        assert all(limit == shared for limit in own.values())
    else:
        for name, limit in own.items():
            assert limit == {"requests": LIMITS.get(name, 5), "seconds": 1, "shared-by": "operation"}, name


@pytest.mark.parametrize("version", VERSIONS)
def test_error_codes(version: str) -> None:
    codes = {int(code) for code in document(version).raw["x-errors"] if len(code) == 4}
    gone = set() if version in until("2024-04") else {4006, 4014}
    assert codes == {4001, *range(4003, 4018)} - gone
    used = {entry["code"] for one in operations(version).values() for entry in one["x-error-codes"]}
    assert {code for code in used if code > 1000} == codes


@pytest.mark.parametrize("version", VERSIONS)
def test_body_fields_of_a_wrong_type(version: str) -> None:
    lenient = {
        name
        for name, one in operations(version).items()
        if one.get("x-mock", {}).get("mistyped-body-fields") == "ignored"
    }
    with_body = {name for name, one in operations(version).items() if "requestBody" in one}
    assert lenient == (with_body if version in until("2024-07") else set())


@pytest.mark.parametrize("version", VERSIONS)
def test_time_filters_that_cannot_be_read(version: str) -> None:
    behaviour = operations(version)["trackings.list"].get("x-mock", {})
    expected = {"invalid-time-filters": "default"} if version in until("2024-10") else {}
    assert behaviour == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_trackings(version: str) -> None:
    found = schemas(version)
    pattern = "^[0-9A-Za-z_-]{1,128}$"
    if version in since("2025-04"):
        assert found["Tracking"]["properties"]["id"]["pattern"] == pattern
        assert found["TrackingCreate"]["properties"]["id"]["pattern"] == pattern
        assert "id" not in found["TrackingCreate"]["required"]
    else:
        assert "pattern" not in found["Tracking"]["properties"]["id"]
        assert "id" not in found["TrackingCreate"]["properties"]


SHAPES = {
    "order_promised_delivery_date": {
        "2024-01": ["date"], "2024-04": ["date"], "2024-07": ["date", "local", "zoned"],
        "2024-10": ["date", "local", "zoned"], "2025-01": ["date", "local", "zoned"],
    },
    "tracking_ship_date": {
        "2024-10": ["compact-date"], "2025-01": ["compact-date", "date", "local", "zoned"],
        "2026-07": ["compact-date", "date", "local", "zoned"],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "version"), [(name, one) for name, found in SHAPES.items() for one in found]
)
def test_shapes_of_times(name: str, version: str) -> None:
    for model in ("Tracking", "TrackingCreate", "TrackingUpdate"):
        field = schemas(version)[model]["properties"][name]
        assert field["x-time"] == SHAPES[name][version]
        assert ("format" in field) == (field["x-time"] == ["date"])
    assert schemas(version)["CourierDetect"]["properties"]["tracking_ship_date"]["x-time"] == ["compact-date"]


def test_the_promised_date_became_an_object() -> None:
    for model in ("TrackingCreate", "TrackingUpdate"):
        field = schemas("2026-01")[model]["properties"]["order_promised_delivery_date"]
        assert field["$ref"] == "#/components/schemas/OrderPromisedDeliveryDate"
    promised = schemas("2026-01")["OrderPromisedDeliveryDate"]["properties"]
    names = {f"promised_delivery_date{end}" for end in ("", "_min", "_max")}
    assert promised.keys() == names
    assert all(field["type"] == ["string", "null"] for field in promised.values())


def test_only_the_latest_estimate_has_a_reason() -> None:
    for version, latest in (("2025-01", "EstimatedDelivery"), ("2025-04", "LatestEstimatedDelivery")):
        fields = schemas(version)["Tracking"]["properties"]
        for name, model in (
            ("first_estimated_delivery", "EstimatedDelivery"),
            ("latest_estimated_delivery", latest),
        ):
            assert fields[name]["anyOf"][0]["$ref"] == f"#/components/schemas/{model}"
    added = schemas("2025-04")["LatestEstimatedDelivery"]["properties"].keys()
    assert added - schemas("2025-04")["EstimatedDelivery"]["properties"].keys() == {"revise_reason"}


def test_what_a_last_mile_needs() -> None:
    assert schemas("2025-01")["LastMileCreate"]["required"] == ["tracking_number"]
    assert set(schemas("2026-01")["LastMileCreate"]["required"]) == {"tracking_number"}
    assert set(schemas("2026-07")["LastMileCreate"]["required"]) == {"tracking_number", "slug"}
    assert set(schemas("2026-07")["LastMileUpdate"]["required"]) == {"tracking_number", "slug"}


def test_create_and_detect_take_lists_only_from_2024_07_on() -> None:
    for version, kinds in (("2024-04", {"array", "string"}), ("2024-07", {"array"})):
        found = schemas(version)
        for model, name in (
            ("TrackingCreate", "emails"),
            ("TrackingCreate", "smses"),
            ("CourierDetect", "slug"),
        ):
            field, _ = document(version).follow(found[model]["properties"][name])
            assert {part["type"] for part in field.get("anyOf", [field])} == kinds


@pytest.mark.parametrize("version", VERSIONS)
def test_the_webhook_about_pending_shipments_is_proven_from_2025_01_on(version: str) -> None:
    webhook = document(version).raw["webhooks"]["tracking_pending_time"]["post"]
    proven = version in since("2025-01")
    assert webhook["x-provenance"] == ("documented" if proven else "inferred")
    assert ("Not proven" in webhook["description"]) is not proven


def test_the_new_country_names_of_checkpoints_are_those_of_the_official_client() -> None:
    properties = schemas("2025-01")["Checkpoint"]["properties"]
    assert {properties[name]["x-provenance"] for name in ("country_region", "country_region_name")} == {"sdk"}
