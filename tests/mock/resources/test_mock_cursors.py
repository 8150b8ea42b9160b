"""Pages by cursor: every item comes once, whatever is created and deleted in between."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking import documents
from aftership_tracking.mock.services.paging import cursor_after

LAST = documents.versions()[-1]
CURSOR_VERSIONS = tuple(
    version
    for version in documents.versions()
    if documents.document(version)["paths"]["/trackings"]["get"]["x-pagination"]["kind"] == "cursor"
)


@pytest.fixture
def newest(new_world: Any) -> Any:
    return new_world(version=LAST)


def walk(world: Any, limit: int, *, path: str = "/trackings", items: str = "trackings") -> list[list[Any]]:
    """The ids of every page, to the end."""
    pages, cursor = [], ""
    while True:
        data = world.data("GET", f"{path}?limit={limit}&cursor={quote(cursor)}")
        pages.append([item["id"] for item in data[items]])
        pagination = data["pagination"]
        assert pagination["has_next_page"] == bool(pagination["next_cursor"])
        cursor = pagination["next_cursor"]
        if not cursor:
            return pages


def test_versions_page_as_they_say(new_world: Any) -> None:
    assert len(CURSOR_VERSIONS) >= 6
    for version in documents.versions():
        data = new_world(version=version).data("GET", "/trackings")
        if version in CURSOR_VERSIONS:
            assert data == {
                "pagination": {"total": 0, "next_cursor": "", "has_next_page": False},
                "trackings": [],
            }
        else:
            assert (data["page"], data["limit"], data["count"], data["trackings"]) == (1, 100, 0, [])
            assert "pagination" not in data


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
def test_pages_give_everything_once_and_newest_first(newest: Any, limit: int) -> None:
    made = [newest.create(f"PARCEL{index:04}")["id"] for index in range(7)]
    pages = walk(newest, limit)
    assert [one for page in pages for one in page] == made[::-1]
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert newest.data("GET", "/trackings?limit=2")["pagination"]["total"] == 7


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.integers(1, 12),
    limit=st.integers(1, 5),
    changes=st.lists(st.sampled_from(["create", "delete", "delete-last"]), max_size=8),
)
def test_what_comes_and_goes_moves_no_page(
    new_world: Any, before: int, limit: int, changes: list[str]
) -> None:
    world = new_world(version=LAST)
    made = [world.create(f"PARCEL{index:04}")["id"] for index in range(before)]
    deleted: set[str] = set()
    seen: list[str] = []
    cursor, pending = "", list(changes)
    while True:
        data = world.data("GET", f"/trackings?limit={limit}&cursor={quote(cursor)}")
        seen += [item["id"] for item in data["trackings"]]
        cursor = data["pagination"]["next_cursor"]
        if not cursor:
            break
        change = pending.pop() if pending else ""
        if change == "create":
            world.create(f"LATER{len(pending):04}")
        elif change:
            # The one behind the cursor, or the one that the cursor stands on.
            gone = made[0] if change == "delete" else seen[-1]
            if gone not in deleted:
                world.data("DELETE", f"/trackings/{gone}")
                deleted.add(gone)
    assert len(set(seen)) == len(seen)
    assert [one for one in seen if one in made] == seen
    assert set(made) - deleted <= set(seen)


def test_a_cursor_of_one_version_goes_on_in_another(newest: Any) -> None:
    made = [newest.create(f"PARCEL{index:04}")["id"] for index in range(3)]
    cursor = newest.data("GET", "/trackings?limit=1")["pagination"]["next_cursor"]
    rest = newest.in_version(CURSOR_VERSIONS[0]).list_trackings(f"cursor={quote(cursor)}")
    assert [item["id"] for item in rest] == made[1::-1]


def test_filters_hold_over_pages(newest: Any) -> None:
    for index in range(6):
        newest.create(f"PARCEL{index:04}", order_id=f"o-{index % 2}")
    first = newest.data("GET", "/trackings?limit=2&order_id=o-1,o-9")
    assert first["pagination"]["total"] == 3
    rest = newest.list_trackings(
        f"limit=2&order_id=o-1,o-9&cursor={quote(first['pagination']['next_cursor'])}"
    )
    assert [item["tracking_number"] for item in (*first["trackings"], *rest)] == [
        "PARCEL0005",
        "PARCEL0003",
        "PARCEL0001",
    ]


class Last:
    serial = 5


GOOD = cursor_after(Last())


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "1",
        "AAAA",
        GOOD[:-1],
        GOOD + "A",
        GOOD[::-1],
        GOOD.lower(),
        "é",
        base64.b64encode(b"\0" * 12).decode()[:-1],
    ],
)
@pytest.mark.parametrize(("path", "code"), [("/trackings", 4008), ("/courier-connections", 400)])
def test_invalid_cursors_are_refused(newest: Any, path: str, code: int, cursor: str) -> None:
    assert newest.code("GET", f"{path}?cursor={quote(cursor)}") == code


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=&cursor="])
def test_refused_sizes(newest: Any, query: str) -> None:
    assert newest.code("GET", f"/trackings?{query}") == 4008


def test_a_page_number_means_nothing_any_more(newest: Any) -> None:
    newest.create()
    assert len(newest.list_trackings("page=7")) == 1
