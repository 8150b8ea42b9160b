"""All webhooks are in AsyncAPI, all operations in the Postman collection, all models in the JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest

from aftership_tracking.mock import Mock, MockRequest
from export_support.exported import NEWEST, VERSIONS, documents, exported
from generator.document.document import Document
from generator.export.documents import Target
from version_sample import sample

JSON = "application/json"


# ---- JSON Schema -------------------------------------------------------------------------------------------


def bodies(document: Document) -> Iterator[tuple[str, Any]]:
    """The name of the schema and the value of each example of requests, responses and webhooks."""
    items = [*document.raw["paths"].values(), *document.raw["webhooks"].values()]
    for operation in (member for item in items for member in item.values() if "responses" in member):
        holders = [operation.get("requestBody", {}), *operation["responses"].values()]
        for holder in holders:
            content = document.follow(holder)[0].get("content", {}).get(JSON, {})
            for example in content.get("examples", {}).values():
                yield content["schema"]["$ref"].rpartition("/")[2], document.follow(example)[0]["value"]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_example_fits_the_models(version: str) -> None:
    bundle = exported(version, Target.JSONSCHEMA)
    jsonschema_rs.meta.validate(bundle)
    found = list(bodies(documents()[version]))
    assert len(found) > 30
    validators = {
        name: jsonschema_rs.validator_for({**bundle, "$ref": f"#/$defs/{name}"})
        for name in {name for name, _ in found}
    }
    assert [
        (name, str(error)) for name, value in found for error in validators[name].iter_errors(value)
    ] == []
    assert set(documents()[version].raw["components"]["schemas"]) <= set(bundle["$defs"])


def test_a_wrong_value_does_not_fit_the_models() -> None:
    bundle = exported(NEWEST, Target.JSONSCHEMA)
    for name, value in (("CompletionReason", "STOLEN"), ("Tracking", {"tag": 5}), ("WebhookEvent", {})):
        assert not jsonschema_rs.is_valid({**bundle, "$ref": f"#/$defs/{name}"}, value)
    assert jsonschema_rs.is_valid({**bundle, "$ref": "#/$defs/Tracking"}, {"tag": "StuckOnTheMoon"})


# ---- AsyncAPI ----------------------------------------------------------------------------------------------


def payload_validator(found: Any, event: str) -> Any:
    """A validator of the payload as AsyncAPI reads it: draft 7, where nothing beside a reference counts."""
    schemas = {"components": {"schemas": found["components"]["schemas"]}}
    payload = found["components"]["messages"][event]["payload"]
    return jsonschema_rs.Draft7Validator({**schemas, **payload})


@pytest.mark.parametrize("version", VERSIONS)
def test_every_webhook_is_a_message_with_its_headers_and_examples(version: str) -> None:
    own, found = documents()[version].raw["webhooks"], exported(version, Target.ASYNCAPI)
    messages = found["components"]["messages"]
    assert set(messages) == set(found["channels"]["webhooks"]["messages"]) == set(own)
    operations = {item["post"]["operationId"]: event for event, item in own.items()}
    assert {name: one["messages"] for name, one in found["operations"].items()} == {
        name: [{"$ref": f"#/channels/webhooks/messages/{event}"}] for name, event in operations.items()
    }
    for event, message in messages.items():
        post = own[event]["post"]
        declared = [documents()[version].follow(one)[0] for one in post["parameters"]]
        assert set(message["headers"]["properties"]) == {one["name"] for one in declared}
        assert set(message["headers"]["required"]) == {one["name"] for one in declared if one.get("required")}
        assert "aftership-hmac-sha256" in message["headers"]["properties"]
        assert message["headers"]["properties"]["as-webhook-version"]["const"] == version
        validator = payload_validator(found, event)
        assert len(message["examples"]) == len(post["requestBody"]["content"][JSON]["examples"]) > 0
        for example in message["examples"]:
            assert [str(error) for error in validator.iter_errors(example["payload"])] == []


def test_a_message_is_only_for_its_event() -> None:
    found = exported(NEWEST, Target.ASYNCAPI)
    body = found["components"]["messages"]["edd_revise"]["examples"][0]["payload"]
    assert payload_validator(found, "edd_revise").is_valid(body)
    assert not payload_validator(found, "tracking_update").is_valid(body)
    assert not payload_validator(found, "edd_revise").is_valid({**body, "msg": {"tag": 5}})


def test_every_reference_leads_somewhere_and_stands_alone() -> None:
    for version in VERSIONS:
        found = exported(version, Target.ASYNCAPI)
        whole = Document(version, found, documents()[version].marks)
        references = [value for value in objects(found) if "$ref" in value]
        assert len(references) > 50
        for value in references:
            assert set(value) == {"$ref"}
            whole.resolve(value["$ref"])
        used = {value["$ref"].rpartition("/")[2] for value in references}
        assert set(found["components"]["schemas"]) <= used


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from objects(member)
    elif isinstance(value, list):
        for member in value:
            yield from objects(member)


# ---- Postman -----------------------------------------------------------------------------------------------


def requests(collection: Any) -> list[Any]:
    return [item["request"] for folder in collection["item"] for item in folder["item"]]


def address(request: Any) -> str:
    return f"{request['method']} {request['url']['raw'].partition('?')[0]}"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_is_a_request_with_all_that_it_takes(version: str) -> None:
    document, collection = documents()[version], exported(version, Target.POSTMAN)
    variables = {one["key"]: one["value"] for one in collection["variable"]}
    base = document.raw["servers"][0]["url"]
    found = {}
    for request in requests(collection):
        parts = request["url"]["path"]
        assert request["url"]["raw"].partition("?")[0] == "/".join(["{{base_url}}", *parts])
        path = re.sub(r"/:(\w+)", r"/{\1}", address(request))
        for name, value in variables.items():
            path = path.replace(f"{{{{{name}}}}}", value)
        found[path] = request
    assert set(found) == {f"{one.method.upper()} {base}{one.path}" for one in document.operations()}
    for operation in document.operations():
        request = found[f"{operation.method.upper()} {base}{operation.path}"]
        given = {("query", one["key"]) for one in request["url"].get("query", [])}
        given |= {("path", one["key"]) for one in request["url"].get("variable", [])}
        assert given == {(one["in"], one["name"]) for one, _ in document.parameters(operation)}
        body = document.follow(operation.raw.get("requestBody", {}))[0].get("content", {}).get(JSON, {})
        examples = [document.follow(one)[0]["value"] for one in body.get("examples", {}).values()]
        assert (json.loads(request["body"]["raw"]) in examples) if examples else "body" not in request


def test_lists_are_written_as_the_document_says() -> None:
    (listing,) = [
        one
        for one in requests(exported(NEWEST, Target.POSTMAN))
        if address(one).endswith("GET {{base_url}}/tracking/{{version}}/trackings")
    ]
    values = {one["key"]: (one["value"], one["disabled"]) for one in listing["url"]["query"]}
    assert values["slug"] == ("usps,ups", True)
    assert values["return_to_sender"] == ("true", True)


def test_the_key_is_a_variable_without_a_value() -> None:
    for version in VERSIONS:
        collection = exported(version, Target.POSTMAN)
        auth = {one["key"]: one["value"] for one in collection["auth"]["apikey"]}
        assert auth == {"key": "as-api-key", "value": "{{api_key}}", "in": "header"}
        values = {one["key"]: one["value"] for one in collection["variable"]}
        assert values == {"base_url": "https://api.aftership.com", "version": version, "api_key": ""}
        headers = [header["key"] for request in requests(collection) for header in request["header"]]
        assert set(headers) == {"Content-Type"}


@pytest.mark.parametrize("version", sample(VERSIONS))
def test_the_mock_understands_every_request(version: str) -> None:
    """As Postman sends it: variables filled in, optional arguments off, and each of them switched on."""
    collection = exported(version, Target.POSTMAN)
    variables = {one["key"]: one["value"] for one in collection["variable"]}
    refused, sent = [], 0
    mock = Mock()
    for request in requests(collection):
        path = "/".join(["", *request["url"]["path"]]).replace("{{version}}", variables["version"])
        for one in request["url"].get("variable", []):
            path = path.replace(f":{one['key']}", one["value"])
        body = json.loads(request["body"]["raw"]) if "body" in request else None
        optional = [one for one in request["url"].get("query", []) if one["disabled"]]
        assert optional == request["url"].get("query", [])
        # The mock knows only cursors that it gave.
        for chosen in ([], *([one] for one in optional if one["key"] != "cursor")):
            query = urlencode([(one["key"], one["value"]) for one in chosen])
            mock.handle(
                MockRequest.to(request["method"], f"{path}?{query}".rstrip("?"), key="any", json=body)
            )
            (record,) = list(mock.journal)[-1:]
            sent += 1
            if record.operation_id is None or record.status == 400:
                refused.append((request["method"], path, query, record.status, record.hint))
    assert refused == []
    assert sent > 30
