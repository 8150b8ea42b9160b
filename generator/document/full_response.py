"""What a full response holds: which schemas responses and webhooks contain, and which keys are always there.

A full response is one without `fields=`, or the body of a webhook. `x-sent` on a property says how sure we
are that its key is there. It is not JSON Schema's `required`: with `fields=` any key can be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from generator.document import pointer as pointers
from generator.document.document import METHODS, Document
from generator.document.schema_walk import Property, SchemaWalk, as_mapping, subschemas

KEY = "x-sent"

Sent = Literal["observed", "documented", "inferred", "sometimes"]
"""How sure it is that a full response holds a key.

`observed`: it is in every recorded one. `documented`: the documentation says so, or its examples show it.
`inferred`: believed, so the type of the value allows null. `sometimes`: a full response may leave it out.
"""
SENT: tuple[Sent, ...] = get_args(Sent)


def sent(declared: Property) -> Sent:
    """What a full response says about a property.

    Without `x-sent` a required property is `documented`, because the schema already says that it is always
    there; any other is `inferred`. A property that only requests have gets a value too; it means nothing.
    """
    value = as_mapping(declared.schema).get(KEY)
    if value in SENT:
        return cast(Sent, value)
    return "documented" if declared.required else "inferred"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What can occur below some bodies."""

    components: frozenset[str]
    """Names in `components/schemas`."""
    properties: frozenset[str]
    """The pointers of all properties, those of components and those of schemas without a name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Directions:
    """What is read and what is sent; a schema can be in both."""

    read: Reached
    """Below the bodies of responses (errors too) and of webhooks."""
    requested: Reached
    """Below the bodies and parameters of requests."""


def directions(document: Document) -> Directions:
    """Which schemas of a document responses and webhooks contain, and which ones requests do.

    Raises `SpecError` for a reference that leads nowhere or in a circle.
    """
    read, requested = _Collector(document), _Collector(document)
    for path, item in as_mapping(document.raw.get("paths")).items():
        for operation, pointer in _operations(item, pointers.child("", "paths", path)):
            for status, response in as_mapping(operation.get("responses")).items():
                read.add_content(response, pointers.child(pointer, "responses", status))
            requested.add_content(operation.get("requestBody"), f"{pointer}/requestBody")
            for owner, at in ((item, pointer.rpartition("/")[0]), (operation, pointer)):
                for index, parameter in enumerate(as_mapping(owner).get("parameters") or ()):
                    requested.add_parameter(parameter, f"{at}/parameters/{index}")
    for name, item in as_mapping(document.raw.get("webhooks")).items():
        for operation, pointer in _operations(item, pointers.child("", "webhooks", name)):
            read.add_content(operation.get("requestBody"), f"{pointer}/requestBody")
    return Directions(read=read.reached(), requested=requested.reached())


def _operations(item: Any, pointer: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for method, operation in as_mapping(item).items():
        if method in METHODS:
            yield as_mapping(operation), f"{pointer}/{method}"


class _Collector:
    def __init__(self, document: Document) -> None:
        self._walk = SchemaWalk(document)
        self._components: set[str] = set()
        self._properties: set[str] = set()
        self._visited: set[str] = set()

    def reached(self) -> Reached:
        return Reached(components=frozenset(self._components), properties=frozenset(self._properties))

    def add_content(self, holder: Any, pointer: str) -> None:
        """The schemas of a body or response, of any media type."""
        holder, pointer = self._walk.document.follow(holder, pointer)
        for media_type, media in as_mapping(as_mapping(holder).get("content")).items():
            if "schema" in as_mapping(media):
                self._add(media["schema"], pointers.child(pointer, "content", media_type, "schema"))

    def add_parameter(self, parameter: Any, pointer: str) -> None:
        """The schema of a parameter."""
        parameter, pointer = self._walk.document.follow(parameter, pointer)
        if "schema" in as_mapping(parameter):
            self._add(parameter["schema"], f"{pointer}/schema")

    def _add(self, schema: Any, pointer: str) -> None:
        found = self._walk.resolve(schema, pointer)
        self._components |= found.components
        if found.pointer in self._visited:
            return
        self._visited.add(found.pointer)
        for part, at in self._walk.flatten(found.schema, found.pointer):
            for name, declared in as_mapping(part.get("properties")).items():
                below = pointers.child(at, "properties", name)
                self._properties.add(below)
                self._add(declared, below)
        for part, at in subschemas(found.schema, found.pointer):
            self._add(part, at)
