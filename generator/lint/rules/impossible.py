"""Rules about schemas that no value fits, or that no value ever ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generator.document import pointer as pointers
from generator.document.schema_walk import as_list, as_mapping, component_of_reference, types
from generator.lint.rule import Hits, rule
from generator.lint.rules.constraints import is_part_of_a_constraint
from generator.lint.view import View

_RANGES = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)


@rule("empty-range", "Limits that exclude each other refuse every value.")
def empty_range(view: View) -> Hits:
    for node in view.all("schema"):
        for low, high in _RANGES:
            if low in node.value and high in node.value and node.value[low] > node.value[high]:
                yield (
                    pointers.child(node.pointer, low),
                    f"{low} is {node.value[low]} and {high} is {node.value[high]}, so nothing fits. "
                    "Correct one of the two.",
                )


@rule("one-of-overlap", "oneOf takes a value that exactly one alternative takes; a whole number is a number.")
def one_of_overlap(view: View) -> Hits:
    for node in view.all("schema"):
        found = {kind for part in as_list(node.value.get("oneOf")) for kind in types(part)}
        if {"integer", "number"} <= found:
            yield (
                f"{node.pointer}/oneOf",
                "A whole number is an integer and a number, so oneOf refuses it. Keep number.",
            )


@rule("part-conflict", "Each part of allOf is checked alone, so one part can refuse what another demands.")
def part_conflict(view: View) -> Hits:
    for node in view.all("schema"):
        if "allOf" not in node.value or is_part_of_a_constraint(node):
            continue
        parts = list(view.walk.flatten(node.value, node.pointer))
        names = [{*as_mapping(part.get("properties"))} for part, _ in parts]
        if len(parts) > 2 and not any(names) and not any("allOf" in part for part, _ in parts[:-1]):
            yield node.pointer, "The parts have no properties to join. Write one schema with all of it."
        for (part, pointer), own in zip(parts, names, strict=True):
            others = sorted({name for found in names for name in found} - own)
            if others and part.get("additionalProperties", True) not in (True, {}):
                yield (
                    node.pointer,
                    f'additionalProperties of #{pointer} also means "{others[0]}", which stands in another '
                    "part. Write all properties into one schema.",
                )
        yield from _two_types(view, node.pointer, parts)


def _two_types(view: View, pointer: str, parts: list[tuple[Mapping[str, Any], str]]) -> Hits:
    seen: dict[str, set[str]] = {}
    for part, at in parts:
        for name, schema in as_mapping(part.get("properties")).items():
            below = pointers.child(at, "properties", name)
            found = view.walk.alternatives(schema, below)
            kinds = {one.kind for one in found.parts} | ({"null"} if found.nullable else set())
            # A whole number is a number.
            kinds |= {"integer"} if "number" in kinds else set()
            if "any" not in kinds and not kinds & seen.setdefault(name, kinds):
                yield pointer, f'"{name}" has two types, in two parts of allOf. Keep one of them.'


@rule("endless-schema", "A value that must contain itself never ends, and a list of itself has no class.")
def endless_schema(view: View) -> Hits:
    named = view.walk.named
    for name in named:
        if name in _reached(named, name, _made_of):
            yield (
                view.walk.pointer(name),
                f'"{name}" is a list or map of itself. Put an object with a property between.',
            )
    ends: set[str] = set()
    while more := {name for name in named if name not in ends and _ends(named[name], ends)}:
        ends |= more
    for name in named:
        if name not in ends and name in _reached(named, name, _held):
            yield (
                view.walk.pointer(name),
                f'"{name}" must contain itself without an end. Allow null, or take it out of required.',
            )


def _reached(
    named: Mapping[str, Any], name: str, parts_of: Callable[[Mapping[str, Any]], list[Any]]
) -> Iterator[str]:
    """The components that a component leads to, through the parts of each schema on the way."""
    pending, seen = [named[name]], set()
    while pending:
        schema = as_mapping(pending.pop())
        target = component_of_reference(schema)
        if target in named:
            yield target
            if target not in seen:
                seen.add(target)
                pending.append(named[target])
        pending += parts_of(schema)


def _made_of(schema: Mapping[str, Any]) -> list[Any]:
    """The schemas that a schema is made of without a property between."""
    keys = () if schema.get("properties") else ("items", "additionalProperties")
    inner = [schema[key] for key in keys if key in schema]
    return [*inner, *(part for key in ("allOf", "anyOf", "oneOf") for part in as_list(schema.get(key)))]


def _held(schema: Mapping[str, Any]) -> list[Any]:
    """The schemas of what every value of a schema holds, and of what it may choose from."""
    return [*_needed(schema), *(part for key in ("anyOf", "oneOf") for part in as_list(schema.get(key)))]


def _needed(schema: Mapping[str, Any]) -> list[Any]:
    """The schemas of what every value of a schema holds."""
    properties = as_mapping(schema.get("properties"))
    needed = [*as_list(schema.get("allOf"))]
    needed += [properties[key] for key in as_list(schema.get("required")) if key in properties]
    if schema.get("minItems", 0) > 0:
        needed.append(schema.get("items"))
    return needed


def _ends(schema: Any, ends: set[str]) -> bool:
    """Whether some value of a schema is finite, when those of the components in `ends` are."""
    schema = as_mapping(schema)
    if "$ref" in schema:
        return component_of_reference(schema) in ends
    if "null" in types(schema):
        return True
    choices = [as_list(schema[key]) for key in ("anyOf", "oneOf") if as_list(schema.get(key))]
    return all(_ends(one, ends) for one in _needed(schema)) and all(
        any(_ends(one, ends) for one in parts) for parts in choices
    )
