"""Questions about the schemas of a document that several stages ask: what kind a component is, what it holds.

Answers come from the raw document. Nothing is rewritten here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.document import pointer as pointers
from generator.document.document import Document

PREFIX = "#/components/schemas/"
Kind = Literal["model", "enum", "inline"]


@dataclass(frozen=True, slots=True)
class Value:
    """A known value of an enum, and what it means."""

    value: str | int
    meaning: str


def is_enum(schema: Mapping[str, Any]) -> bool:
    """Whether a schema lists values: closed by `enum`, or open by `x-open-enum`."""
    return "x-open-enum" in schema or "enum" in schema


def types(schema: Mapping[str, Any]) -> list[str]:
    """The types of a schema as a list, whichever way they are written."""
    stated = schema.get("type", [])
    return [stated] if isinstance(stated, str) else list(stated)


def values(schema: Mapping[str, Any]) -> tuple[Value, ...]:
    """The known values of an enum schema without null, in the order of the document."""
    if "x-open-enum" in schema:
        whole = "integer" in types(schema) or "number" in types(schema)
        return tuple(
            Value(int(key) if whole else key, str(meaning or ""))
            for key, meaning in schema["x-open-enum"].items()
        )
    meanings = schema.get("x-enum-meanings", {})
    return tuple(
        Value(one, str(meanings.get(str(one)) or "")) for one in schema.get("enum", ()) if one is not None
    )


def allows_null(schema: Mapping[str, Any]) -> bool:
    """Whether an enum or an object also takes null."""
    return "null" in types(schema) or None in schema.get("enum", ())


class Schemas:
    """The named schemas of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.named: Mapping[str, Any] = (document.raw.get("components") or {}).get("schemas") or {}

    def pointer(self, name: str) -> str:
        """The JSON Pointer of a component."""
        return pointers.child("", "components", "schemas", name)

    def target(self, reference: str, pointer: str) -> str:
        """The component at the end of a reference, behind components that are only a reference themselves."""
        seen: list[str] = []
        while True:
            name = reference.removeprefix(PREFIX)
            if not reference.startswith(PREFIX) or name not in self.named:
                raise self._document.error(
                    pointer,
                    f'The reference "{reference}" names no schema.',
                    "Refer to a schema in components/schemas.",
                )
            if name in seen:
                raise self._document.error(
                    pointer, f'The reference "{reference}" leads back to itself.', "Break the circle."
                )
            seen.append(name)
            schema = self.named[name]
            if not isinstance(schema, dict) or "$ref" not in schema:
                return name
            reference = schema["$ref"]

    def kind(self, name: str) -> Kind:
        """`model` and `enum` become classes; `inline` is written out wherever it is used."""
        schema = self.named[name]
        if not isinstance(schema, dict) or "$ref" in schema:
            return "inline"
        if is_enum(schema):
            return "enum"
        return "model" if self.properties(schema, self.pointer(name))[0] else "inline"

    def models(self) -> list[str]:
        """The components that become classes with fields, in document order."""
        return [name for name in self.named if self.kind(name) == "model"]

    def enums(self) -> list[str]:
        """The components that become enums, in document order."""
        return [name for name in self.named if self.kind(name) == "enum"]

    def properties(
        self, schema: Mapping[str, Any], pointer: str, seen: frozenset[str] = frozenset()
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """The properties of an object and the names of the required ones, with every `allOf` flattened in.

        The object's own properties win over those of its parts, later parts over earlier ones.
        """
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in schema.get("allOf", ()):
            if "$ref" in part:
                name = self.target(part["$ref"], pointer)
                if name in seen:
                    raise self._document.error(
                        pointer, f'"{name}" contains itself by allOf.', "Break the circle."
                    )
                found = self.properties(self.named[name], self.pointer(name), seen | {name})
            else:
                found = self.properties(part, pointer, seen)
            properties |= found[0]
            required |= found[1]
        properties |= schema.get("properties") or {}
        required |= set(schema.get("required") or ())
        return properties, frozenset(required)

    def description(self, schema: Any) -> Any:
        """What a schema says about itself, or else the schema that it refers to."""
        if not isinstance(schema, dict):
            return None
        return schema.get("description") or self._document.follow(schema)[0].get("description")

    def is_secret(self, schema: Any, pointer: str) -> bool:
        """Whether a value is a text with `format: password`, or a list or map of such texts."""
        if not isinstance(schema, dict):
            return False
        if "$ref" in schema:
            name = self.target(schema["$ref"], pointer)
            return self.kind(name) == "inline" and self.is_secret(self.named[name], self.pointer(name))
        inner = (schema.get("items"), schema.get("additionalProperties"))
        parts = (part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, ()))
        return schema.get("format") == "password" or any(
            self.is_secret(one, pointer) for one in (*inner, *parts)
        )

    def models_below(self, schema: Any, pointer: str) -> set[str]:
        """The objects with a name that can stand inside a value of `schema`, at any depth."""
        found: set[str] = set()
        self._collect(schema, pointer, found)
        return found

    def _collect(self, schema: Any, pointer: str, found: set[str]) -> None:
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            name = self.target(schema["$ref"], pointer)
            if name not in found and self.kind(name) == "model":
                found.add(name)
                for key, value in self.properties(self.named[name], self.pointer(name))[0].items():
                    self._collect(value, f"{self.pointer(name)}/properties/{key}", found)
            elif self.kind(name) == "inline":
                self._collect(self.named[name], self.pointer(name), found)
            return
        for key in ("items", "additionalProperties"):
            self._collect(schema.get(key), f"{pointer}/{key}", found)
        for key in ("allOf", "anyOf", "oneOf"):
            for at, part in enumerate(schema.get(key, ())):
                self._collect(part, f"{pointer}/{key}/{at}", found)
