"""What becomes of the schemas of a document: which are models, which are enums, and what an enum holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from generator.document.contents import choices
from generator.document.schema_walk import SchemaWalk, subschemas, types
from generator.errors import SpecError

Kind = Literal["model", "enum", "inline"]


@dataclass(frozen=True, slots=True)
class Value:
    """A known value of an enum, and what it means."""

    value: str | int
    meaning: str
    level: str | None = None
    """How high it ranks, in words, where the values of the enum rank."""


def is_enum(schema: Mapping[str, Any]) -> bool:
    """Whether a schema lists values: closed by `enum`, or open by `x-open-enum`."""
    return "x-open-enum" in schema or "enum" in schema


def enum_values(schema: Mapping[str, Any]) -> tuple[Value, ...]:
    """The known values of an enum schema without null, in the order of the document."""
    levels = schema.get("x-enum-levels", {})
    if "x-open-enum" in schema:
        whole = "integer" in types(schema) or "number" in types(schema)
        return tuple(
            Value(int(key) if whole else key, str(meaning or ""), levels.get(key))
            for key, meaning in schema["x-open-enum"].items()
        )
    meanings = schema.get("x-enum-meanings", {})
    return tuple(
        Value(one, str(meanings.get(str(one)) or ""), levels.get(str(one)))
        for one in schema.get("enum", ())
        if one is not None
    )


def allows_null(schema: Mapping[str, Any]) -> bool:
    """Whether an enum or an object also takes null."""
    return "null" in types(schema) or None in schema.get("enum", ())


class Schemas(SchemaWalk):
    """The named schemas of one document, and the classes that they become."""

    def kind(self, name: str) -> Kind:
        """`model` and `enum` become classes; `inline` is written out wherever it is used."""
        schema = self.named[name]
        if not isinstance(schema, dict) or "$ref" in schema:
            return "inline"
        if is_enum(schema):
            return "enum"
        return "model" if self.properties(schema, self.pointer(name)) else "inline"

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """For each model that is one of several: the property that tells it, and its values that mean it.

        Raises `SpecError` for a model that two unions tell in different ways.
        """
        found: dict[str, tuple[str, tuple[str, ...]]] = {}
        for one in choices(self, self.document.raw):
            for name, values in one.variants.items():
                if found.setdefault(name, (one.property, values)) != (one.property, values):
                    raise self.document.error(
                        self.pointer(name),
                        f'Two discriminators tell "{name}" by different properties or values.',
                        "Use the same property and mapping in both.",
                    )
        return found

    def are_distinguishable(self, names: Iterable[str]) -> bool:
        """Whether a discriminator distinguishes all these types: then all of them are models."""
        tags = [self.tags.get(name) for name in names]
        values = [value for tag in tags if tag is not None for value in tag[1]]
        return (
            None not in tags
            and len({tag[0] for tag in tags if tag is not None}) == 1
            and len({*values}) == len(values)
        )

    def models(self) -> list[str]:
        """The components that become classes with fields, in document order."""
        return [name for name in self.named if self.kind(name) == "model"]

    def enums(self) -> list[str]:
        """The components that become enums, in document order."""
        return [name for name in self.named if self.kind(name) == "enum"]

    def description(self, schema: Any) -> Any:
        """The description of a schema, or else that of the schema it refers to."""
        if not isinstance(schema, dict):
            return None
        return schema.get("description") or self.document.follow(schema)[0].get("description")

    def nested_enum_error(self, pointer: str) -> SpecError:
        """The mistake of an enum without a name of its own, to be raised by the caller."""
        return self.document.error(
            pointer,
            "An enum is inside of another schema.",
            "Move it to components/schemas and refer to it.",
        )

    def is_secret(self, schema: Any, pointer: str) -> bool:
        """Whether a value is a string with `format: password`, or a list or map of such strings."""
        if not isinstance(schema, dict):
            return False
        if "$ref" in schema:
            name = self.component(schema["$ref"], pointer)
            return self.kind(name) == "inline" and self.is_secret(self.named[name], self.pointer(name))
        return schema.get("format") == "password" or any(
            self.is_secret(part, at) for part, at in subschemas(schema, pointer)
        )

    def models_below(self, schema: Any, pointer: str) -> set[str]:
        """The names of the models that can occur inside a value of `schema`, at any depth."""
        found: set[str] = set()
        self._collect_models(schema, pointer, found)
        return found

    def _collect_models(self, schema: Any, pointer: str, found: set[str]) -> None:
        """Add the models below `schema` to `found`; a model that is in it already was visited."""
        if not isinstance(schema, dict):
            return
        if "$ref" not in schema:
            for part, at in subschemas(schema, pointer):
                self._collect_models(part, at, found)
            return
        name = self.component(schema["$ref"], pointer)
        if self.kind(name) == "inline":
            self._collect_models(self.named[name], self.pointer(name), found)
        elif self.kind(name) == "model" and name not in found:
            found.add(name)
            for one in self.properties(self.named[name], self.pointer(name)).values():
                self._collect_models(one.schema, one.pointer, found)
