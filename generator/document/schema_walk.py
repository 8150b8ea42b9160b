"""The one walk over the schemas of a document: behind references, types, properties, composition.

A schema can hide what it holds behind a reference, behind a union with null, and in the parts of `allOf`.
Whoever needs to know what a value looks like uses this module, so that all stages see the same. A schema of a
wrong shape counts as empty: the lint reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.errors import SpecError

PREFIX = "#/components/schemas/"
_COMPONENTS = "/components/schemas/"
_NULL = {"type": "null"}


class Resolved(NamedTuple):
    """A schema that is neither a reference nor a union with null, and how it was reached."""

    schema: Any
    pointer: str
    components: frozenset[str]
    """The names of the components on the way to it."""
    nullable: bool
    """Whether null was allowed on the way, or is one of its types."""


class Property(NamedTuple):
    """A property of an object as it was declared, before any reference is followed."""

    schema: Any
    pointer: str
    required: bool


@dataclass(frozen=True, slots=True)
class Alternative:
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
class Alternatives:
    """The alternatives of a value, and whether it may be null, which is not an alternative."""

    parts: tuple[Alternative, ...]
    nullable: bool


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, otherwise an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, otherwise an empty one."""
    return value if isinstance(value, list) else []


def types(schema: Any) -> list[str]:
    """The types of a schema as a list, null included, whichever way they are written."""
    declared = as_mapping(schema).get("type")
    return [declared] if isinstance(declared, str) else list(as_list(declared))


def component_of_reference(schema: Any) -> str:
    """The name of the component that a reference names, or nothing."""
    reference = as_mapping(schema).get("$ref")
    if isinstance(reference, str) and reference.startswith(PREFIX):
        return reference.removeprefix(PREFIX)
    return ""


def alternatives(schema: Any, pointer: str) -> Alternatives:
    """The alternatives as they are written: a reference is one, whatever is behind it."""
    value = as_mapping(schema)
    if "$ref" in value:
        return Alternatives((Alternative(value, pointer, component_of_reference(value)),), nullable=False)
    for key in ("anyOf", "oneOf"):
        parts = as_list(value.get(key))
        if parts and not _is_demand(parts):
            below = [alternatives(part, f"{pointer}/{key}/{index}") for index, part in enumerate(parts)]
            return Alternatives(
                tuple(part for one in below for part in one.parts), any(one.nullable for one in below)
            )
    kinds = types(value)
    if isinstance(value.get("type"), str) and kinds != ["null"]:
        return Alternatives((Alternative(value, pointer),), nullable=False)
    if kinds:
        split = tuple(Alternative({**value, "type": kind}, pointer) for kind in kinds if kind != "null")
        return Alternatives(split, "null" in kinds)
    return Alternatives((Alternative(value, pointer),), nullable=False)


def subschemas(schema: Any, pointer: str) -> Iterator[tuple[Any, str]]:
    """The schemas inside a schema, with their pointers: items, map values and parts, but not properties."""
    for key in ("items", "additionalProperties"):
        if key in as_mapping(schema):
            yield schema[key], f"{pointer}/{key}"
    for key in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(as_list(as_mapping(schema).get(key))):
            yield part, f"{pointer}/{key}/{index}"


