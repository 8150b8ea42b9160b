"""The document a property test must believe, when the API forgives what its schemas forbid.

Some versions ignore a body field of the wrong type, or replace a time filter they cannot read. The
schemas stay strict, because they say what a client should send, and `x-mock` says what is forgiven.
A property test that read only the schemas would report each forgiven value. So it gets this widened
copy. The mock keeps the real document.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from contract_support.operations import METHODS, pointer, resolved

MISTYPED_FIELDS = "mistyped-body-fields"
TIME_FILTERS = "invalid-time-filters"
LENIENT = "Lenient"
KEYWORDS_OF_TIMES = ("format", "pattern")
ALL_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def widened(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a copy of the document that allows what `x-mock` says is forgiven; the original is not touched."""
    result: dict[str, Any] = copy.deepcopy(dict(document))
    for item in result["paths"].values():
        for method in METHODS:
            if method in item:
                forgiven = item[method].get("x-mock", {})
                if forgiven.get(MISTYPED_FIELDS) == "ignored":
                    _widen_body(result, item[method])
                if forgiven.get(TIME_FILTERS) == "default":
                    _widen_time_filters(result, item, item[method])
    return result


def _widen_body(document: dict[str, Any], operation: dict[str, Any]) -> None:
    body = copy.deepcopy(resolved(document, operation["requestBody"]))
    media = body["content"]["application/json"]
    wrapper = operation.get("x-body-wrapper")
    media["schema"] = _lenient(document, media["schema"], wrapper=wrapper)
    operation["requestBody"] = body


def _lenient(
    document: dict[str, Any], schema: dict[str, Any], *, wrapper: str | None = None
) -> dict[str, Any]:
    """Give the lenient twin of a schema, as a reference when the schema was one."""
    if "$ref" not in schema:
        return _lenient_object(document, schema, wrapper=wrapper)
    name = schema["$ref"].rpartition("/")[2]
    twin = LENIENT + name
    if twin not in document["components"]["schemas"]:
        # Named before it is filled: a schema may refer to itself.
        document["components"]["schemas"][twin] = {}
        target = pointer(document, schema["$ref"])
        document["components"]["schemas"][twin] = _lenient_object(document, target, wrapper=wrapper)
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**beside, "$ref": f"#/components/schemas/{twin}"}


def _lenient_object(
    document: dict[str, Any], schema: Mapping[str, Any], *, wrapper: str | None = None
) -> dict[str, Any]:
    result = copy.deepcopy(dict(schema))
    for group in ("anyOf", "oneOf", "allOf"):
        if group in result:
            result[group] = [_lenient(document, branch) for branch in result[group]]
    if isinstance(result.get("items"), dict):
        result["items"] = _forgiving(document, result["items"])
    if isinstance(result.get("additionalProperties"), dict):
        result["additionalProperties"] = _forgiving(document, result["additionalProperties"])
    required = set(result.get("required", ()))
    for name, value in result.get("properties", {}).items():
        if name in required or name == wrapper:
            result["properties"][name] = _lenient(document, value)
        else:
            result["properties"][name] = _forgiving(document, value)
    return result


def _forgiving(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Allow the schema, or a value of any type that it does not name."""
    named = types_of(document, schema)
    lenient = _lenient(document, schema)
    if named >= ALL_TYPES:
        return lenient
    return {"anyOf": [lenient, {"not": {"type": sorted(named)}}]}


def types_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    """Name the JSON types that a schema mentions; all of them when it mentions none."""
    whole = resolved(document, schema)
    if "type" in whole:
        named = whole["type"]
        return frozenset([named] if isinstance(named, str) else named)
    for group in ("anyOf", "oneOf"):
        if group in whole:
            return frozenset().union(*(types_of(document, branch) for branch in whole[group]))
    return ALL_TYPES


def _widen_time_filters(document: dict[str, Any], item: dict[str, Any], operation: dict[str, Any]) -> None:
    declared = [*item.get("parameters", []), *operation.get("parameters", [])]
    parameters = []
    for entry in declared:
        parameter = copy.deepcopy(resolved(document, entry))
        schema = copy.deepcopy(resolved(document, parameter["schema"]))
        if parameter["in"] == "query" and "x-time" in schema:
            parameter["schema"] = {
                key: value for key, value in schema.items() if key not in KEYWORDS_OF_TIMES
            }
        parameters.append(parameter)
    operation["parameters"] = parameters
