"""A new version of the API needs no edit of the mock, also where it changes responses and not requests, and
where it has operations that the mock has no code for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse
from made_up_version import MadeUpVersion, compose_made_up_version

FIELDS = Path(__file__).with_name("new_version_fields.yaml").read_text("utf-8")
ERRORS = {"400": "BadRequest", "401": "Unauthorized", "403": "Forbidden", "404": "NotFound",
          "429": "TooManyRequests", "5XX": "ServerError"}  # fmt: skip
HEADERS = {"as-api-version": "AsApiVersion", "x-ratelimit-limit": "RateLimitLimit",
           "x-ratelimit-remaining": "RateLimitRemaining", "x-ratelimit-reset": "RateLimitReset",
           "as-trace-id": "TraceId"}  # fmt: skip


def operation(
    resource: str,
    method: str,
    response: str,
    *,
    body: str = "",
    unwrap: str = "data",
    path: str = "",
    retry: str = "safe",
    known: str = "",
    example: Any = None,
) -> dict[str, Any]:
    """An operation with a JSON body and a JSON response, both components."""
    made: dict[str, Any] = {
        "operationId": f"{method}-{resource}".replace("_", "-"),
        "tags": ["Trackings"],
        "summary": f"{method} {resource}",
        "description": "Made up.",
        "x-resource": resource,
        "x-method": method,
        "x-unwrap": unwrap,
        "x-retry": retry,
        "x-error-codes": [
            {"code": code, "kind": "state"} for code in (400, 401, 403, 404, 429, 500)
        ],
        "x-provenance": "documented",
        "security": [{"ApiKey": []}],
        "responses": {
            "200": {
                "description": "Done.",
                "headers": {
                    name: {"$ref": f"#/components/headers/{component}"} for name, component in HEADERS.items()
                },
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{response}"}}},
            },
            **{status: {"$ref": f"#/components/responses/{name}"} for status, name in ERRORS.items()},
        },
    }  # fmt: skip
    if body:
        schema = {"$ref": f"#/components/schemas/{body}"}
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if path:
        made["parameters"] = [
            {"name": path, "in": "path", "required": True, "description": "Which one.",
             "schema": {"type": "string"}, "x-provenance": "documented"}
            | ({"example": known} if known else {})
        ]  # fmt: skip
    if example is not None:
        value = {"meta": {"code": 200}, "data": example}
        made["responses"]["200"]["content"]["application/json"]["examples"] = {
            "one": {"summary": "One", "value": value}
        }
    return made


PATHS = {
    "/trackings/{id}/preferences": {
        "patch": operation(
            "trackings", "prefer", "TrackingResponse", body="Preferences", path="id", retry="never"
        ),
        "get": operation("trackings", "get_again", "TrackingResponse", path="id"),
    },
    "/lockers": {
        "post": operation("lockers", "create", "LockerResponse", body="LockerCreate", retry="never"),
        "get": operation("lockers", "list", "LockerListResponse", unwrap="data.lockers"),
    },
    "/lockers/{id}": {
        "get": operation("lockers", "get", "LockerResponse", path="id"),
        "patch": operation(
            "lockers", "update", "LockerResponse", body="LockerCreate", path="id", retry="never"
        ),
        "delete": operation("lockers", "delete", "LockerResponse", path="id"),
    },
    "/trackings/{id}/labels": {"get": operation("trackings", "labels", "LockerResponse", path="id")},
    "/depots": {
        "get": operation(
            "depots",
            "list",
            "LockerListResponse",
            unwrap="data.lockers",
            example={"lockers": [{"id": "south", "city": "Oslo", "doors": 1}]},
        )
    },
    "/depots/{depot}": {
        method: operation(
            "depots", name, "LockerResponse", body=body, path="depot", retry=retry, known="north"
        )
        for method, name, body, retry in (
            ("get", "get", "", "safe"),
            ("patch", "update", "LockerCreate", "never"),
            ("delete", "delete", "", "safe"),
        )
    },
    "/settings": {
        "put": operation("settings", "update", "LockerResponse", body="LockerCreate"),
        "get": operation("settings", "get", "LockerResponse"),
    },
}
# JSON is YAML.
OPERATIONS = f"""
  - target: $.paths
    x-change: lockers
    description: Lockers, preferences of a tracking, settings.
    update: {json.dumps(PATHS)}
