"""A list that did not change is the response that was checked before, for its query and its caller alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from aftership_tracking.mock.documents.checked import CheckedEnvelope
from aftership_tracking.mock.documents.remembered import PAGES
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.pipeline.validate_response import ValidateResponse

HINT = "as-mock-hint"


@pytest.fixture
def newest(new_world: Any) -> Any:
    return new_world(version="2026-07")


def ids_of(world: Any, query: str = "limit=20", **parts: Any) -> list[str]:
    return [each["id"] for each in world.data("GET", f"/trackings?{query}", **parts)["trackings"]]


def test_a_list_is_checked_once_while_nothing_changes(newest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []
    check = ValidateResponse.__call__

    def count(self: ValidateResponse, found: Exchange) -> None:
        checked.append(found.status)
        check(self, found)

    monkeypatch.setattr(ValidateResponse, "__call__", count)
    bodies = [newest.call("GET", "/trackings?limit=20").body for _ in range(3)]
    assert (checked, len(set(bodies))) == ([200], 1)
    newest.create()
    checked.clear()
    bodies = [newest.call("GET", "/trackings?limit=20").body for _ in range(3)]
    assert (checked, len(set(bodies))) == ([200], 1)
    assert len(json.loads(bodies[0])["data"]["trackings"]) == 1
    # What changes by itself is looked at again.
    newest.clock.advance(days=3)
    newest.call("GET", "/trackings?limit=20")
    assert checked == [200, 200]


def test_callers_versions_and_mocks_have_lists_of_their_own(newest: Any, new_world: Any) -> None:
    other, older = new_world(version="2026-07"), newest.in_version("2025-07")
    identifier = newest.create()["id"]
    for _ in range(3):
        assert ids_of(newest) == [identifier]
        assert ids_of(newest, key="another-key") == []
        assert ids_of(newest, "limit=1") == [identifier]
        assert ids_of(older) == [identifier]
        assert ids_of(other) == []
        assert newest.call("GET", "/trackings?limit=20").headers["as-api-version"] == "2026-07"
        assert older.call("GET", "/trackings?limit=20").headers["as-api-version"] == "2025-07"


def test_a_list_of_later_is_not_shown_when_the_clock_goes_back(newest: Any) -> None:
    newest.clock.advance(days=1)
    newest.create()
    before = newest.clock.now()
    assert len(ids_of(newest)) == len(ids_of(newest)) == 1
    newest.clock.jump(before - timedelta(days=1))
    assert ids_of(newest) == []
    newest.clock.jump(before)
    assert len(ids_of(newest)) == 1


def test_a_parcel_that_is_too_old_is_not_listed_also_if_the_clock_went_back(newest: Any) -> None:
    first = newest.create()["id"]
    newest.clock.jump(newest.clock.now() - timedelta(minutes=7))
    newest.create("PARCEL0002")
    newest.clock.advance(days=120)
    assert len(ids_of(newest)) == len(ids_of(newest)) == 2
    newest.clock.advance(1)
    assert ids_of(newest) == ids_of(newest) == [first]


def test_an_empty_list_is_not_that_of_somebody_who_has_parcels(newest: Any) -> None:
    assert ids_of(newest) == ids_of(newest) == []
    identifier = newest.create()["id"]
    assert ids_of(newest) == [identifier]
    newest.data("DELETE", f"/trackings/{identifier}")
    assert ids_of(newest) == ids_of(newest) == []
    newest.create()
    newest.mock.reset()
    assert ids_of(newest) == []


def test_few_lists_are_remembered(newest: Any) -> None:
    newest.create()
    for limit in range(1, 3 * PAGES):
        ids_of(newest, f"limit={limit}")
    api = newest.mock._served.load("2026-07")[0]
    assert 0 < len(api.lists._entries) <= PAGES
    assert all(type(made) is CheckedEnvelope for _, _, made in api.lists._entries.values())
    # A filter, chosen fields and numbered pages are read each time.
    for world, query in (
        (newest, "slug=usps"),
        (newest, "fields=title"),
        (newest.in_version("2024-01"), "page=1"),
    ):
        memory = world.mock._served.load(world.version)[0].lists
        before = {*memory._entries}
        ids_of(world, query)
        assert {*memory._entries} == before


def test_hints_and_faults_are_those_of_each_request(newest: Any) -> None:
    for _ in range(3):
        assert HINT not in newest.call("GET", "/trackings?limit=20").headers
        assert "unknown_one" in newest.call("GET", "/trackings?limit=20&unknown_one=1").headers[HINT]
    whole = newest.call("GET", "/trackings?limit=20").body
    newest.mock.faults.add(body="spoiled")
    assert newest.call("GET", "/trackings?limit=20").body == b"spoiled"
    assert newest.call("GET", "/trackings?limit=20").body == whole


def test_hints_are_written_into_a_body_and_not_into_the_remembered_one(new_world: Any) -> None:
    world = new_world(version="2026-07", options={"hints_in_body": True})
    for _ in range(2):
        assert "mock_hints" not in world.call("GET", "/trackings?limit=20").json
        assert "mock_hints" in world.call("GET", "/trackings?limit=20&unknown_one=1").json


def test_a_courier_that_is_forgotten_is_unknown_again(newest: Any) -> None:
    def hint() -> str | None:
        return newest.call("GET", "/trackings?slug=my-own-courier").headers.get(HINT)

    assert hint()
    newest.mock.seed(couriers=[{"slug": "my-own-courier"}])
    assert hint() is hint() is None
    newest.mock.reset()
    assert hint()
