"""The support code of the contract tests, on small documents."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from schemathesis.generation.modes import GenerationMode

from contract_support.calls.asgi import Response, read_request, request, respond, send_request
from contract_support.document.forgiving import widen
from contract_support.document.operations import operations
from contract_support.document.schema_checker import SchemaChecker
from contract_support.document.stricter import tighten
from contract_support.property_run.baseline import baseline_problems
from contract_support.property_run.deleted_elsewhere import was_deleted_elsewhere
from contract_support.property_run.plausible import body_map, list_map, path_map
from contract_support.property_run.reached import Reached
from contract_support.property_run.renewal import REFUSED_ONE_IN, RenewingApplication
from contract_support.small_document import DOCUMENT, LABELS


def body_fits(document: dict[str, Any], thing: Any) -> bool:
    schema = document["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return SchemaChecker(document).fits(schema, {"thing": thing})


@pytest.mark.parametrize(
    "thing",
    [
        {"name": "n", "title": 3},
        {"name": "n", "title": None},
        {"name": "n", "parts": "x"},
        {"name": "n", "parts": [{"size": "big"}]},
        {"name": "n", "parts": [7]},
    ],
)
def test_widened_document_accepts_a_mistyped_optional_field(thing: Any) -> None:
    assert not body_fits(DOCUMENT, thing)
    assert body_fits(widen(DOCUMENT), thing)


@pytest.mark.parametrize(
    "thing",
    [{"name": 3}, {}, [], {"name": "n", "title": "x"}, {"name": "n", "parts": [{}, {}, {}]}],
)
def test_widened_document_still_checks_required_fields_and_limits(thing: Any) -> None:
    assert not body_fits(widen(DOCUMENT), thing)


def test_widened_document_accepts_any_string_as_a_time_filter() -> None:
    parameters = widen(DOCUMENT)["paths"]["/things"]["get"]["parameters"]
    assert [item["schema"] for item in parameters if item["name"] == "since"] == [
        {"type": "string", "x-time": ["zoned"]}
    ]


def test_widening_leaves_the_document_and_the_responses_unchanged() -> None:
    before = copy.deepcopy(DOCUMENT)
    result = widen(DOCUMENT)
    assert before == DOCUMENT
    assert result["components"]["schemas"]["Thing"] == DOCUMENT["components"]["schemas"]["Thing"]


def test_without_x_mock_nothing_is_widened() -> None:
    strict = copy.deepcopy(DOCUMENT)
    for item in strict["paths"].values():
        for operation in item.values():
            operation.pop("x-mock", None)
    assert widen(strict) == strict


def test_without_requests_everything_is_missing() -> None:
    missing = Reached(DOCUMENT).missing()
    assert [line for line in missing if line.endswith("never called")] == [
        f"{label}: never called" for label in LABELS.values()
    ]


def test_the_sent_bytes_decide_what_was_reached() -> None:
    reached = Reached(DOCUMENT)
    label = LABELS["list-things"]
    for query, status in (
        ("page=2&since=2024-02-06T00:00:00%2B08:00", 200),
        ("page=x", 400),
        ("since=soon", 200),
    ):
        reached.record(label, f"http://h/shop/1/things?{query}", {}, None, status)
    assert [line for line in reached.missing() if line.startswith(f"{label}:")] == [
        f"{label}: never responded 401",
        f"{label}: query text never had a valid value",
    ]
    reached.record(label, "http://h/shop/1/things?text=", {}, None, 401)
    assert not [line for line in reached.missing() if line.startswith(f"{label}:")]


@pytest.mark.parametrize(
    ("style", "query", "valid", "invalid"),
    [
        ({"style": "deepObject"}, "size%5Bmin%5D=2&size[unit]=cm", True, False),
        ({"style": "deepObject"}, "size[min]=two", False, True),
        ({"style": "deepObject"}, "size=2", False, True),
        ({"style": "deepObject"}, "sizes[min]=2", False, False),
        ({}, "min=2", True, False),
        ({"style": "form", "explode": False}, "size=min,2,unit,cm", True, False),
        ({"style": "form", "explode": False}, "size=min,two", False, True),
    ],
)
def test_an_object_of_a_query_is_noticed(
    style: dict[str, Any], query: str, valid: bool, invalid: bool
) -> None:
    document = copy.deepcopy(DOCUMENT)
    keys = {"min": {"type": "integer"}, "unit": {"type": "string"}}
    size = {"name": "size", "in": "query", "schema": {"type": "object", "properties": keys}, **style}
    document["paths"]["/things"]["get"]["parameters"].append(size)
    reached = Reached(document)
    label = LABELS["list-things"]
    reached.record(label, f"http://h/shop/1/things?{query}", {}, None, 200)
    found = (("query", "size") in reached.valid[label], ("query", "size") in reached.invalid[label])
    assert found == (valid, invalid)


def test_a_path_value_and_a_body_are_noticed() -> None:
    reached = Reached(DOCUMENT)
    reached.record(LABELS["get-thing"], "http://h/shop/1/things/a%2Fb", {}, None, 404)
    assert reached.valid[LABELS["get-thing"]] == {("path", "id")}
    reached.record(LABELS["create-thing"], "http://h/shop/1/things", {}, b'{"thing": {"name": "n"}}', 201)
    reached.record(LABELS["create-thing"], "http://h/shop/1/things", {}, b"{", 400)
    assert [line for line in reached.missing() if line.startswith(LABELS["create-thing"])] == [
        f"{LABELS['create-thing']}: never responded 401"
    ]


GOOD_HEADERS = {"content-type": "application/json", "x-left": "3"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "complaint"),
    [
        (200, GOOD_HEADERS, b'{"name": "n"}', None),
        (200, {**GOOD_HEADERS, "x-left": "many"}, b'{"name": "n"}', "header x-left"),
        (200, {"content-type": "application/json"}, b'{"name": "n"}', "header x-left is missing"),
        (200, {**GOOD_HEADERS, "content-type": "text/html"}, b'{"name": "n"}', "content type"),
        (200, GOOD_HEADERS, b'{"name": 1}', "name: "),
        (200, GOOD_HEADERS, b"<html>", "not JSON"),
        (204, GOOD_HEADERS, b"", "status 204 is not declared"),
    ],
)
def test_schema_checker_names_what_is_wrong(
    status: int, headers: dict[str, str], body: bytes, complaint: str | None
) -> None:
    operation = next(item for item in operations(DOCUMENT) if item.identifier == "get-thing")
    found = SchemaChecker(DOCUMENT).response_complaints(operation, status, headers, body)
    assert found == [] if complaint is None else any(complaint in line for line in found)


ENTRY = {
    "operation": "o",
    "check": "c",
    "failure": "f",
    "signature": "",
    "reason": "r",
    "expires": "2024-03-01",
}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"reason": " "}, "no reason"),
        ({"reason": None}, "no reason"),
        ({"expires": None}, "no expires"),
        ({"expires": "soon"}, "expires is not a date"),
        ({"expires": "2024-01-31"}, "accepted only until 2024-01-31"),
    ],
)
def test_baseline_entry_needs_a_reason_and_an_end(
    tmp_path: Path, changes: dict[str, Any], problem: str | None
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps({"format_version": 1, "entries": [{**ENTRY, **changes}]}))
    found = baseline_problems(file, date(2024, 2, 1))
    assert found == [] if problem is None else any(problem in line for line in found)


def test_plausible_bodies_are_the_same_every_time_and_stay_broken() -> None:
    change = body_map(["usps", "ups"])
    bodies = [{"tracking": {"tracking_number": f"N{number:04}", "slug": "x"}} for number in range(50)]
    changed = [change(None, body) for body in bodies]
    assert changed == [change(None, body) for body in bodies]
    assert {body["tracking"]["slug"] for body in changed} == {"usps", "ups", "x"}
    assert change(None, {"tracking": 3}) == {"tracking": 3}
    assert change(None, {"tracking": {"slug": 3}}) == {"tracking": {"slug": 3}}
    for number in range(10):
        # The schema requires a slug here, so the missing one is what is broken.
        broken = {"tracking": {"slug": "x", "next_couriers": [{"tracking_number": f"N{number}"}]}}
        assert change(None, broken)["tracking"]["next_couriers"] == broken["tracking"]["next_couriers"]


@pytest.mark.parametrize(("mode", "fewest", "most"), [("positive", 1, 20), ("negative", 50, 50)])
def test_most_lists_of_a_chain_are_requested_without_filters(mode: str, fewest: int, most: int) -> None:
    paged = {"operationId": "list-things", "x-pagination": {"kind": "page"}, "responses": {}}
    change = list_map({"paths": {"/things": {"get": paged}}})
    meta = SimpleNamespace(generation=SimpleNamespace(mode=GenerationMode(mode)))
    operation = SimpleNamespace(label="GET /things")
    cases = [
        SimpleNamespace(operation=operation, meta=meta, query={"number": number}) for number in range(50)
    ]
    with_filters = [case for case in cases if change(None, case).query]
    assert fewest <= len(with_filters) <= most


def test_a_drawn_number_never_names_another_path() -> None:
    change = path_map({"paths": {"/things/{id}/recall": {}, "/things/{maker}/{number}": {}}})
    assert change(None, {"maker": "acme", "number": "recall"}) == {"maker": "acme", "number": "recall-1"}
    assert change(None, {"id": "recalled"}) == {"id": "recalled"}


ADDRESS = {
    "type": "object",
    "required": ["country"],
    "properties": {
        name: {"type": ["string", "null"]} for name in ("country", "state", "city", "postal_code")
    },
}


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ({"country": "USA", "state": "OR"}, True),
        ({"country": "USA", "state": None, "postal_code": "97201"}, True),
        ({"country": "USA"}, False),
        ({"country": "USA", "state": None}, False),
        ({"country": "USA", "state": "", "city": "Portland"}, False),
    ],
)
def test_stricter_document_requires_one_of_two(address: dict[str, Any], fits: bool) -> None:
    document = {"components": {"schemas": {"EstimatedDeliveryDateAddress": ADDRESS}}}
    schema = tighten(document)["components"]["schemas"]["EstimatedDeliveryDateAddress"]
    assert SchemaChecker(document).fits(schema, address) is fits
    assert "anyOf" not in ADDRESS


@pytest.mark.parametrize(("text", "fits"), [("2024-02-06 14:30:00", True), ("2024-02-06T14:30:00", False)])
def test_stricter_document_knows_spaced_times(text: str, fits: bool) -> None:
    model = {"type": "object", "properties": {"at": {"type": "string", "x-time": ["spaced"]}}}
    document = tighten({"components": {"schemas": {"Pickup": model}}})
    assert SchemaChecker(document).fits(document["components"]["schemas"]["Pickup"], {"at": text}) is fits


class Shop:
    """A server with one shelf: a thing can be put there once, and removed."""

    def __init__(self) -> None:
        self.is_full = False
        self.seen: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        sent = await read_request(scope, receive)
        self.seen.append(f"{sent.method} {sent.path.decode()}")
        code = 4003 if sent.method == "POST" and self.is_full else 201
        self.is_full = sent.method == "POST"
        body = {"meta": {"code": code}, "data": {"tracking": {"id": "one"}}}
        status = 400 if code == 4003 else code
        await respond(Response(status, (), json.dumps(body).encode()), send)


def test_a_create_of_an_existing_thing_is_retried_but_not_always() -> None:
    shop = Shop()
    renewing = RenewingApplication(shop, "data.tracking")
    statuses = [send_request(renewing, request("POST", "/things")).status for _ in range(REFUSED_ONE_IN + 1)]
    assert statuses == [201] * REFUSED_ONE_IN + [400]
    assert shop.seen[:4] == ["POST /things", "POST /things", "DELETE /things/one", "POST /things"]


def interaction(method: str, status: int, tracking: dict[str, str]) -> SimpleNamespace:
    content = json.dumps({"data": {"tracking": tracking}}).encode()
    response = SimpleNamespace(status_code=status, content=content)
    return SimpleNamespace(request=SimpleNamespace(method=method), response=response)


@pytest.mark.parametrize(
    ("deleted", "requested", "is_gone"),
    [
        ((200, "one"), {"id": "one"}, True),
        ((200, "one"), {"slug": "usps", "tracking_number": "N1"}, True),
        ((200, "one"), {"slug": "usps", "tracking_number": "N2"}, False),
        ((200, "two"), {"id": "one"}, False),
        ((404, "one"), {"id": "one"}, False),
    ],
)
def test_a_tracking_is_gone_by_either_address(
    deleted: tuple[int, str], requested: dict[str, str], is_gone: bool
) -> None:
    status, identifier = deleted
    tracking = {"id": identifier, "slug": "usps", "tracking_number": "N1"}
    operation = SimpleNamespace(label="DELETE /trackings/{id}")
    deletion = SimpleNamespace(unwrap=lambda envelope: envelope["data"]["tracking"])
    recorder = SimpleNamespace(
        cases={
            "delete": SimpleNamespace(value=SimpleNamespace(operation=operation)),
            "get": SimpleNamespace(value=SimpleNamespace(path_parameters=requested)),
        },
        interactions={"delete": interaction("DELETE", status, tracking), "get": interaction("GET", 404, {})},
    )
    assert was_deleted_elsewhere(recorder, "get", {operation.label: deletion}) is is_gone
