"""One schema with all that stands beside it: behind references and in `allOf`, joined to one record.

Both dialects are read: `nullable: true` of OpenAPI 3.0, and types with null of 3.1. Keywords that nobody can
carry into our document are left out here; `left_out` names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.document.document import Document
from generator.document.schema_walk import as_list, as_mapping, types

CONSTRAINTS = frozenset(
    {
        *("minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
        *("propertyNames", "dependentRequired", "not"),
    }
)
"""What limits a value beside its type."""

_FORMATS = frozenset({"date-time", "date", "password", "binary", "uuid"})
_KINDS = frozenset({"string", "number", "integer", "boolean", "array", "object"})
_READ = frozenset(
    {
        *("$ref", "type", "nullable", "enum", "const", "format", "default", "deprecated", "properties"),
        *("required", "items", "additionalProperties", "allOf", "anyOf", "oneOf"),
    }
)
_TEXTS = frozenset({"title", "description", "example", "examples", "externalDocs", "$comment", "xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conjunction:
    """All that a schema demands, one level deep."""

    parts: tuple[Any, ...]
    """The schemas that were joined. They identify the record."""
    kinds: tuple[str, ...]
    nullable: bool
    deprecated: bool
    default: str | None
    enum: tuple[Any, ...] | None
    format: str
    constraints: Mapping[str, Any]
    required: frozenset[str]
    properties: Mapping[str, tuple[Any, ...]]
    """All schemas of each property, sorted by name."""
    items: tuple[Any, ...]
    values: tuple[Any, ...]
    alternatives: tuple[Any, ...]
    text: str
    """The description nearest to the use of the schema; empty if there is none."""


Memo = dict[int, Conjunction | None]
"""The parts of unions that were read, by the identity of their schemas; None while one is read."""


def conjoin(document: Document, schemas: Sequence[Any], memo: Memo) -> Conjunction:
    """The schemas and all that they refer to, as one. `memo` is one for all schemas of a document.

    Raises `SpecError` for a reference that leads nowhere.
    """
    collected = _Parts(document, memo)
    for schema in schemas:
        collected.add(schema)
    return collected.conjunction()


def left_out(schema: Mapping[str, Any]) -> list[str]:
    """The keywords of a schema that are not read, without texts and extensions, sorted."""
    known = _READ | CONSTRAINTS | _TEXTS
    found = [key for key in schema if key not in known and not key.startswith("x-")]
    if schema.get("additionalProperties") is False:
        found.append("additionalProperties: false")
    if any(isinstance(value, dict | list) for value in as_list(schema.get("enum"))):
        found.append("enum values that are objects or lists")
    if isinstance(schema.get("format"), str) and schema["format"] not in _FORMATS:
        found.append(f"format: {schema['format']}")
    return sorted(found)


class _Parts:
    """What was found on the way through references, `allOf`, and unions of one."""

    def __init__(self, document: Document, memo: Memo) -> None:
        self._document = document
        self._memo = memo
        self._seen: set[int] = set()
        self._parts: list[Mapping[str, Any]] = []
        self._unions: list[list[Any]] = []
        self._nullable = False

    def add(self, schema: Any) -> None:
        if not isinstance(schema, dict) or id(schema) in self._seen:
            return
        self._seen.add(id(schema))
        reference = schema.get("$ref")
        if isinstance(reference, str):
            self.add(self._document.resolve(reference))
        for part in as_list(schema.get("allOf")):
            self.add(part)
        for key in ("anyOf", "oneOf"):
            self._add_union(as_list(schema.get(key)))
        if schema.get("nullable") is True or "null" in types(schema) or _has_null(schema):
            self._nullable = True
        self._parts.append(schema)

    def _add_union(self, parts: list[Any]) -> None:
        others = [part for part in parts if not _is_null(part)]
        self._nullable |= len(others) < len(parts)
        if len(others) == 1:
            self.add(others[0])
        elif others and not all(isinstance(part, dict) and set(part) <= {"required"} for part in others):
            self._unions.append(others)

    def conjunction(self) -> Conjunction:
        parts = self._parts
        enum = _enum(parts)
        kinds: set[str] | None = None
        for part in parts:
            own = {kind for kind in types(part) if str(kind) in _KINDS}
            if own:
                kinds = own if kinds is None else _meet(kinds, own)
        alternatives: list[Any] = []
        for union in self._unions:
            scalar = self._scalar_union(union)
            if scalar is None:
                alternatives += union
            else:
                kinds = scalar[0] if kinds is None else _meet(kinds, scalar[0])
                enum = scalar[1] if enum is None else enum
        properties: dict[str, list[Any]] = {}
        for part in parts:
            for name, schema in as_mapping(part.get("properties")).items():
                properties.setdefault(name, []).append(schema)
        values = [
            part["additionalProperties"] for part in parts if as_mapping(part.get("additionalProperties"))
        ]
        items = [part["items"] for part in parts if isinstance(part.get("items"), dict)]
        if kinds is None:
            kinds = _implied(enum, bool(properties or values), bool(items))
        constraints = {
            key: sort_value(part[key]) for part in parts for key in sorted(CONSTRAINTS & part.keys())
        }
        formats = [str(part["format"]) for part in parts if str(part.get("format")) in _FORMATS]
        defaults = [part["default"] for part in parts if part.get("default") is not None]
        return Conjunction(
            parts=self._own_parts(),
            kinds=tuple(sorted(kinds)),
            nullable=self._nullable,
            deprecated=any(part.get("deprecated") is True for part in parts),
            default=json.dumps(defaults[-1], sort_keys=True) if defaults else None,
            enum=enum,
            format=formats[-1] if formats else "",
            constraints={key: constraints[key] for key in sorted(constraints)},
            required=frozenset(str(name) for part in parts for name in as_list(part.get("required"))),
            properties={name: tuple(properties[name]) for name in sorted(properties)},
            items=tuple(items),
            values=tuple(values),
            alternatives=tuple(alternatives),
            text=next((one for part in reversed(parts) if (one := _description(part))), ""),
        )

    def _own_parts(self) -> tuple[Any, ...]:
        """The parts that say something of the value. Those that only refer or describe do not count, so that
        a description beside a reference makes no other shape.
        """
        silent = _TEXTS | {"$ref", "allOf", "nullable", "deprecated", "default"}
        own = [
            part
            for part in self._parts
            if any(key not in silent and not key.startswith("x-") for key in part) or "x-open-enum" in part
        ]
        return tuple(own)

    def _part(self, part: Any) -> Conjunction | None:
        """One part of a union; None where a union contains itself."""
        if id(part) not in self._memo:
            self._memo[id(part)] = None
            self._memo[id(part)] = conjoin(self._document, (part,), self._memo)
        return self._memo[id(part)]

    def _scalar_union(self, union: list[Any]) -> tuple[set[str], tuple[Any, ...] | None] | None:
        """The types and known values of a union of plain values; None for another union.

        Known values and a plain string are how other documents write an open list.
        """
        joined = [one for part in union if (one := self._part(part)) is not None]
        if len(joined) < len(union):
            return None
        self._nullable |= any(one.nullable for one in joined)
        if any(
            not one.kinds or one.alternatives or one.properties or set(one.kinds) & {"object", "array"}
            for one in joined
        ):
            return None
        if any(one.constraints or one.format for one in joined):
            return None
        known = {json.dumps(value): value for one in joined for value in one.enum or ()}
        return {kind for one in joined for kind in one.kinds}, _sort(known.values()) if known else None


def sort_value(value: Any) -> Any:
    """A value whose order says nothing: lists sorted, texts and extensions left out."""
    if isinstance(value, dict):
        return {
            key: sort_value(inner)
            for key, inner in sorted(value.items())
            if key not in _TEXTS and not key.startswith("x-")
        }
    if isinstance(value, list):
        return sorted((sort_value(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def _description(part: Mapping[str, Any]) -> str:
    text = part.get("description")
    return " ".join(text.split()) if isinstance(text, str) else ""


def _enum(parts: Sequence[Mapping[str, Any]]) -> tuple[Any, ...] | None:
    found: dict[str, Any] | None = None
    for part in parts:
        values = list(_values(part))
        if values:
            own = {json.dumps(value): value for value in values if value is not None}
            found = own if found is None else {key: value for key, value in found.items() if key in own}
    return None if found is None else _sort(found.values())


def _values(part: Mapping[str, Any]) -> Iterator[Any]:
    yield from (value for value in as_list(part.get("enum")) if not isinstance(value, dict | list))
    if not isinstance(part.get("const", []), dict | list):
        yield part["const"]
    number = "integer" in types(part)
    for value in as_mapping(part.get("x-open-enum")):
        yield int(value) if number and value.lstrip("-").isdecimal() else value


def _sort(values: Any) -> tuple[Any, ...]:
    return tuple(sorted(values, key=lambda value: (type(value).__name__, str(value))))


def _implied(enum: tuple[Any, ...] | None, is_object: bool, is_list: bool) -> set[str]:
    """The types of a schema that does not say them."""
    if enum:
        names = {bool: "boolean", int: "integer", float: "number", str: "string"}
        return {names.get(type(value), "object") for value in enum}
    return {"object"} if is_object else {"array"} if is_list else set()


def _meet(one: set[str], other: set[str]) -> set[str]:
    """The types that both accept; an integer is a number. What contradicts itself stays as it was first."""
    both = one & other
    if "integer" in one | other and "number" in one | other:
        both |= {"integer"}
    return both or one


def _has_null(schema: Mapping[str, Any]) -> bool:
    return None in as_list(schema.get("enum")) or ("const" in schema and schema["const"] is None)


def _is_null(part: Any) -> bool:
    """Whether a part of a union is null and nothing else, in either dialect."""
    if not isinstance(part, dict):
        return False
    return (
        types(part) == ["null"] or part.get("enum") == [None] or ("const" in part and part["const"] is None)
    )
