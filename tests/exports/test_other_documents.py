"""Whatever the lint accepts is exported: constructs that the nine versions do not have, and absent parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from document_support import contents, parameters, surroundings  # noqa: F401 - importing registers constructs
from document_support.client_run import next_version
from document_support.frame import build
from document_support.piece import CONSTRUCTS
from export_support.exported import NEWEST, documents
from generator.document.document import Document
from generator.export.documents import Target, export
from generator.lint import lint_document
from generator_support.documents import as_document, parcels
from version_sample import some


def export_all(document: Document) -> dict[Target, Any]:
    return {target: json.loads(export(document, target)) for target in Target}


def test_every_construct_that_passes_the_lint_is_exported() -> None:
    chosen, exported = some(sorted(CONSTRUCTS), 25), []

    @settings(max_examples=1, database=None, phases=[Phase.generate])
    @given(found=st.data())
    def check(found: st.DataObject) -> None:
        for name in chosen:
            document = build([CONSTRUCTS[name](found.draw, "Xa")], next_version())
            if not lint_document(document):
                exported.append(name)
                export_all(document)

    check()
    assert len(exported) > len(chosen) / 2


def test_a_document_without_webhooks_and_keys_is_exported() -> None:
    """Both of these ended in a traceback."""
    found = export_all(as_document(parcels()))
    assert (found[Target.ASYNCAPI]["channels"], found[Target.ASYNCAPI]["components"]["messages"]) == ({}, {})
    assert found[Target.POSTMAN]["auth"] == {"type": "noauth"}


def without_body(raw: Any) -> None:
    raw["webhooks"]["edd_revise"]["post"].pop("requestBody")


def without_summary(raw: Any) -> None:
    raw["webhooks"]["edd_revise"]["post"].pop("summary")


def as_form(raw: Any) -> None:
    content = raw["webhooks"]["edd_revise"]["post"]["requestBody"]["content"]
    content["application/x-www-form-urlencoded"] = content.pop("application/json")
    body = raw["paths"]["/trackings"]["post"]["requestBody"]["content"]
    body["text/plain"] = {"schema": {"type": "string"}, "examples": {"short": {"value": "ITOD-1"}}}
    del body["application/json"]


def without_type(raw: Any) -> None:
    raw["components"]["schemas"]["DeliveryStatus"].pop("type")


def edited(edit: Callable[[Any], None]) -> dict[Target, Any]:
    raw = copy.deepcopy(documents()[NEWEST].raw)
    edit(raw)
    return export_all(Document(NEWEST, raw, documents()[NEWEST].marks))


def test_a_webhook_without_body_or_title() -> None:
    message = edited(without_body)[Target.ASYNCAPI]["components"]["messages"]["edd_revise"]
    assert ("payload" in message, "examples" in message) == (False, False)
    message = edited(without_summary)[Target.ASYNCAPI]["components"]["messages"]["edd_revise"]
    assert message["title"] == "edd_revise"


def other_headers(raw: Any) -> None:
    """One for all methods, and one whose schema is a reference with a description beside it."""
    item = raw["webhooks"]["edd_revise"]
    status = {"$ref": "#/components/schemas/DeliveryStatus"}
    item["parameters"] = [{"name": "x-all", "in": "header", "required": True, "schema": {"type": "integer"}}]
    item["post"]["parameters"].append(
        {"name": "x-status", "in": "header", "description": "A status.", "schema": status}
    )


def test_headers_of_all_methods_and_headers_with_a_reference() -> None:
    headers = edited(other_headers)[Target.ASYNCAPI]["components"]["messages"]["edd_revise"]["headers"]
    assert headers["properties"]["x-all"] == {"type": "integer"}
    assert "x-all" in headers["required"]
    assert headers["properties"]["x-status"] == {
        "description": "A status.",
        "allOf": [{"$ref": "#/components/schemas/DeliveryStatus"}],
    }


def test_bodies_that_are_not_json() -> None:
    found = edited(as_form)
    message = found[Target.ASYNCAPI]["components"]["messages"]["edd_revise"]
    assert message["contentType"] == "application/x-www-form-urlencoded"
    (request,) = [
        item["request"]
        for folder in found[Target.POSTMAN]["item"]
        for item in folder["item"]
        if item["name"] == "Create a tracking"
    ]
    assert request["body"] == {"mode": "raw", "raw": "ITOD-1"}
    assert request["header"] == [{"key": "Content-Type", "value": "text/plain"}]


@pytest.mark.parametrize("target", [Target.OPENAPI, Target.JSONSCHEMA])
def test_an_open_enum_without_a_type(target: Target) -> None:
    found = edited(without_type)[target]
    schemas = found["$defs"] if target is Target.JSONSCHEMA else found["components"]["schemas"]
    assert schemas["DeliveryStatus"]["anyOf"][1] == {}
    assert "InTransit" in schemas["KnownDeliveryStatus"]["enum"]
