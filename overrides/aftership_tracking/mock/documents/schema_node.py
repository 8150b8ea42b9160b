"""A schema in a document as a node to walk from: its types, branches, items and properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.documents.choices import read_choice
from aftership_tracking.mock.documents.pointers import join, look_up, resolve


class SchemaNode:
    """The schema at a pointer. Whoever walks over schemas in the mock walks over these nodes.

    What the parts of `allOf` declare counts as declared by the schema itself.

    Attributes:
        beside: the schema as it is written at the pointer; keys beside a `$ref` are found only here.
        pointer: where the schema is, behind all references.
        schema: the schema there.
    """

    __slots__ = ("_document", "beside", "pointer", "schema")

    def __init__(self, document: Mapping[str, Any], pointer: str) -> None:
        self._document = document
        self.beside: Mapping[str, Any] = look_up(document, pointer)
        self.pointer, self.schema = resolve(document, pointer)

    def get(self, keyword: str, default: Any = None) -> Any:
        """Return the value of a keyword: the one beside the reference, or the one behind it."""
        for holder in (self.beside, self.schema):
            if keyword in holder:
                return holder[keyword]
        return next((part.get(keyword) for part in self.parts if part.get(keyword) is not None), default)

    @property
    def parts(self) -> tuple[SchemaNode, ...]:
        """The schemas of `allOf`."""
        return tuple(self._below("allOf", index) for index in range(len(self.schema.get("allOf", ()))))

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types that the schema names, in its order."""
        types = self.schema.get("type", ())
        if not types:
            return next((part.types for part in self.parts if part.types), ())
        return (types,) if isinstance(types, str) else tuple(types)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The JSON types of the schema and of its branches, without null."""
        found = [kind for kind in self.types if kind != "null"]
        if not self.types and (self.schema.get("properties") or self.parts):
            found.append("object")
        for branch in self.branches:
            found += [kind for kind in branch.kinds if kind not in found]
        return tuple(found)

    @property
    def branches(self) -> tuple[SchemaNode, ...]:
        """The schemas of `anyOf`, then those of `oneOf`."""
        own = tuple(
            self._below(group, index)
            for group in ("anyOf", "oneOf")
            for index in range(len(self.schema.get(group, ())))
        )
        return own or next((part.branches for part in self.parts if part.branches), ())

    @property
    def choice(self) -> tuple[str, dict[str, SchemaNode]] | None:
        """The property that a discriminator names, and the branches by the values of it."""
        found = read_choice(self.schema)
        if found is None:
            return next((part.choice for part in self.parts if part.choice), None)
        return found.property, {tag: self._below(*at) for at, tags in found.tags.items() for tag in tags}

    @property
    def items(self) -> SchemaNode | None:
        """The schema of a list's items."""
        if isinstance(self.schema.get("items"), dict):
            return self._below("items")
        return next((part.items for part in self.parts if part.items), None)

    @property
    def properties(self) -> dict[str, SchemaNode]:
        """The schemas of an object's properties, by name."""
        found = {name: node for part in self.parts for name, node in part.properties.items()}
        return found | {name: self._below("properties", name) for name in self.schema.get("properties", ())}

    @property
    def required(self) -> frozenset[str]:
        """The names of the properties that an object must have."""
        return frozenset(self.schema.get("required", ())).union(*(part.required for part in self.parts))

    @property
    def takes_further(self) -> bool:
        """Whether the schema says that an object may have keys beside its properties."""
        own = self.schema.get("additionalProperties", False) is not False
        return own or any(part.takes_further for part in self.parts)

    @property
    def further(self) -> SchemaNode | None:
        """The schema of the values of such keys, if there is one."""
        if isinstance(self.schema.get("additionalProperties"), dict):
            return self._below("additionalProperties")
        return next((part.further for part in self.parts if part.further), None)

    @property
    def can_be_null(self) -> bool:
        return "null" in self.types or any(branch.can_be_null for branch in self.branches)

    @property
    def is_sent(self) -> bool:
        """Whether a full response has the key of this property, as far as the document knows."""
        return self.beside.get("x-sent") != "sometimes"

    def at(self, path: tuple[str, ...]) -> SchemaNode | None:
        """The schema of what lies below, by names of properties; None if the document does not say."""
        node: SchemaNode | None = self
        for name in path:
            node = None if node is None else node.properties.get(name)
        return node

    def object_for(self, value: Mapping[str, Any]) -> SchemaNode:
        """The branch that an object is: the one that its discriminator names, or else the only object."""
        if self.choice is not None:
            name, by_tag = self.choice
            tag = value.get(name)
            return by_tag.get(tag, self) if isinstance(tag, str) else self
        objects = [branch for branch in self.branches if branch.properties or branch.takes_further]
        return objects[0] if len(objects) == 1 and not self.properties else self

    def can_hold(self, name: str) -> str | None:
        """The pointer of the schema of a key's value; None if an object of this schema has no such key."""
        found = self.properties.get(name, self.further)
        return None if found is None else found.pointer

    def _below(self, *parts: str | int) -> SchemaNode:
        return SchemaNode(self._document, join(self.pointer, *parts))