"""


class Caller:
    """One account of one mock, in the new version if no other is named."""

    def __init__(self, source: MadeUpVersion) -> None:
        self.source = source
        self.mock = Mock(documents=source, clock=ManualClock())

    def call(self, method: str, path: str, body: Any = None, version: str = "") -> MockResponse:
        path = f"/tracking/{version or self.source.version}{path}"
        return self.mock.handle(
            MockRequest.to(method, path, key="k", **({} if body is None else {"json": body}))
        )

    def data(self, method: str, path: str, body: Any = None, version: str = "") -> Any:
        response = self.call(method, path, body, version)
        assert response.status in (200, 201), response.json
        return response.json["data"]

    def create(self, version: str = "", **fields: Any) -> Any:
        return self.data(
            "POST", "/trackings", {"tracking_number": "PARCEL0001", "slug": "usps", **fields}, version
        )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUpVersion]:
    made_up = compose_made_up_version(tmp_path_factory.mktemp("made_up"), FIELDS + OPERATIONS)
    with made_up.installed():
        yield made_up


@pytest.fixture
def caller(source: MadeUpVersion) -> Caller:
    return Caller(source)


def test_what_was_sent_is_read_in_the_terms_of_the_response(caller: Caller) -> None:
    created = caller.create(note="n", pickup_location="Desk 4")
    assert (created["note"], created["pickup"]) == ({"text": "n"}, {"location": "Desk 4"})
    (listed,) = caller.data("GET", "/trackings")["trackings"]
    assert listed["note"] == {"text": "n"}
    changed = caller.data("PUT", f"/trackings/{created['id']}", {"note": "m"})
    assert (changed["note"], changed["pickup"]) == ({"text": "m"}, {"location": "Desk 4"})


def test_a_field_of_requests_alone_is_read_in_the_terms_of_each_version(caller: Caller) -> None:
    """The title is an object in requests to create, a string in those to update and in responses."""
    created = caller.create(title={"text": "one"})
    assert created["title"] == "one"
    assert caller.data("PUT", f"/trackings/{created['id']}", {"title": "two"})["title"] == "two"
    before = caller.source.before
    assert caller.data("GET", f"/trackings/{created['id']}", version=before)["title"] == "two"
    assert caller.data("GET", "/trackings?keyword=two")["trackings"]


def test_a_field_that_is_new_is_stored_if_the_response_can_hold_it(caller: Caller) -> None:
    created = caller.create(box_paint="red", box_size="large")
    assert (created["box_paint"], created["box_size"]) == ("red", None)
    old = caller.data("GET", f"/trackings/{created['id']}", version=caller.source.before)
    assert "box_paint" not in old
    assert caller.data("PUT", f"/trackings/{created['id']}", {"note": "n"})["box_paint"] == "red"


def test_older_versions_create_what_the_new_one_reads(caller: Caller) -> None:
    created = caller.create(version=caller.source.before, note="n", pickup_location="Desk 4", title="t")
    assert (created["note"], created["pickup_location"]) == ("n", "Desk 4")
    read = caller.data("GET", f"/trackings/{created['id']}")
    assert (read["note"], read["pickup"], read["title"]) == ({"text": "n"}, {"location": "Desk 4"}, "t")


def test_a_patch_of_a_tracking_agrees_with_a_get(caller: Caller) -> None:
    created = caller.create(note="n")
    path = f"/trackings/{created['id']}"
    assert caller.data("PATCH", f"{path}/preferences", {"box_paint": "blue"})["box_paint"] == "blue"
    for read in (caller.data("GET", path), caller.data("GET", f"{path}/preferences")):
        assert (read["box_paint"], read["note"]) == ("blue", {"text": "n"})
    assert caller.call("PATCH", "/trackings/none/preferences", {"box_paint": "blue"}).status == 404


def test_objects_of_a_new_resource_are_stored(caller: Caller) -> None:
    made = caller.data("POST", "/lockers", {"city": "Berlin", "doors": 12})
    other = caller.data("POST", "/lockers", {"city": "Paris", "doors": 3})
    assert made["id"] != other["id"]
    path = f"/lockers/{made['id']}"
    assert caller.data("GET", path) == made
    assert (made["city"], made["doors"]) == ("Berlin", 12)
    changed = caller.data("PATCH", path, {"doors": 13})
    assert changed == {**made, "doors": 13} == caller.data("GET", path)
    assert caller.data("GET", "/lockers") == {"lockers": [other, changed]}
    assert caller.call("GET", "/lockers/unknown").status == 404
    assert caller.data("DELETE", path) == changed
    assert caller.call("GET", path).status == 404
    assert caller.data("GET", "/lockers") == {"lockers": [other]}


def test_the_hint_says_what_is_from_the_document(caller: Caller) -> None:
    response = caller.call("GET", "/lockers/1")
    assert response.json["data"]["city"] == "Gate 1"
    assert response.headers["as-mock-hint"].endswith("lockers.get: from the document")
    response = caller.call("POST", "/lockers", {"city": "Berlin", "paint": "red"})
    assert response.headers["as-mock-hint"].endswith(
        "stored, without paint, which the response cannot hold; the rest is from the document"
    )


def test_an_object_without_an_id_is_stored_under_its_path(caller: Caller) -> None:
    assert caller.data("GET", "/settings")["city"] == "Gate 1"
    assert caller.data("PUT", "/settings", {"city": "Rome"})["city"] == "Rome"
    assert caller.data("GET", "/settings")["city"] == "Rome"


def test_a_path_below_a_tracking_needs_the_tracking(caller: Caller) -> None:
    made = caller.create()
    path = f"/trackings/{made['id']}/labels"
    assert caller.data("GET", path)["city"] == "Gate 1"
    response = caller.call("GET", "/trackings/none/labels")
    assert (response.status, response.json["meta"]["code"]) == (404, 404)
    assert response.headers["as-mock-hint"].startswith("state: nothing has this id: it was not created")
    caller.data("DELETE", f"/trackings/{made['id']}")
    assert caller.call("GET", path).status == 404


def test_only_ids_of_examples_and_of_created_objects_are_known(caller: Caller) -> None:
    """The path of depots names an example; the list of depots shows another one."""
    for known in ("north", "south"):
        assert caller.data("GET", f"/depots/{known}")["city"] == "Gate 1"
    for method, body in (("GET", None), ("PATCH", {"city": "Rome"}), ("DELETE", None)):
        assert caller.call(method, "/depots/east", body).status == 404
    assert caller.data("PATCH", "/depots/north", {"city": "Rome"})["city"] == "Rome"
    assert caller.data("GET", "/depots/north")["city"] == "Rome"


def test_what_was_deleted_is_gone_also_if_only_an_example_had_it(caller: Caller) -> None:
    caller.data("DELETE", "/depots/north")
    assert caller.call("GET", "/depots/north").status == 404
    assert caller.call("DELETE", "/depots/north").status == 404
    assert caller.call("PATCH", "/depots/north", {"city": "Rome"}).status == 404
    assert caller.data("GET", "/depots/south")["city"] == "Gate 1"
    snapshot = caller.mock.snapshot()
    caller.mock.reset()
    assert caller.data("GET", "/depots/north")["city"] == "Gate 1"
    caller.mock.restore(snapshot)
    assert caller.call("GET", "/depots/north").status == 404


def test_a_new_filter_is_compared_with_the_field_of_its_name(caller: Caller) -> None:
    for number, paint in enumerate(("red", "blue", "green")):
        body = {"tracking_number": f"PARCEL000{number}", "slug": "usps", "box_paint": paint}
        caller.data("POST", "/trackings", body)
    listed = caller.data("GET", "/trackings?box_paint=red,green")["trackings"]
    assert [one["box_paint"] for one in listed] == ["green", "red"]
    response = caller.call("GET", "/trackings?shelf=A1")
    assert len(response.json["data"]["trackings"]) == 3
    assert response.headers["as-mock-hint"] == "query shelf: the mock has no code for it, and does not filter"


def test_a_filter_without_code_gets_its_hint_each_time(caller: Caller) -> None:
    for _ in range(2):
        response = caller.call("GET", "/trackings?shelf=A1&limit=3")
        assert response.headers["as-mock-hint"].endswith("does not filter")
