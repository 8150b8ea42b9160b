"""Finds the examples of a document: of parameters, of request bodies, of schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_support.operations import Operation, resolved


def example_of(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Any:
    """Give the example of a parameter, media type or schema; None when the document has none."""
    if "example" in entry:
        return entry["example"]
    examples = entry.get("examples")
    if isinstance(examples, dict) and examples:
        return resolved(document, next(iter(examples.values())))["value"]
    if isinstance(examples, list) and examples:
        return examples[0]
    schema = entry.get("schema")
    if schema is not None:
        return example_of(document, resolved(document, schema))
    if "enum" in entry:
        return entry["enum"][0]
    if "items" in entry:
        item = example_of(document, resolved(document, entry["items"]))
        return None if item is None else [item]
    return next(iter(entry["x-open-enum"]), None) if "x-open-enum" in entry else None


def body_example(document: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """Give the example of a request body without its wrapper; empty when there is no body.

    Raises:
        LookupError: the body has no example.
    """
    if operation.body_schema is None:
        return {}
    media = resolved(document, operation.definition["requestBody"])["content"]["application/json"]
    example = example_of(document, media)
    if example is None:
        raise LookupError(f"{operation.label}: the request body has no example")
    wrapper = operation.definition.get("x-body-wrapper")
    body: dict[str, Any] = example[wrapper] if wrapper else example
    return body
