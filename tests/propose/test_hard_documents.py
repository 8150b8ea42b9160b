"""Documents that say less, say it in another way, or hold what a draft cannot carry."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from generator.document.yaml_reader import parse
from generator.lint import lint_document
from propose_support.foreign import foreign
from propose_support.steps import apply_draft, draft, propose_from
from spec_support import document

VERSION = "2026-07"


@pytest.fixture
def raw() -> dict[str, Any]:
    """The document of the newest version, for one test to change."""
    return foreign(document(VERSION).raw)


def actions(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parse(text.encode(), "draft.yaml").value["actions"]
    return found


def schemas(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = raw["components"]["schemas"]
    return found


def test_what_a_document_leaves_out_is_reported_and_stays(raw: dict[str, Any]) -> None:
    """A document of traffic knows only what was called: what is missing there may well exist."""
    del raw["paths"]["/couriers/detect"]
    del schemas(raw)["Tracking"]["properties"]["signed_by"]
    schemas(raw)["DeliverySubStatus"]["enum"].remove("Exception_012")
    raw["paths"]["/trackings"]["get"]["parameters"] = [
        one for one in raw["paths"]["/trackings"]["get"]["parameters"] if one["name"] != "tag"
    ]
    careful, complete = (propose_from(raw, VERSION, complete=one) for one in (False, True))
    for one in (
        "the operation POST /couriers/detect",
        "signed_by of Tracking",
        "the value Exception_012 of DeliverySubStatus",
        "the parameter tag of GET /trackings",
    ):
        assert one in careful.missing
        assert one not in complete.missing
    assert not any("remove" in one for one in actions(careful.text))
    gone = [one["target"] for one in actions(complete.text) if "remove" in one]
    assert "$.paths['/couriers/detect']" in gone
    assert "$.components.schemas.Tracking.properties.signed_by" in gone
    assert "$.components.schemas.DeliverySubStatus['x-open-enum'].Exception_012" in gone


def test_few_operations_do_not_split_the_models(raw: dict[str, Any], tmp_path: Path) -> None:
    """The operations that are not described use the model that the others have now."""
    raw["paths"] = {"/trackings/{tracking}": {"get": raw["paths"]["/trackings/{id}"]["get"]}}
    raw["paths"]["/trackings/{tracking}"]["get"]["parameters"][0] = {
        "name": "tracking", "in": "path", "required": True, "schema": {"type": "string"},
    }  # fmt: skip
    raw["webhooks"] = {}
    text = propose_from(raw, VERSION, complete=False).text
    applied = apply_draft(tmp_path, text, VERSION)
    assert {one for one in schemas(applied.raw) if one.startswith("Tracking")} >= {"Tracking", "TrackingList"}
    assert "multi_piece_info" in schemas(applied.raw)["Tracking"]["properties"]
    reference = schemas(applied.raw)["TrackingList"]["properties"]["trackings"]["items"]
    assert reference == {"$ref": "#/components/schemas/Tracking"}
    assert list(applied.raw["paths"]) == list(document("2026-01").raw["paths"])


def test_noise_is_reported_and_changes_nothing(raw: dict[str, Any]) -> None:
    raw["servers"] = [{"url": "https://other.example/{version}", "variables": {"version": {"default": "v1"}}}]
    raw["security"] = [{"key": []}]
    raw["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "as-api-key"}}
    raw["tags"] = [{"name": "Anything"}]
    raw["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema"
    operation = raw["paths"]["/trackings"]["post"]
    operation["parameters"] = [{"name": "as-api-key", "in": "header", "schema": {"type": "string"}}]
    operation["callbacks"] = {"done": {}}
    operation["responses"]["400"] = {"description": "Bad"}
    operation["responses"]["409"] = {"description": "A conflict"}
    operation["responses"]["201"]["headers"]["X-Region"] = {"schema": {"type": "string"}}
    schemas(raw)["TrackingCreate"]["additionalProperties"] = False
    schemas(raw)["TrackingCreate"]["properties"]["id"]["format"] = "ulid"
    schemas(raw)["TrackingCreate"]["properties"]["id"]["readOnly"] = False
    other = propose_from(raw, VERSION)
    assert other.text == draft(VERSION).text
    said = "\n".join(other.not_carried)
    for part in ("servers", "security", "as-api-key in header", "callbacks", "jsonSchemaDialect",
                 "additionalProperties: false", "format: ulid", "readOnly",
        "the response 409", "the header X-Region"):  # fmt: skip
        assert part in said, part


def test_all_of_and_references_with_siblings_are_the_same_shapes(raw: dict[str, Any]) -> None:
    tracking = schemas(raw)["Tracking"]
    names = sorted(tracking["properties"])
    half = {name: tracking["properties"].pop(name) for name in names[::2]}
    schemas(raw)["Half"] = {"type": "object", "properties": half}
    schemas(raw)["Tracking"] = {"allOf": [{"$ref": "#/components/schemas/Half"}, tracking], "title": "X"}
    update = schemas(raw)["TrackingUpdate"]["properties"]
    update["shipment_direction"] = {
        "allOf": [{"$ref": "#/components/schemas/ShipmentDirection"}],
        "description": "Beside it.",
    }
    update["last_mile"] = {
        "description": "A reference in a union, with siblings.",
        "oneOf": [{"$ref": "#/components/schemas/LastMileUpdate", "title": "Y"}, {"type": "null"}],
    }
    assert propose_from(raw, VERSION).text == draft(VERSION).text


def test_open_enums_of_exports_are_known_values(raw: dict[str, Any]) -> None:
    """Known values and any string is how an open list is written for other tools."""
    for schema in schemas(raw).values():
        if "enum" in schema and schema.get("type") == "string":
            schema["anyOf"] = [{"type": "string", "enum": schema.pop("enum")}, {"type": "string"}]
            del schema["type"]
    assert propose_from(raw, VERSION).text == draft(VERSION).text


def test_recursive_schemas_become_components(raw: dict[str, Any], tmp_path: Path) -> None:
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/A"}},
            "labels": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            "parent": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
        },
    }
    schemas(raw)["A"] = node
    unrolled = copy.deepcopy(raw)
    schemas(raw)["Tracking"]["properties"]["box_tree"] = {"$ref": "#/components/schemas/A"}
    schemas(unrolled)["Tracking"]["properties"]["box_tree"] = node
    text = propose_from(raw, VERSION).text
    assert propose_from(unrolled, VERSION).text == text
    made = schemas(apply_draft(tmp_path, text, VERSION).raw)["BoxTree"]
    assert made["properties"]["children"]["items"] == {"$ref": "#/components/schemas/BoxTree"}
    assert made["properties"]["labels"]["additionalProperties"] == {"type": ["string", "null"]}
    assert made["required"] == ["name"]


def test_a_moved_path_is_copied(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["paths"]["/trackings/{x}/retracks"] = raw["paths"].pop("/trackings/{id}/retrack")
    found = propose_from(raw, VERSION)
    applied = apply_draft(tmp_path, found.text, VERSION)
    before = document("2026-01").raw["paths"]["/trackings/{id}/retrack"]["post"]
    moved = applied.raw["paths"]["/trackings/{id}/retracks"]["post"]
    assert moved["operationId"] == before["operationId"]
    assert "/trackings/{id}/retrack" not in applied.raw["paths"]
    assert any("copy" in one for one in actions(found.text))
    assert [one.rule for one in lint_document(applied) if one.rule != "text-left"] == []
