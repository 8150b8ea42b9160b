"""A document as rules like to see it: objects by kind, parameters of operations, schemas behind references.

Computed once for all rules. References are known to lead somewhere when the rules that use them run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.full_response import Directions, directions
from generator.document.schema_walk import SchemaWalk
from generator.lint.walk import Node, walk

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation, behind its reference."""

    name: str
    location: str
    """`path`, `query`, `header` or `cookie`."""
    raw: Mapping[str, Any]
    pointer: str


class View:
    """The document and what was found by walking over it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.raw = document.raw
        self.walk = SchemaWalk(document)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every object of the document."""
        return tuple(walk(self.raw))

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Node]]:
        kinds: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            kinds[node.kind].append(node)
        return kinds

    @cached_property
    def by_pointer(self) -> Mapping[str, Node]:
        return {node.pointer: node for node in self.nodes}

    def all(self, kind: str) -> list[Node]:
        """All objects of one kind that are written out; references to such objects are left out.

        Schemas are given with a `$ref` or without: siblings of a reference count there. Boolean schemas are
        not given.
        """
        found = self._by_kind.get(kind, [])
        if kind == "schema":
            return [node for node in found if isinstance(node.value, dict)]
        return [node for node in found if not node.is_reference]

    @cached_property
    def operations(self) -> list[Node]:
        """The operations of `paths`; those of webhooks and callbacks are calls to somebody else."""
        return [
            node for node in self.all("operation") if node.pointer.startswith("/paths/") and _method(node)
        ]

    @cached_property
    def properties(self) -> list[Node]:
        """All properties of all schemas, the name of each in `Node.name`."""
        return [node for node in self.all("schema") if node.field == "properties"]

    @cached_property
    def directions(self) -> Directions:
        """What responses and webhooks hold, and what requests hold."""
        return directions(self.document)

    def follow(self, value: Any, pointer: str) -> tuple[Any, str]:
        """The value behind its references, and where that stands."""
        return self.document.follow(value, pointer)

    def parameters(self, operation: Node) -> list[Parameter]:
        """All parameters of an operation, those of its path item included."""
        found: dict[tuple[str, str], Parameter] = {}
        owners = [operation] if operation.parent is None else [operation.parent, operation]
        for owner in owners:
            for index, declared in enumerate(owner.value.get("parameters", ())):
                raw, pointer = self.follow(declared, f"{owner.pointer}/parameters/{index}")
                found[raw["in"], raw["name"]] = Parameter(raw["name"], raw["in"], raw, pointer)
        return list(found.values())

    def responses(self, operation: Node) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        """Status, response and pointer of every response of an operation."""
        responses = operation.value.get("responses", {})
        for status, declared in responses.items():
            if not status.startswith("x-"):
                yield status, *self.follow(declared, pointers.child(operation.pointer, "responses", status))

    def success_schema(self, operation: Node) -> tuple[Any, str] | None:
        """The JSON schema of the one response for success, or None when there is none."""
        for status, response, pointer in self.responses(operation):
            if status.startswith("2"):
                return self.json_schema(response, pointer)
        return None

    def body_schema(self, operation: Node) -> tuple[Any, str] | None:
        """The JSON schema of the request body, or None when there is none."""
        if "requestBody" not in operation.value:
            return None
        body, pointer = self.follow(operation.value["requestBody"], f"{operation.pointer}/requestBody")
        return self.json_schema(body, pointer)

    def json_schema(self, holder: Mapping[str, Any], pointer: str) -> tuple[Any, str] | None:
        """The schema of the JSON content of a body, response or the like."""
        media = holder.get("content", {}).get(JSON)
        if media is None or "schema" not in media:
            return None
        return self.follow(media["schema"], pointers.child(pointer, "content", JSON, "schema"))

    def property(self, schema: Any, pointer: str, name: str) -> tuple[Any, str] | None:
        """The schema of a property, behind references, `allOf` and a union with null."""
        found = self.walk.properties(*self.non_null(schema, pointer)).get(name)
        return None if found is None else self.follow(found.schema, found.pointer)

    def property_names(self, schema: Any, pointer: str) -> set[str]:
        """The names of all properties of an object, those of its `allOf` parts included."""
        return set(self.walk.properties(*self.non_null(schema, pointer)))

    def required_names(self, schema: Any, pointer: str) -> set[str]:
        """The names of all required properties, those of its `allOf` parts included."""
        return set(self.walk.required(*self.non_null(schema, pointer)))

    def non_null(self, schema: Any, pointer: str) -> tuple[Any, str]:
        """The schema behind references and behind `anyOf: [schema, null]`."""
        found = self.walk.resolve(schema, pointer)
        return found.schema, found.pointer

    def at_path(self, schema: Any, pointer: str, path: str) -> tuple[Any, str] | None:
        """The schema at a dotted path of property names, or None when the path breaks off."""
        found: tuple[Any, str] | None = (schema, pointer)
        for name in path.split("."):
            if found is None:
                return None
            found = self.property(*found, name)
        return None if found is None else self.non_null(*found)


def _method(node: Node) -> bool:
    # Operations of callbacks lie below another operation.
    return node.parent is not None and node.parent.parent is not None and node.parent.parent.kind == "paths"