class SchemaWalk:
    """Walks over the schemas of one document.

    A reference that leads nowhere or in a circle raises `SpecError`. For a walk that is not `strict` it is an
    empty schema.
    """

    def __init__(self, document: Document, *, strict: bool = True) -> None:
        self.document = document
        self._strict = strict
        self.named: Mapping[str, Any] = as_mapping(as_mapping(document.raw.get("components")).get("schemas"))
        """The schemas in `components/schemas`, by name."""

    def pointer(self, name: str) -> str:
        """The JSON Pointer of a component."""
        return pointers.child("", "components", "schemas", name)

    def component(self, reference: str, pointer: str) -> str:
        """The name of the component at the end of a reference, which may lead over other components.

        Raises `SpecError` at `pointer` for a reference that does not name a component.
        """
        seen: set[str] = set()
        while True:
            name = reference.removeprefix(PREFIX)
            if not reference.startswith(PREFIX) or name not in self.named:
                raise self.document.error(
                    pointer,
                    f'The reference "{reference}" does not name a schema.',
                    "Refer to a schema in components/schemas.",
                )
            if name in seen:
                raise self._circle(pointer, reference)
            seen.add(name)
            schema = self.named[name]
            if not isinstance(schema, dict) or "$ref" not in schema:
                return name
            reference = schema["$ref"]

    def resolve(self, schema: Any, pointer: str = "") -> Resolved:
        """The schema behind all references and behind a union of one schema with null."""
        try:
            return self._resolve(schema, pointer)
        except SpecError:
            if self._strict:
                raise
            return Resolved({}, pointer, frozenset(), nullable=False)

    def _resolve(self, schema: Any, pointer: str) -> Resolved:
        references: set[str] = set()
        components: set[str] = set()
        nullable = False
        while True:
            reference = as_mapping(schema).get("$ref")
            if isinstance(reference, str):
                if reference in references:
                    raise self._circle(pointer, reference)
                references.add(reference)
                schema, pointer = self.document.resolve(reference), reference.removeprefix("#")
                if pointer.startswith(_COMPONENTS):
                    components.add(pointers.split(pointer)[-1])
                continue
            nullable = nullable or "null" in types(schema)
            union = _union_with_null(schema, pointer)
            if union is None:
                return Resolved(schema, pointer, frozenset(components), nullable)
            schema, pointer, has_null = union
            nullable = nullable or has_null

    def alternatives(self, schema: Any, pointer: str = "") -> Alternatives:
        """The alternatives with every reference followed; each remembers the component named first."""
        return self._alternatives(schema, pointer, frozenset())

    def _alternatives(self, schema: Any, pointer: str, above: frozenset[str]) -> Alternatives:
        written = alternatives(schema, pointer)
        found: list[Alternative] = []
        nullable = written.nullable
        for part in written.parts:
            only = as_list(part.schema.get("allOf"))
            if "$ref" in part.schema:
                inner, at = self.document.follow(part.schema, part.pointer)
            elif len(only) == 1 and "properties" not in part.schema:  # another way to write a reference
                inner, at = only[0], f"{part.pointer}/allOf/0"
            else:
                found.append(part)
                continue
            if at in above:
                raise self._circle(part.pointer, part.component or at)
            below = self._alternatives(inner, at, above | {at})
            nullable = nullable or below.nullable
            found.extend(
                Alternative(one.schema, one.pointer, part.component or one.component) for one in below.parts
            )
        return Alternatives(tuple(found), nullable)

    def properties(self, schema: Any, pointer: str = "") -> dict[str, Property]:
        """The properties of an object by name, with every part of `allOf` flattened in.

        The object's own properties win over those of its parts, later parts win over earlier ones.
        """
        parts = list(self.flatten(schema, pointer))
        required = _required(parts)
        return {
            name: Property(value, pointers.child(at, "properties", name), name in required)
            for part, at in parts
            for name, value in as_mapping(part.get("properties")).items()
        }

    def required(self, schema: Any, pointer: str = "") -> frozenset[str]:
        """The names that an object or one of its parts lists as required, declared as properties or not."""
        return _required(self.flatten(schema, pointer))

    def required_entry(self, schema: Any, pointer: str, name: str) -> str:
        """The pointer of the entry of `required` that names a property, or of the list that could."""
        for part, at in self.flatten(schema, pointer):
            names = as_list(part.get("required"))
            if name in names:
                return f"{at}/required/{names.index(name)}"
        return f"{pointer}/required"

    def flatten(self, schema: Any, pointer: str = "") -> Iterator[tuple[Mapping[str, Any], str]]:
        """The parts of `allOf`, at any depth and behind their references, and then the schema itself."""
        yield from self._flatten(as_mapping(schema), pointer, frozenset({pointer}))

    def _flatten(
        self, schema: Mapping[str, Any], pointer: str, above: frozenset[str]
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        for index, part in enumerate(as_list(schema.get("allOf"))):
            found = self.resolve(part, f"{pointer}/allOf/{index}")
            if found.pointer not in above:
                yield from self._flatten(as_mapping(found.schema), found.pointer, above | {found.pointer})
            elif self._strict:
                name = pointers.split(found.pointer)[-1]
                raise self.document.error(pointer, f'"{name}" contains itself by allOf.', "Break the circle.")
        yield schema, pointer

    def _circle(self, pointer: str, reference: str) -> SpecError:
        return self.document.error(
            pointer, f'The reference "{reference}" leads back to itself.', "Break the circle."
        )


def _union_with_null(schema: Any, pointer: str) -> tuple[Any, str, bool] | None:
    """The only alternative besides null, its pointer, and whether null is there; otherwise None."""
    for key in ("anyOf", "oneOf"):
        parts = as_list(as_mapping(schema).get(key))
        others = [(part, f"{pointer}/{key}/{index}") for index, part in enumerate(parts) if part != _NULL]
        if len(others) == 1:
            return *others[0], len(parts) > 1
    return None


def _is_demand(parts: list[Any]) -> bool:
    """Whether `anyOf` only says which properties must come together, and is not a union of types."""
    return all(isinstance(one, dict) and set(one) <= {"required"} for one in parts)


def _required(parts: Iterable[tuple[Mapping[str, Any], str]]) -> frozenset[str]:
    return frozenset(name for part, _ in parts for name in as_list(part.get("required")))
