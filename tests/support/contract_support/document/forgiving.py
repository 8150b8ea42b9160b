"""The document that a property test must use where the API accepts what its schemas forbid.

Some versions ignore a body field of the wrong type, or replace a time filter that they cannot read. The
schemas are strict, because they say what a client should send, and `x-mock` says what is accepted
nevertheless. A property test that used only the schemas would report each such value. So it gets a wider
copy. The mock has the real document.

The same is true of constraints that are not documented: `x-constraints` says which ones may be refused.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from contract_support.document.operations import METHODS, pointer, resolve

MISTYPED_FIELDS = "mistyped-body-fields"
TIME_FILTERS = "invalid-time-filters"
LENIENT = "Lenient"
KEYWORDS_OF_TIMES = ("format", "pattern")
MARKS = "x-constraints"
OPEN_ENUM = "x-open-enum"
ALL_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def without_doubtful(value: Any, document: Mapping[str, Any]) -> Any:
    """Return a copy without the constraints that are not documented. Marked open enums are closed."""
    if isinstance(value, list):
        return [without_doubtful(item, document) for item in value]
    if not isinstance(value, Mapping):
        return value
    marks = value.get(MARKS) if isinstance(value.get(MARKS), Mapping) else {}
    doubtful = {name for name, mark in marks.items() if mark != "documented"} - {OPEN_ENUM}
    result = {name: without_doubtful(item, document) for name, item in value.items() if name not in doubtful}
    if marks.get(OPEN_ENUM) == "documented":
        result["enum"] = list(resolve(document, value)[OPEN_ENUM])
    return result


def widen(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the document that allows what is accepted nevertheless. The original stays."""
    result: dict[str, Any] = without_doubtful(copy.deepcopy(dict(document)), document)
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
    body = copy.deepcopy(resolve(document, operation["requestBody"]))
    media = body["content"]["application/json"]
    wrapper = operation.get("x-body-wrapper")
    media["schema"] = _lenient(document, media["schema"], wrapper=wrapper)
    operation["requestBody"] = body


def _lenient(
    document: dict[str, Any], schema: dict[str, Any], *, wrapper: str | None = None
) -> dict[str, Any]:
    """Return the lenient copy of a schema; of a reference, a reference to it."""
    if "$ref" not in schema:
        return _lenient_object(document, schema, wrapper=wrapper)
    name = schema["$ref"].rpartition("/")[2]
    copy_name = LENIENT + name
    if copy_name not in document["components"]["schemas"]:
        # Named before it is filled: a schema may refer to itself.
        document["components"]["schemas"][copy_name] = {}
        target = pointer(document, schema["$ref"])
        document["components"]["schemas"][copy_name] = _lenient_object(document, target, wrapper=wrapper)
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**beside, "$ref": f"#/components/schemas/{copy_name}"}


def _lenient_object(
    document: dict[str, Any], schema: Mapping[str, Any], *, wrapper: str | None = None
) -> dict[str, Any]:
    result = copy.deepcopy(dict(schema))
    for group in ("anyOf", "oneOf", "allOf"):
        if group in result:
            result[group] = [_lenient(document, branch) for branch in result[group]]
    if isinstance(result.get("items"), dict):
        result["items"] = _any_other_type(document, result["items"])
    if isinstance(result.get("additionalProperties"), dict):
        result["additionalProperties"] = _any_other_type(document, result["additionalProperties"])
    required = set(result.get("required", ()))
    for name, value in result.get("properties", {}).items():
        if name in required or name == wrapper:
            result["properties"][name] = _lenient(document, value)
        else:
            result["properties"][name] = _any_other_type(document, value)
    return result


def _any_other_type(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that accepts this schema, or a value of any type that it does not name."""
    named = types_of(document, schema)
    lenient = _lenient(document, schema)
    if named >= ALL_TYPES:
        return lenient
    return {"anyOf": [lenient, {"not": {"type": sorted(named)}}]}


def types_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the JSON types that a schema names; all types when it names none."""
    whole = resolve(document, schema)
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
        parameter = copy.deepcopy(resolve(document, entry))
        schema = copy.deepcopy(resolve(document, parameter["schema"]))
        if parameter["in"] == "query" and "x-time" in schema:
            parameter["schema"] = {
                key: value for key, value in schema.items() if key not in KEYWORDS_OF_TIMES
            }
        parameters.append(parameter)
    operation["parameters"] = parameters
