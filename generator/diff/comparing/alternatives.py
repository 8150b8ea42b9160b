"""Schemas seen as a set of alternatives, so that every spelling of "string or null" compares alike.

Null is not an alternative: it is recorded on its own, because it means something else to callers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diff.comparing.finding import join_words
from generator.document import pointer as pointers
from generator.document.document import Document

SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Part:
    """One alternative of a value."""

    schema: Mapping[str, Any]
    pointer: str
    component: str = ""
    """The component that it was reached through, or nothing."""

    @property
    def kind(self) -> str:
        """The JSON type, or `any`."""
        kind = self.schema.get("type")
        if isinstance(kind, str):
            return kind
        for key, implied in (("properties", "object"), ("allOf", "object"), ("items", "array")):
            if key in self.schema:
                return implied
        return "any"


@dataclass(frozen=True, slots=True)
class Shape:
    """The alternatives of a value, and whether it may be null."""

    parts: tuple[Part, ...]
    nullable: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """The properties of an object, `allOf` merged in."""

    properties: Mapping[str, tuple[Any, str]]
    """Name to schema and pointer."""
    required: frozenset[str]


def component(value: Any) -> str:
    """The name of the component that a reference names, or nothing."""
    ref = value.get("$ref") if isinstance(value, Mapping) else None
    return ref.removeprefix(SCHEMAS) if isinstance(ref, str) and ref.startswith(SCHEMAS) else ""


def read_shape(value: Any, pointer: str) -> Shape:
    """Read the shape as it is written down: references are left as they are."""
    if not isinstance(value, Mapping):
        return Shape((Part({}, pointer),), False)
    if "$ref" in value:
        return Shape((Part(value, pointer, component(value)),), False)
    for key in ("anyOf", "oneOf"):
        if key in value and not _is_demand(value[key]):
            shapes = [read_shape(one, pointers.child(pointer, key, at)) for at, one in enumerate(value[key])]
            return Shape(
                tuple(part for shape in shapes for part in shape.parts),
                any(shape.nullable for shape in shapes),
            )
    kinds = value.get("type")
    if isinstance(kinds, list):
        parts = tuple(Part({**value, "type": kind}, pointer) for kind in kinds if kind != "null")
        return Shape(parts, "null" in kinds)
    if kinds == "null":
        return Shape((), True)
    return Shape((Part(value, pointer),), False)


def resolve_shape(document: Document, value: Any, pointer: str) -> Shape:
    """Read the shape with every reference followed; a part remembers the component that was named first."""
    shape = read_shape(value, pointer)
    parts: list[Part] = []
    nullable = shape.nullable
    for part in shape.parts:
        if not part.component:
            parts.append(part)
            continue
        target, target_pointer = document.follow(part.schema, part.pointer)
        inner = resolve_shape(document, target, target_pointer)
        nullable = nullable or inner.nullable
        parts.extend(Part(one.schema, one.pointer, part.component) for one in inner.parts)
    return Shape(tuple(parts), nullable)


def read_fields(document: Document, schema: Mapping[str, Any], pointer: str) -> Fields:
    """Read the properties of an object schema with those of its `allOf`."""
    properties: dict[str, tuple[Any, str]] = {}
    required: set[str] = set()
    for at, one in enumerate(schema.get("allOf") or ()):
        target, target_pointer = document.follow(one, pointers.child(pointer, "allOf", at))
        inner = read_fields(document, target, target_pointer)
        properties.update(inner.properties)
        required |= inner.required
    for name, value in (schema.get("properties") or {}).items():
        properties[name] = (value, pointers.child(pointer, "properties", name))
    return Fields(properties, frozenset(required | set(schema.get("required") or ())))


def describe_type(value: Any) -> str:
    """A schema in a few words: `string`, `list of Checkpoint`, `number or null`."""
    shape = read_shape(value, "")
    named = list(dict.fromkeys(_describe_part(part) for part in shape.parts))
    return join_words([*named, "null"] if shape.nullable else named, "or")


def find_properties(document: Document, value: Any, pointer: str, name: str) -> Iterator[tuple[Any, str]]:
    """The schemas of one property in all object alternatives of a value."""
    for part in resolve_shape(document, value, pointer).parts:
        if part.kind == "object":
            found = read_fields(document, part.schema, part.pointer).properties.get(name)
            if found is not None:
                yield found


def _describe_part(part: Part) -> str:
    if part.component:
        return part.component
    if part.kind == "array":
        return f"list of {describe_type(part.schema.get('items') or {})}"
    if part.kind == "object" and isinstance(part.schema.get("additionalProperties"), Mapping):
        return f"map to {describe_type(part.schema['additionalProperties'])}"
    return {"any": "anything", "boolean": "true or false"}.get(part.kind, part.kind)


def _is_demand(alternatives: Any) -> bool:
    """Whether `anyOf` only says which properties must come together, and is not a union of types."""
    return all(isinstance(one, Mapping) and set(one) <= {"required"} for one in alternatives)


def match_parts(old: Shape, new: Shape) -> tuple[list[tuple[Part, Part]], str]:
    """The alternatives that belong together, and how the types relate: "", widened, narrowed, changed."""
    before, after = _parts_by_key(old, new), _parts_by_key(new, old)
    matched = [(before[key], after[key]) for key in before if key in after]
    grown = _covers(after, before)
    shrunk = _covers(before, after)
    if grown and shrunk:
        return matched, ""
    return matched, "widened" if grown else "narrowed" if shrunk else "changed"


def _parts_by_key(shape: Shape, other: Shape) -> dict[str, Part]:
    """Parts by type; objects by name where there are several."""
    several = any(sum(part.kind == "object" for part in one.parts) > 1 for one in (shape, other))
    return {
        f"object {part.component}" if several and part.kind == "object" else part.kind: part
        for part in shape.parts
    }


def _covers(wide: Mapping[str, Part], narrow: Mapping[str, Part]) -> bool:
    if "any" in wide:
        return True
    return all(key in wide or (key == "integer" and "number" in wide) for key in narrow)
