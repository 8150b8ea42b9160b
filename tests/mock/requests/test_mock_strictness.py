"""What each version refuses, and that the refusal of a body names the versions that it was written for."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents

VERSIONS = documents.versions()
LAST = VERSIONS[-1]
FIELDS = {"tracking_number": "PARCEL0001", "slug": "usps"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field", [{"title": 5}, {"custom_fields": "x"}, {"note": ["n"]}])
def test_mistyped_fields(new_world: Any, version: str, field: dict[str, Any]) -> None:
    world = new_world(version=version)
    body = world.complete("POST", "/trackings", world.body({**FIELDS, **field}))
    response = world.call("POST", "/trackings", json=body)
    assert response.status == (201 if version < "2024-10" else 400)
    identifier = world.create("PARCEL0002")["id"]
    path = f"/trackings/{identifier}"
    response = world.call("PUT", path, json=world.complete("PUT", path, world.body(field)))
    assert response.status == (200 if version < "2024-10" else 400)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["created_at_min", "created_at_max", "updated_at_min", "updated_at_max"])
def test_unreadable_time_filters(new_world: Any, version: str, name: str) -> None:
    world = new_world(version=version)
    world.create()
    for value in ("yesterday", "2024-02-06T00:00:00+08:00"):
        response = world.call("GET", f"/trackings?{name}={value}")
        assert response.status == (200 if version < "2025-01" else 400)
        assert version >= "2025-01" or len(response.json["data"]["trackings"]) == 1
    assert world.call("GET", f"/trackings?{name}=2024-02-06T00:00:00%2B08:00").status == 200


@pytest.mark.parametrize("version", VERSIONS)
def test_the_courier_filter_of_the_list_has_the_name_of_its_version(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    world.create("ITD-3-1", "testing-courier")
    world.clock.advance(400)
    field = f"courier_destination_country_{'iso3' if version < '2025-01' else 'region'}"
    (tracking,) = world.list_trackings(f"{field}=ZZZ,{'USA,DEU,FRA,AUS'}")
    assert len(world.list_trackings(f"{field}={tracking[field]}")) == 1
    assert world.list_trackings(f"{field}=ZZZ") == []
    other = f"courier_destination_country_{'region' if version < '2025-01' else 'iso3'}"
    assert len(world.list_trackings(f"{other}=ZZZ")) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_order_ids_filter_from_the_second_version_on(new_world: Any, version: str) -> None:
    world = new_world(version=version)
    world.create("PARCEL0001", order_id="o-1")
    world.create("PARCEL0002", order_id="o-2")
    assert len(world.list_trackings("order_id=o-1,o-3")) == (2 if version < "2024-04" else 1)


@pytest.mark.parametrize(
    ("version", "method", "path", "body", "named"),
    [
        ("2024-01", "POST", "/trackings", FIELDS, f"2024-07 to {LAST}"),
        ("2024-01", "POST", "/trackings", {**FIELDS, "customers": [{"name": "Ada"}]}, f"2025-01 to {LAST}"),
        ("2024-07", "POST", "/trackings", {"tracking": FIELDS}, "2024-01 to 2024-04"),
        ("2026-07", "POST", "/trackings", {"tracking": FIELDS}, "2024-01 to 2024-04"),
        (
            "2025-07",
            "POST",
            "/trackings",
            {**FIELDS, "order_promised_delivery_date": {"promised_delivery_date": "2024-02-09"}},
            f"2026-01 to {LAST}",
        ),
        (
            "2026-01",
            "PUT",
            "/trackings/x",
            {"order_promised_delivery_date": "2024-02-09"},
            "2024-07 to 2025-07",
        ),
        ("2024-04", "PUT", "/trackings/x", {"title": "t"}, f"2024-07 to {LAST}"),
        ("2024-01", "POST", "/couriers/detect", {"tracking_number": "PARCEL01"}, f"2024-07 to {LAST}"),
        ("2024-10", "POST", "/trackings", {**FIELDS, "emails": "a@example.com,b@example.com"}, None),
        ("2024-01", "POST", "/trackings", {}, None),
        ("2024-01", "POST", "/trackings", [FIELDS], None),
        ("2026-07", "POST", "/trackings", {"tracking_number": 5}, None),
        ("2026-07", "POST", "/trackings/x/mark-as-completed", {"reason": "BORED"}, None),
    ],
)
def test_the_refusal_of_a_body_names_its_versions(
    world: Any, version: str, method: str, path: str, body: Any, named: str | None
) -> None:
    refusing = world.in_version(version)
    assert refusing.code(method, path, json=body) >= 400
    hint = world.mock.journal[-1].hint
    _, _, end = hint.partition("; the body has the shape of ")
    # A version that demands a field more does not take the body.
    taken = [each for each in VERSIONS if body == world.in_version(each).complete(method, path, body)]
    named = named and named.replace(LAST, taken[-1])
    assert end.partition(". ")[0] == (named or "")
    if named is not None and method == "POST" and path == "/trackings":
        other = world.in_version(named[:7])
        assert other.call(method, path, json=body).status == 201


def test_only_served_versions_are_named(new_world: Any) -> None:
    world = new_world(options={"versions": ["2024-01", "2025-01"]})
    world.code("POST", "/trackings", json=FIELDS)
    assert "; the body has the shape of 2025-01. " in world.mock.journal[-1].hint


@pytest.mark.parametrize(
    ("requested", "served"), [("2023-10", VERSIONS[0]), ("2024-04", "2024-10"), ("2019-01", "2024-10")]
)
def test_a_version_older_than_all_is_served_by_the_oldest(
    new_world: Any, requested: str, served: str
) -> None:
    versions = VERSIONS if served == VERSIONS[0] else [served, LAST]
    world = new_world(version=requested, options={"versions": versions})
    assert world.call("GET", "/couriers").headers["as-api-version"] == served
    unknown = world.in_version("2031-01").call("GET", "/couriers")
    assert (unknown.status, unknown.headers["as-api-version"]) == (404, LAST)
