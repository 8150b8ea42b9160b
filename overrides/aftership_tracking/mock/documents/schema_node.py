"""A schema in a document as a node to walk from: its types, branches, items and properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.documents.pointers import join, look_up, resolve


class SchemaNode:
    """The schema at a pointer. Whoever walks over schemas in the mock walks over these nodes.

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
        return self.beside.get(keyword, self.schema.get(keyword, default))

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types that the schema names, in its order."""
        types = self.schema.get("type", ())
        return (types,) if isinstance(types, str) else tuple(types)

    @property
    def branches(self) -> tuple[SchemaNode, ...]:
        """The schemas of `anyOf`, then those of `oneOf`."""
        return tuple(
            self._below(group, index)
            for group in ("anyOf", "oneOf")
            for index in range(len(self.schema.get(group, ())))
        )

    @property
    def items(self) -> SchemaNode | None:
        """The schema of a list's items."""
        return self._below("items") if "items" in self.schema else None

    @property
    def properties(self) -> dict[str, SchemaNode]:
        """The schemas of an object's properties, by name."""
        return {name: self._below("properties", name) for name in self.schema.get("properties", ())}

    @property
    def can_be_null(self) -> bool:
        return "null" in self.types or any(branch.can_be_null for branch in self.branches)

    @property
    def is_sent(self) -> bool:
        """Whether a full response has the key of this property, as far as the document knows."""
        return self.beside.get("x-sent") != "sometimes"

    def _below(self, *parts: str | int) -> SchemaNode:
        return SchemaNode(self._document, join(self.pointer, *parts))
