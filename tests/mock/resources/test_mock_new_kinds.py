"""The mock follows the kinds of change of docs/new-version.md that its own code has to know about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse
from made_up_version import MadeUpVersion, compose_made_up_version
from maintainer_support.kinds import kinds

CHOSEN = ("destroyed-parcels", "search-trackings", "smaller-pages", "couriers-in-pages")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    actions = "\n".join(kind.actions for kind in kinds() if kind.change in CHOSEN)
    made_up = compose_made_up_version(tmp_path_factory.mktemp("made_up"), actions)
    with made_up.installed():
        yield made_up


@pytest.fixture
def mock(source: MadeUpVersion) -> Mock:
    return Mock(documents=source, clock=ManualClock())


def call(mock: Mock, method: str, path: str, **parts: object) -> MockResponse:
    path = f"/tracking/{mock.versions[-1]}{path}"
    return mock.handle(MockRequest.to(method, path, key="k", **parts))  # type: ignore[arg-type]


def create(mock: Mock, number: str, **fields: str) -> str:
    sent = {"tracking_number": number, "slug": "usps", **fields}
    made = call(mock, "POST", "/trackings", json=sent)
    assert made.status == 201, made.json
    return str(made.json["data"]["id"])


def test_a_reason_that_is_new_completes_a_tracking_and_the_hint_says_how(mock: Mock) -> None:
    path = f"/trackings/{create(mock, 'PARCEL0001')}"
    before = call(mock, "GET", path).json["data"]
    response = call(mock, "POST", f"{path}/mark-as-completed", json={"reason": "DESTROYED"})
    assert response.status == 200, response.json
    assert "no status for DESTROYED" in response.headers["as-mock-hint"]
    completed = call(mock, "GET", path).json["data"]
    assert (completed["active"], before["active"]) == (False, True)
    assert (completed["tag"], completed["subtag"]) == (before["tag"], before["subtag"])
    known = call(mock, "POST", f"{path}/mark-as-completed", json={"reason": "LOST"})
    assert (known.json["data"]["tag"], known.headers.get("as-mock-hint")) == ("Exception", None)


def test_a_filter_with_another_name_still_filters(mock: Mock) -> None:
    for number in ("first", "second"):
        create(mock, f"PARCEL{number.upper()}", title=f"{number} of two")
    found = call(mock, "GET", "/trackings?search=second")
    assert [one["title"] for one in found.json["data"]["trackings"]] == ["second of two"]
    assert "as-mock-hint" not in found.headers
    assert len(call(mock, "GET", "/trackings?search=&limit=100").json["data"]["trackings"]) == 2


def test_a_list_that_comes_in_pages_now_does_so(mock: Mock, source: MadeUpVersion) -> None:
    older = mock.handle(MockRequest.to("GET", f"/tracking/{source.before}/couriers", key="k"))
    whole = [one["slug"] for one in older.json["data"]["couriers"]]
    slugs: list[str] = []
    cursor = ""
    while True:
        page = call(mock, "GET", f"/couriers?limit=50&cursor={cursor}").json["data"]
        assert len(page["couriers"]) <= 50
        slugs += [one["slug"] for one in page["couriers"]]
        cursor = page["pagination"]["next_cursor"]
        assert page["pagination"]["has_next_page"] is bool(cursor)
        if not cursor:
            break
    assert slugs == whole
    assert len(slugs) > 50
    assert call(mock, "GET", "/couriers?cursor=mine").status == 400
