"""Courier connections: one set for each account, the same in every version that has them."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents

HAVING = tuple(
    version
    for version in documents.versions()
    if "/courier-connections" in documents.document(version)["paths"]
)
PATH = "/courier-connections"
BODY = {"courier_slug": "fedex", "credentials": {"account_number": "510087020"}}


@pytest.fixture(params=HAVING)
def world(request: pytest.FixtureRequest, new_world: Any) -> Any:
    return new_world(version=request.param)


def test_a_life(world: Any) -> None:
    response = world.call("POST", PATH, json=world.complete("POST", PATH, BODY))
    assert response.status == 201
    created = response.json["data"]
    assert (created["courier_slug"], created["credentials"]) == ("fedex", BODY["credentials"])
    assert created["created_at"] == created["updated_at"]
    path = f"{PATH}/{created['id']}"
    assert world.data("GET", path) == created
    world.clock.advance(60)
    changed = world.data("PATCH", path, json={"credentials": {"token": "t"}})
    assert changed == {**created, "credentials": {"token": "t"}, "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > created["updated_at"]
    assert world.data("DELETE", path) == changed
    unread = {"json": world.complete("PATCH", path, {"credentials": {}})}
    for method, body in (("GET", {}), ("DELETE", {}), ("PATCH", unread)):
        assert world.code(method, path, **body) == 404


def test_lists_by_courier_and_page(world: Any) -> None:
    made = [
        world.data("POST", PATH, json={**BODY, "courier_slug": slug})["id"]
        for slug in ("fedex", "ups", "fedex")
    ]
    page = world.data("GET", f"{PATH}?limit=2")
    assert [each["id"] for each in page["courier_connections"]] == made[:0:-1]
    assert page["pagination"]["total"] == 3
    rest = world.data("GET", f"{PATH}?cursor={page['pagination']['next_cursor']}")
    assert [each["id"] for each in rest["courier_connections"]] == made[:1]
    found = world.data("GET", f"{PATH}?courier_slug=fedex")["courier_connections"]
    assert [each["id"] for each in found] == [made[2], made[0]]


def test_accounts_do_not_see_each_other_and_versions_do(world: Any) -> None:
    identifier = world.data("POST", PATH, json=BODY)["id"]
    assert world.code("GET", f"{PATH}/{identifier}", key="another-key") == 404
    for version in HAVING:
        assert world.in_version(version).data("GET", f"{PATH}/{identifier}")["id"] == identifier
    world.mock.reset()
    assert world.code("GET", f"{PATH}/{identifier}") == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"courier_slug": "fedex"},
        {"courier_slug": "fedex", "credentials": "secret"},
        {"courier_slug": "fedex", "credentials": {"account_number": 5}},
        {"courier_slug": 5, "credentials": {}},
        {"courier_slug": "no-such-courier", "credentials": {}},
    ],
)
def test_refused_bodies(world: Any, body: dict[str, Any]) -> None:
    assert world.code("POST", PATH, json=body) == 400
    assert world.data("GET", PATH)["courier_connections"] == []


def test_a_key_does_what_it_is_permitted(new_world: Any) -> None:
    reading, writing = "aftership:carrier_connection:read", "aftership:carrier_connection:write"
    keys = {"all": [reading, writing], "reader": [reading], "other": ["aftership:tracking:read"]}
    world = new_world(version=HAVING[-1], options={"keys": keys}, key="all")
    world.data("POST", PATH, json=BODY)
    assert world.call("GET", PATH, key="reader").status == 200
    response = world.call("POST", PATH, key="reader", json=BODY)
    assert (response.status, response.json["meta"]["type"]) == (403, "Forbidden")
    assert response.headers["as-mock-hint"] == f"permission: the key lacks {writing}"
    assert world.code("GET", PATH, key="other") == 403
    assert world.call("GET", "/trackings", key="other").status == 200
    assert world.code("GET", PATH, key="unknown") == 401
