"""What callers can send and get, as plain nested data: to compare a draft with the real version.

Written apart from the generator: it shares no code with what it judges. References are followed, names of
components and texts disappear, and every keyword of a schema counts that is not a description, an example or
one of our extensions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_TEXTS = {"description", "title", "summary", "example", "examples", "externalDocs"}
_VERBS = ("get", "put", "post", "delete", "patch")


def structure(raw: dict[str, Any]) -> dict[str, Any]:
    """Every operation and webhook of a composed document, as nested data without names of components."""
    return {
        f"{root} {re.sub(r'[{][^}]*[}]', '{}', path)} {verb}": _operation(raw, item[verb])
        for root in ("paths", "webhooks")
        for path, item in raw.get(root, {}).items()
        for verb in _VERBS
        if verb in item
    }


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two structures differ, as paths with what is there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if key not in one or key not in other:
                yield f"{path}/{key}: only in the {'second' if key in other else 'first'}"
            else:
                yield from differences(one[key], other[key], f"{path}/{key}")
    elif json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True):
        yield f"{path}: {one!r} and {other!r}"


def _operation(raw: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [_follow(raw, one) for one in operation.get("parameters", ())]
    return {
        "query": {
            one["name"]: {"required": one.get("required", False), "schema": _schema(raw, one["schema"], ())}
            for one in parameters
            if one["in"] == "query"
        },
        "path": [_schema(raw, one["schema"], ()) for one in parameters if one["in"] == "path"],
        "deprecated": operation.get("deprecated", False),
        "body": _content(raw, operation.get("requestBody")),
        "responses": {
            status: _content(raw, one)
            for status, one in operation["responses"].items()
            if status.startswith("2")
        },
    }


def _content(raw: dict[str, Any], declared: Any) -> Any:
    if declared is None:
        return None
    found = _follow(raw, declared)
    return {
        "required": found.get("required", False),
        "content": {kind: _schema(raw, one["schema"], ()) for kind, one in found.get("content", {}).items()},
    }


def _follow(raw: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        target: Any = raw
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def _schema(raw: dict[str, Any], schema: Any, above: tuple[str, ...]) -> Any:
    """One schema; a reference back to one around it is where it leads."""
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if reference in above:
        return {"again": len(above) - above.index(reference)}
    if reference:
        found = _schema(raw, _follow(raw, {"$ref": reference}), (*above, reference))
        if schema.get("deprecated"):
            found = {**found, "deprecated": True}
        return found
    parts = schema.get("anyOf", [])
    others = [part for part in parts if part != {"type": "null"}]
    if parts and len(others) == 1:
        found = _schema(raw, others[0], above)
        return {**found, "null": True, **({"deprecated": True} if schema.get("deprecated") else {})}
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _TEXTS or key.startswith("x-"):
            continue
        if key == "type":
            kinds = [value] if isinstance(value, str) else list(value)
            result["type"] = sorted(kind for kind in kinds if kind != "null")
            if "null" in kinds:
                result["null"] = True
        elif key == "properties":
            result[key] = {name: _schema(raw, one, above) for name, one in value.items()}
        elif key in ("items", "additionalProperties"):
            result[key] = _schema(raw, value, above)
        elif key in ("anyOf", "oneOf", "allOf"):
            result[key] = sorted(
                (_schema(raw, one, above) for one in value), key=lambda one: json.dumps(one, sort_keys=True)
            )
        elif key in ("required", "enum"):
            result[key] = sorted(value, key=str)
        elif key == "const":
            result["enum"] = [value]
        else:
            result[key] = _unordered(value)
    if "x-open-enum" in schema:
        result["enum"] = sorted(schema["x-open-enum"], key=str)
    if "enum" in result:
        result["enum"] = [str(value) for value in result["enum"]]
    return result


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_unordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value
