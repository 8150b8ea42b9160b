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
        answers = together(64, lambda _, number=f"SAME{round_number}": create(world, number))
        assert Counter(answer.status for answer in answers) == {201: 1, 400: 63}
        assert {answer.json["meta"]["code"] for answer in answers} == {201, 4003}
    assert len(world.listed()) == 5


def test_different_numbers_get_different_ids(world: Any) -> None:
    answers = together(300, lambda index: create(world, f"OTHER{index:05}"))
    assert len({answer.json["data"]["tracking"]["id"] for answer in answers}) == 300
    assert len({answer.headers["as-trace-id"] for answer in answers}) == 300
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

    for answer in together(200, act):
        assert answer.status in (200, 404)
        for tracking in answer.json["data"].get("trackings", [answer.json["data"].get("tracking")]):
            if tracking and tracking.get("note"):
                assert tracking["title"] == tracking["note"]
    assert world.call("DELETE", path).status == 404


def test_faults_and_counts_are_exact(new_world: Any) -> None:
    world = new_world(options={"enforce_limits": True})
    answers = together(50, lambda _: world.call("GET", "/couriers"))
    assert Counter(answer.status for answer in answers) == {200: 10, 429: 40}
    world.clock.advance(1)
    world.mock.faults.add(503, times=3)
    answers = together(9, lambda _: world.call("GET", "/couriers"))
    assert Counter(answer.status for answer in answers) == {200: 6, 503: 3}
