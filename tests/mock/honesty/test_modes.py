"""`mode="lenient"` takes what the documents refuse, and says so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock.honesty.test_measured_inputs import DOCUMENTED, PARCEL, create


@pytest.mark.parametrize(("fields", "name"), DOCUMENTED)
def test_a_lenient_mock_takes_it_and_says_so(new_world: Any, fields: dict[str, Any], name: str) -> None:
    world = new_world(version="2026-07", options={"mode": "lenient"})
    taken = create(world, **fields)
    assert taken.status == 201, taken
    assert f"body {name}: " in taken.headers["as-mock-hint"]
    assert "lenient" in {hint.id for hint in world.mock.journal[-1].hints}
    (listed,) = world.list_trackings()
    assert listed["tracking_number"] == PARCEL["tracking_number"]


def test_a_lenient_mock_ignores_fields_of_the_wrong_type_as_older_versions_do(new_world: Any) -> None:
    world = new_world(version="2026-07", options={"mode": "lenient"})
    taken = create(world, title=5)
    assert (taken.status, taken.json["data"]["title"]) == (201, "PARCEL0001")
    assert "body title: must be a string" in taken.headers["as-mock-hint"]


def test_a_lenient_mock_uses_defaults_for_times_and_takes_any_page_size(new_world: Any) -> None:
    world = new_world(version="2026-07", options={"mode": "lenient"})
    world.create()
    for query in ("created_at_min=soon", "limit=500", "tag=pending"):
        response = world.call("GET", f"/trackings?{query}")
        assert response.status == 200
        assert response.headers["as-mock-hint"].startswith(f"query {query.partition('=')[0]}: ")


@pytest.mark.parametrize(
    "fields", [{"slug_group": "fedex-group"}, {"location_id": "l", "origin_country_region": "USA"}]
)
def test_a_lenient_mock_takes_fields_that_exclude_each_other(new_world: Any, fields: dict[str, Any]) -> None:
    assert create(new_world(version="2026-07"), **fields).status == 400
    world = new_world(version="2026-07", options={"mode": "lenient"})
    taken = create(world, **fields)
    assert (taken.status, taken.json["data"]["slug"]) == (201, "usps")
    assert "fields exclude each other" in taken.headers["as-mock-hint"]


def test_what_nobody_can_take_is_refused_in_both_modes(new_world: Any) -> None:
    world = new_world(version="2026-07", options={"mode": "lenient"})
    assert world.code("POST", "/trackings", json={"slug": "usps"}) == 4007
    assert world.code("POST", "/trackings", body=b"{") == 4001
    assert world.code("GET", "/trackings?limit=many") == 4008


def test_modes_share_documents_but_not_their_rules(new_world: Any) -> None:
    lenient = new_world(version="2026-07", options={"mode": "lenient"})
    strict = new_world(version="2026-07")
    for _ in range(2):
        assert create(lenient, title="").status in (201, 400)
        assert create(strict, title="").status == 400
    assert len(lenient.list_trackings()) == 1
