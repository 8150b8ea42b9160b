"""What documents hold, found by the plainest walk: no reader of the generator, no moves of the comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")
Document = Mapping[str, Any]


def resolve(document: Document, value: Any) -> Any:
    """What a reference refers to."""
    while isinstance(value, dict) and "$ref" in value:
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def properties(document: Document, schema: Any) -> dict[str, Any]:
    """The properties of an object, those of `allOf` too."""
    here = resolve(document, schema)
    found: dict[str, Any] = {}
    for part in here.get("allOf", ()):
        found |= properties(document, part)
    return found | here.get("properties", {})


def models(document: Document) -> dict[str, dict[str, Any]]:
    """The fields of every component that has some."""
    schemas = document["components"]["schemas"]
    found = {name: properties(document, schema) for name, schema in schemas.items() if "$ref" not in schema}
    return {name: fields for name, fields in found.items() if fields}


def enums(document: Document) -> dict[str, list[str]]:
    """The values of every component that lists some."""
    found = {}
    for name, schema in document["components"]["schemas"].items():
        values = schema.get("x-open-enum", schema.get("enum"))
        if values is not None:
            found[name] = [str(value) for value in values if value is not None]
    return found


def operations(document: Document) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Address, content and parameters of every operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                declared = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                yield f"{method.upper()} {path}", item[method], [resolve(document, one) for one in declared]


def body_fields(document: Document, operation: Mapping[str, Any]) -> list[str]:
    """The names of the fields of a body, of the first level."""
    body = resolve(document, operation.get("requestBody", {}))
    return [
        name
        for content in body.get("content", {}).values()
        for name in properties(document, content["schema"])
    ]
