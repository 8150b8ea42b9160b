"""Random values that a schema of one version allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

from aftership_tracking.documents import document

FORMATS = {
    "date-time": ["2024-02-06T10:15:30+00:00", "2024-02-05T09:00:00-05:00"],
    "date": ["2024-02-09"],
    "uuid": ["6ab2c8a5-6f3f-4e5c-9a30-7e0f5f6f2f11"],
    "password": ["", "a", "2024-02-09"],
}
# For strings with a rule: each rule accepts some of them.
STRINGS_FOR_RULES = [
    "A1B2C3",
    "0123456789",
    "+12025550143",
    "USA",
    "CAN",
    "2024-02-09",
    "2024-02-09T17:00:00",
]
STRINGS = ["", "a", "b", "ü", "2024-02-09"]
NUMBERS = [0, 1, -1.5, 2.25]
# Fields that no version has.
UNKNOWN = {"x_made_up": [None, 1, {"zip": "1"}], "made_up": ["", "text"]}


@cache
def values(kind: str, version: str) -> st.SearchStrategy[Any]:
    """Values of a kind in a version, also with fields that no version has."""
    raw = document(version)
    return _values(raw, raw["components"]["schemas"][kind])


@cache
def validator(kind: str, version: str) -> Any:
    """Return a validator for the schema of a kind in a version."""
    raw = document(version)
    schema = {"$ref": f"#/components/schemas/{kind}", "components": raw["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


def _values(raw: Mapping[str, Any], schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _values(raw, raw["components"]["schemas"][name])
    if "anyOf" in schema:
        return st.one_of(*(_values(raw, part) for part in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema["type"]
    if isinstance(types, list):
        return st.one_of(*(_values(raw, {**schema, "type": one}) for one in types))
    if types == "object":
        return _objects(raw, schema)
    if types == "array":
        items = _values(raw, schema["items"])
        return st.lists(items, min_size=schema.get("minItems", 0), max_size=min(schema.get("maxItems", 4), 4))
    simple: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.sampled_from([0, 1, 7]),
        "number": st.sampled_from(NUMBERS),
    }
    return simple[types] if types in simple else st.sampled_from(_strings(schema))


def _strings(schema: Mapping[str, Any]) -> list[str]:
    if "format" in schema:
        return FORMATS[schema["format"]]
    if "x-open-enum" in schema:
        return [*schema["x-open-enum"], "unheard_of"]
    if {"pattern", "minLength"} & schema.keys():
        # A rule may be new in a later version; the first two strings fit nearly all rules.
        fitting = [string for string in STRINGS_FOR_RULES if re.search(schema.get("pattern", ""), string)]
        return fitting[:2]
    return STRINGS


def _objects(raw: Mapping[str, Any], schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        return st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(STRINGS))
    fields = {key: _values(raw, inner) for key, inner in schema["properties"].items()}
    needed = {key: fields.pop(key) for key in schema.get("required", ())}
    unknown = {key: st.sampled_from(found) for key, found in UNKNOWN.items()}
    drawn = st.fixed_dictionaries(needed, optional=fields | unknown)
    if "not" not in schema:
        return drawn
    return drawn.filter(jsonschema_rs.Draft202012Validator({"not": schema["not"]}).is_valid)
