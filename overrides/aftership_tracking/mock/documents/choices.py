"""Choices that a discriminator makes between the objects of `oneOf` or `anyOf`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WITHOUT_SCHEMAS = frozenset({"example", "examples", "default", "enum", "const", "x-open-enum"})


@dataclass(frozen=True, slots=True)
class Choice:
    """`tags` are the values of the property that mean an alternative, by its group and index."""

    property: str
    tags: Mapping[tuple[str, int], tuple[str, ...]]


def read_choice(schema: Mapping[str, Any]) -> Choice | None:
    """Return the choice of a schema; None if it makes none."""
    declared = schema.get("discriminator")
    if not isinstance(declared, dict) or "propertyName" not in declared:
        return None
    mapping = declared.get("mapping") or {}
    tags = {}
    for group in ("anyOf", "oneOf"):
        for index, branch in enumerate(schema.get(group) or ()):
            if "$ref" in branch:
                name = branch["$ref"].rpartition("/")[2]
                named = tuple(tag for tag, target in mapping.items() if target.rpartition("/")[2] == name)
                # Without a mapping, the name of a component is its value.
                tags[group, index] = named or (name,)
    return Choice(declared["propertyName"], tags) if tags else None


def decide_by_discriminators(value: Any) -> Any:
    """Return a document in which discriminators decide, as rules that JSON Schema knows.

    JSON Schema ignores discriminators: two alternatives that both fit would break `oneOf`. What holds none is
    returned as it is, not copied.
    """
    if isinstance(value, list):
        items = [decide_by_discriminators(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if not isinstance(value, dict):
        return value
    changed = {}
    for name, inner in value.items():
        if (inner.__class__ is dict or inner.__class__ is list) and name not in _WITHOUT_SCHEMAS:
            new = decide_by_discriminators(inner)
            if new is not inner:
                changed[name] = new
    found = {**value, **changed} if changed else value
    choice = read_choice(found) if "discriminator" in found else None
    return found if choice is None else _as_rules(found, choice)


def _as_rules(schema: Mapping[str, Any], choice: Choice) -> dict[str, Any]:
    name = choice.property
    rules = {
        "required": [name],
        "properties": {name: {"enum": [tag for tags in choice.tags.values() for tag in tags]}},
        "allOf": [
            {
                "if": {"required": [name], "properties": {name: {"enum": list(tags)}}},
                "then": schema[group][index],
            }
            for (group, index), tags in choice.tags.items()
        ],
    }
    others = [
        branch
        for group in ("anyOf", "oneOf")
        for index, branch in enumerate(schema.get(group) or ())
        if (group, index) not in choice.tags
    ]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "discriminator")}
    decided = {"anyOf": [rules, *others]} if others else rules
    return {**rest, "allOf": [*rest.get("allOf", ()), decided]}
