"""Many threads at once: nothing happens twice, nothing is lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 16


def together(count: int, act: Any) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(act, range(count)))


def create(world: Any, number: str) -> Any:
    body = {"tracking": {"tracking_number": number, "slug": "usps"}}
    return world.call("POST", "/trackings", json=body)


def test_one_number_is_created_once(world: Any) -> None:
    for round_number in range(5):
        responses = together(64, lambda _, number=f"SAME{round_number}": create(world, number))
        assert Counter(response.status for response in responses) == {201: 1, 400: 63}
        assert {response.json["meta"]["code"] for response in responses} == {201, 4003}
    assert len(world.list_trackings()) == 5


def test_different_numbers_get_different_ids(world: Any) -> None:
    responses = together(300, lambda index: create(world, f"OTHER{index:05}"))
    assert len({response.json["data"]["tracking"]["id"] for response in responses}) == 300
    assert len({response.headers["as-trace-id"] for response in responses}) == 300
    assert world.data("GET", "/trackings")["count"] == 300


def test_a_tracking_is_deleted_once_while_it_is_read_and_changed(world: Any) -> None:
    identifier = world.create()["id"]
    path = f"/trackings/{identifier}"

    def act(index: int) -> Any:
        if index == 100:
            return world.call("DELETE", path)
        if index % 2:
            return world.call("PUT", path, json={"tracking": {"title": f"t{index}", "note": f"t{index}"}})
        return world.call("GET", "/trackings?keyword=PARCEL")

    for response in together(200, act):
        assert response.status in (200, 404)
        for tracking in response.json["data"].get("trackings", [response.json["data"].get("tracking")]):
            if tracking and tracking.get("note"):
                assert tracking["title"] == tracking["note"]
    assert world.call("DELETE", path).status == 404


def test_faults_and_counts_are_exact(new_world: Any) -> None:
    world = new_world(options={"enforce_limits": True})
    responses = together(50, lambda _: world.call("GET", "/couriers"))
    assert Counter(response.status for response in responses) == {200: 10, 429: 40}
    world.clock.advance(1)
    world.mock.faults.add(503, times=3)
    responses = together(9, lambda _: world.call("GET", "/couriers"))
    assert Counter(response.status for response in responses) == {200: 6, 503: 3}
