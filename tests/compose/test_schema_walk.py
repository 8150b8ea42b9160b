"""The walk over schemas: what is behind references, unions with null and `allOf`."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document.document import Document
from generator.document.schema_walk import Property, SchemaWalk, subschemas, types
from generator.document.source import Location, Mark
from generator.errors import SpecError

STRING = {"type": "string"}
NULL = {"type": "null"}
SCHEMAS: dict[str, Any] = {
    "Parcel": {"type": "object", "properties": {"town": STRING}, "required": ["town", "ghost"]},
    "Alias": {"$ref": "#/components/schemas/Parcel"},
    "Optional": {"anyOf": [NULL, {"$ref": "#/components/schemas/Alias"}]},
    "Heavy": {
        "allOf": [
            {"$ref": "#/components/schemas/Optional"},
            {"properties": {"weight": STRING, "town": {"type": "number"}}},
            {"properties": {"weight": {"type": "number"}}},
        ],
        "properties": {"lift": {"type": "boolean"}},
        "required": ["weight"],
    },
    "Ring": {"$ref": "#/components/schemas/Ring"},
    "Self": {"allOf": [{"$ref": "#/components/schemas/Self"}], "properties": {"town": STRING}},
    "Union": {"anyOf": [NULL, {"$ref": "#/components/schemas/Union"}]},
    "Broken": {"type": 5, "properties": [], "allOf": {}, "anyOf": "x", "required": "town"},
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def walk(*, strict: bool = True) -> SchemaWalk:
    raw = {"info": {"version": "2024-01"}, "components": {"schemas": SCHEMAS}}
    return SchemaWalk(Document("2024-01", raw, Mark(Location("small.yaml", 1, 1))), strict=strict)


def test_resolve_goes_through_references_and_unions_with_null() -> None:
    found = walk().resolve(ref("Optional"), "/here")

    assert found.schema is SCHEMAS["Parcel"]
    assert found.pointer == "/components/schemas/Parcel"
    assert found.components == {"Optional", "Alias", "Parcel"}
    assert found.nullable


@pytest.mark.parametrize("schema", [STRING, True, {"anyOf": [STRING, {"type": "number"}]}, {"anyOf": [NULL]}])
def test_resolve_returns_any_other_schema_as_it_is(schema: Any) -> None:
    found = walk().resolve(schema, "/here")

    assert (found.schema, found.pointer, found.components) == (schema, "/here", frozenset())
    assert not found.nullable


@pytest.mark.parametrize("key", ["anyOf", "oneOf"])
def test_the_alternative_to_null_has_its_own_pointer(key: str) -> None:
    found = walk().resolve({key: [NULL, STRING]}, "/here")

    assert (found.schema, found.pointer, found.nullable) == (STRING, f"/here/{key}/1", True)


def test_null_among_the_types_counts() -> None:
    assert walk().resolve({"type": ["string", "null"]}).nullable


def test_properties_of_all_parts_and_the_later_ones_win() -> None:
    found = walk().properties(SCHEMAS["Heavy"], "/h")

    assert found == {
        "town": Property({"type": "number"}, "/h/allOf/1/properties/town", required=True),
        "weight": Property({"type": "number"}, "/h/allOf/2/properties/weight", required=True),
        "lift": Property({"type": "boolean"}, "/h/properties/lift", required=False),
    }
    assert list(found) == ["town", "weight", "lift"]
    assert walk().required(SCHEMAS["Heavy"]) == {"town", "ghost", "weight"}


def test_a_component_is_found_behind_its_aliases() -> None:
    assert walk().component("#/components/schemas/Alias", "/here") == "Parcel"


@pytest.mark.parametrize(
    ("name", "says"),
    [("Nowhere", "does not name a schema"), ("Ring", "leads back to itself")],
)
def test_a_reference_without_a_component_is_refused(name: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        walk().component(ref(name)["$ref"], "/here")


@pytest.mark.parametrize(
    ("name", "says"),
    [("Nowhere", "leads nowhere"), ("Ring", "leads back to itself"), ("Union", "leads back to itself")],
)
def test_a_reference_that_leads_nowhere_is_refused_or_empty(name: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        walk().resolve(ref(name))
    assert walk(strict=False).resolve(ref(name)).schema == {}


def test_a_schema_that_contains_itself_is_refused_or_cut() -> None:
    pointer = walk().pointer("Self")
    with pytest.raises(SpecError, match='"Self" contains itself by allOf'):
        walk().properties(SCHEMAS["Self"], pointer)
    assert list(walk(strict=False).properties(SCHEMAS["Self"], pointer)) == ["town"]


def test_a_schema_of_a_wrong_shape_is_empty() -> None:
    assert types(SCHEMAS["Broken"]) == []
    assert walk().properties(SCHEMAS["Broken"]) == {}
    assert walk().required(SCHEMAS["Broken"]) == frozenset()
    assert list(subschemas(SCHEMAS["Broken"], "")) == []
    assert walk().resolve(SCHEMAS["Broken"]).schema is SCHEMAS["Broken"]


def test_subschemas_are_items_values_and_parts() -> None:
    schema = {"items": STRING, "additionalProperties": True, "oneOf": [NULL], "properties": {"a": STRING}}

    assert list(subschemas(schema, "/x")) == [
        (STRING, "/x/items"),
        (True, "/x/additionalProperties"),
        (NULL, "/x/oneOf/0"),
    ]
