"""Operations, errors and webhooks of 2024-01 against facts that are written down here a second time, by hand.

What any document must be is the business of the lint. These tests say what this one holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from generator.document.compose import compose

SPEC = Path(__file__).resolve().parents[2] / "spec"

OPERATIONS = {
    "get /trackings": "trackings.list",
    "post /trackings": "trackings.create",
    "get /trackings/{id}": "trackings.get",
    "put /trackings/{id}": "trackings.update",
    "delete /trackings/{id}": "trackings.delete",
    "post /trackings/{id}/retrack": "trackings.retrack",
    "post /trackings/{id}/mark-as-completed": "trackings.mark_as_completed",
    "get /trackings/{slug}/{tracking_number}": "trackings.get_by_number",
    "put /trackings/{slug}/{tracking_number}": "trackings.update_by_number",
    "delete /trackings/{slug}/{tracking_number}": "trackings.delete_by_number",
    "post /trackings/{slug}/{tracking_number}/retrack": "trackings.retrack_by_number",
    "post /trackings/{slug}/{tracking_number}/mark-as-completed": "trackings.mark_as_completed_by_number",
    "get /couriers": "couriers.list",
    "get /couriers/all": "couriers.list_all",
    "post /couriers/detect": "couriers.detect",
    "get /last_checkpoint/{tracking_id}": "last_checkpoints.get",
    "get /last_checkpoint/{slug}/{tracking_number}": "last_checkpoints.get_by_number",
    "get /notifications/{tracking_id}": "notifications.get",
    "post /notifications/{tracking_id}/add": "notifications.add",
    "post /notifications/{tracking_id}/remove": "notifications.remove",
    "get /notifications/{slug}/{tracking_number}": "notifications.get_by_number",
    "post /notifications/{slug}/{tracking_number}/add": "notifications.add_by_number",
    "post /notifications/{slug}/{tracking_number}/remove": "notifications.remove_by_number",
    "post /estimated-delivery-date/predict-batch": "estimated_delivery_dates.predict_batch",
}

ADDITIONAL = {
    "tracking_account_number", "tracking_key", "tracking_postal_code", "tracking_ship_date",
    "tracking_origin_country", "tracking_destination_country", "tracking_state",
}  # fmt: skip
LIST_FILTERS = {
    "page", "limit", "keyword", "tracking_numbers", "slug", "transit_time", "origin", "destination", "tag",
    "created_at_min", "created_at_max", "updated_at_min", "updated_at_max", "fields", "return_to_sender",
    "courier_destination_country_iso3", "shipment_tags",
}  # fmt: skip
WITH_QUERY = {
    "trackings.list": LIST_FILTERS,
    "trackings.get": {"fields", "lang"},
    "trackings.get_by_number": {"fields", "lang"} | ADDITIONAL,
    "last_checkpoints.get": {"fields", "lang"},
    "last_checkpoints.get_by_number": {"fields", "lang"} | ADDITIONAL,
}
MARKS = {"documented", "sdk", "observed", "inferred"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = compose(SPEC, "2024-01").raw
    return found


@pytest.fixture(scope="module")
def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            yield verb, path, operation


def name_of(operation: dict[str, Any]) -> str:
    return f"{operation['x-resource']}.{operation['x-method']}"


def follow(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def test_there_are_exactly_these_operations(document: dict[str, Any]) -> None:
    found = {f"{verb} {path}": name_of(operation) for verb, path, operation in operations(document)}
    assert found == OPERATIONS
    assert len(found) == 24


def test_each_operation_takes_exactly_these_query_parameters(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        given = [follow(document, one) for one in operation.get("parameters", ())]
        query = {one["name"] for one in given if one["in"] == "query"}
        by_number = "{tracking_number}" in path
        name = name_of(operation)
        assert query == WITH_QUERY.get(name, ADDITIONAL if by_number else set()), name
        assert by_number == (query >= ADDITIONAL), name
        assert not any(one.get("required") for one in given if one["in"] == "query"), name


def test_limits_of_the_list_are_declared(document: dict[str, Any]) -> None:
    given = {
        one["name"]: {key: value for key, value in one["schema"].items() if key != "x-constraints"}
        for one in document["paths"]["/trackings"]["get"]["parameters"]
    }
    assert given["limit"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 100}
    assert given["page"] == {"type": "integer", "minimum": 1, "default": 1}
    assert given["tracking_numbers"]["maxItems"] == 50
    assert given["return_to_sender"]["items"] == {"type": "boolean"}
    for name in ("created_at_min", "created_at_max", "updated_at_min", "updated_at_max"):
        assert given[name] == {"type": "string", "format": "date-time", "x-time": ["zoned"]}, name


def test_statuses_wrappers_and_envelopes(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    wrapped = {"create": "tracking", "update": "tracking", "detect": "tracking", "add": "notification"}
    for _, _, operation in operations(document):
        method = operation["x-method"].removesuffix("_by_number")
        status = "201" if method == "create" else "200"
        statuses = {status, "400", "401", "403", "404", "429", "5XX"}
        assert set(operation["responses"]) == statuses, operation["operationId"]
        assert operation.get("x-body-wrapper") == (wrapped | {"remove": "notification"}).get(method)
        media = operation["responses"][status]["content"]["application/json"]
        envelope = follow(document, media["schema"])
        assert envelope["required"] == ["meta", "data"]
        assert "code" in schemas["Meta"]["required"]


def test_the_error_table_is_complete(document: dict[str, Any]) -> None:
    four_digits = {4001, *range(4003, 4018)}
    codes = {int(code): entry for code, entry in document["x-errors"].items()}
    assert set(codes) == {400, 401, 403, 404, 429, 500, 502, 503, 504} | four_digits
    for code, entry in codes.items():
        status = 404 if code == 4004 else 400 if code in four_digits else code
        assert entry["status"] == status
        assert entry["type"] == "BadRequest" or code not in four_digits
    assert document["x-rate-limit"] == {"requests": 10, "seconds": 1, "shared-by": "organization"}


def test_error_codes_are_of_a_kind_that_can_be(document: dict[str, Any]) -> None:
    shape_only, state_only = {4001, 4006, 4007, 4014, 4017}, {4003, 4004, 4010, 4011, 4012, 4013, 4015, 4016}
    used = set()
    for _, path, operation in operations(document):
        kinds = {entry["code"]: entry["kind"] for entry in operation["x-error-codes"]}
        used |= set(kinds)
        assert {kinds[code] for code in (401, 403, 404, 429, 500)} == {"state"}
        assert {kinds[code] for code in shape_only & kinds.keys()} <= {"shape"}, path
        assert {kinds[code] for code in state_only & kinds.keys()} <= {"state"}, path
        assert (4001 in kinds) == ("requestBody" in operation)
        assert (4015 in kinds) == ("{id}" in path or "{tracking_id}" in path)
        if "{tracking_number}" in path:
            assert kinds[4009] == "state"
    assert used | {502, 503, 504} == {int(code) for code in document["x-errors"]}


def test_a_created_tracking_leads_everywhere(document: dict[str, Any]) -> None:
    links = document["paths"]["/trackings"]["post"]["responses"]["201"]["links"]
    targets = {follow(document, link)["operationId"] for link in links.values()}
    reached = {
        operation["operationId"]
        for _, path, operation in operations(document)
        if "{id}" in path or "{tracking_id}" in path or "{tracking_number}" in path
    }
    assert targets == reached
    assert len(targets) == 18


def test_every_operation_and_parameter_has_a_description_and_a_provenance(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        parameters = [follow(document, one) for one in operation.get("parameters", ())]
        for one in (operation, *parameters):
            assert one["description"].endswith(".")
            assert one["x-provenance"] in MARKS


def test_webhooks_carry_a_tracking(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    assert set(document["webhooks"]) == set(schemas["WebhookEventCode"]["x-open-enum"])
    assert schemas["WebhookEvent"]["required"] == ["event", "event_id", "msg", "ts"]
    assert schemas["WebhookEvent"]["properties"]["msg"]["$ref"].endswith("/Tracking")
    for item in document["webhooks"].values():
        headers = {one["name"]: one for one in (follow(document, raw) for raw in item["post"]["parameters"])}
        assert set(headers) == {"aftership-hmac-sha256", "as-webhook-version", "user-agent"}
        assert set(item["post"]["responses"]) == {"2XX", "default"}


def test_security_schemes_and_scopes(document: dict[str, Any]) -> None:
    schemes = set(document["components"]["securitySchemes"])
    assert schemes == {"ApiKey", "AesSignature", "RsaSignature", "OAuth2"}
    for _, path, operation in operations(document):
        *keys, oauth = operation["security"]
        assert [set(one) - {"ApiKey"} for one in keys] == [set(), {"AesSignature"}, {"RsaSignature"}]
        assert all("ApiKey" in one for one in keys)
        legacy = "{tracking_number}" in path or path.startswith(("/last_checkpoint", "/notifications"))
        assert len(oauth["OAuth2"]) == (0 if legacy else 1), path


def test_headers_of_the_rate_limit_are_documented(document: dict[str, Any]) -> None:
    headers = document["components"]["headers"]
    marks = {name: header["x-provenance"] for name, header in headers.items()}
    assert marks.pop("TraceId") == "observed"
    assert set(marks.values()) == {"documented"}


def test_examples_of_webhooks_are_events_of_their_own(document: dict[str, Any]) -> None:
    events = [
        example["value"]
        for item in document["webhooks"].values()
        for example in item["post"]["requestBody"]["content"]["application/json"]["examples"].values()
    ]
    assert len({event["event_id"] for event in events}) == len(events) == 3
    pending = next(event for event in events if event["event"] == "tracking_pending_time")
    added = datetime.fromisoformat(pending["msg"]["created_at"]).timestamp()
    assert pending["ts"] - added >= 24 * 60 * 60, "24 hours is the shortest limit"
