"""The mock follows the kinds of change of the rehearsal that its own code has to know about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse
from made_up_version import MadeUpVersion, compose_made_up_version
from maintainer_support.rehearsed_kinds import rehearsed

CHOSEN = (
    *("destroyed-parcels", "search-trackings", "smaller-pages", "couriers-in-pages"),
    *("kinds-of-return", "returns", "refreshes"),
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    actions = "\n".join(kind.actions for kind in rehearsed() if kind.change in CHOSEN)
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


def test_a_value_that_was_split_comes_as_it_was_sent(mock: Mock, source: MadeUpVersion) -> None:
    """An older version has one value for both, and a change of it there counts."""
    path = f"/trackings/{create(mock, 'PARCEL0001', shipment_direction='courier_return')}"
    older = f"/tracking/{source.before}{path}"

    def directions() -> tuple[str, str]:
        found = mock.handle(MockRequest.to("GET", older, key="k")).json["data"]
        read: str = call(mock, "GET", path).json["data"]["shipment_direction"]
        return read, found["shipment_direction"]

    assert directions() == ("courier_return", "return")
    for sent in ("recipient_return", "courier_return"):
        call(mock, "PUT", path, json={"shipment_direction": sent})
        assert directions() == (sent, "return")
    mock.handle(MockRequest.to("PUT", older, key="k", json={"shipment_direction": "forward"}))
    assert directions() == ("forward", "forward")


def create_return(mock: Mock, reason: str) -> MockResponse:
    return call(mock, "POST", "/returns", json={"tracking_id": "t", "reason": reason})


def test_objects_without_code_are_filtered_by_their_fields(mock: Mock) -> None:
    for reason in ("damaged", "unwanted"):
        create_return(mock, reason)
    found = {
        reason: [
            one["reason"] for one in call(mock, "GET", f"/returns?reason={reason}").json["data"]["returns"]
        ]
        for reason in ("damaged", "unwanted", "lost")
    }
    assert found == {"damaged": ["damaged"], "unwanted": ["unwanted"], "lost": []}


def test_what_is_gone_is_not_said_to_be_in_the_same_version(mock: Mock) -> None:
    path = f"/returns/{create_return(mock, 'damaged').json['data']['id']}"
    call(mock, "DELETE", path)
    for gone in (path, "/returns/none"):
        response = call(mock, "GET", gone)
        assert response.status == 404
        assert response.headers["as-mock-hint"].startswith("state: ")
        assert "path:" not in response.headers["as-mock-hint"]


def test_one_hint_says_where_a_response_without_code_comes_from(mock: Mock) -> None:
    made = create_return(mock, "damaged")
    path = f"/returns/{made.json['data']['id']}"
    responses = [made, call(mock, "GET", "/returns"), call(mock, "GET", path), call(mock, "DELETE", path)]
    assert [one.headers["as-mock-hint"].count("the mock has no code") for one in responses] == [1] * 4


def test_a_response_without_body(mock: Mock) -> None:
    path = f"/trackings/{create(mock, 'PARCEL0001')}/refresh"
    response = call(mock, "POST", path)
    assert (response.status, response.body) == (202, b"")
    assert call(mock, "POST", "/trackings/none/refresh").status == 404
