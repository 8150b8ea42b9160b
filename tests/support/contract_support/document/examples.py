"""Finds the examples of a document: of parameters, of media types, of schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from contract_support.document.operations import resolve

DEPTH = 4
"""How deep samples usually go."""


def example_of(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Any:
    """Return the example of a parameter, media type or schema; None when the document has none."""
    if "example" in entry:
        return entry["example"]
    examples = entry.get("examples")
    if isinstance(examples, dict) and examples:
        return resolve(document, next(iter(examples.values())))["value"]
    if isinstance(examples, list) and examples:
        return examples[0]
    schema = entry.get("schema")
    if schema is not None:
        return example_of(document, resolve(document, schema))
    if "enum" in entry:
        return entry["enum"][0]
    if "items" in entry:
        item = example_of(document, resolve(document, entry["items"]))
        return None if item is None else [item]
    return next(iter(entry["x-open-enum"]), None) if "x-open-enum" in entry else None


def _compatible(members: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members without those that exclude one before them, as `not` of the schema says."""
    condition = jsonschema_rs.validator_for({"not": schema["not"]} if "not" in schema else {})
    chosen: dict[str, Any] = {}
    for name, value in members.items():
        more = {**chosen, name: value}
        if condition.is_valid(more) or not condition.is_valid(chosen):
            chosen = more
    return chosen


def sample(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    """Build an instance from the examples of a schema and of its properties."""
    target = resolve(document, schema)
    given = example_of(document, target)
    if given is not None or depth == 0:
        return given
    for group in ("anyOf", "oneOf"):
        if group in target:
            return sample(document, target[group][0], depth)
    if "properties" in target:
        members = {name: sample(document, value, depth - 1) for name, value in target["properties"].items()}
        return _compatible({name: value for name, value in members.items() if value is not None}, target)
    if "items" in target:
        item = sample(document, target["items"], depth - 1)
        return [] if item is None else [item]
    return {} if target.get("type") == "object" else None
