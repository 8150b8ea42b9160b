"""What a schema accepts, without how it is written: two schemas of one shape are the same to a caller.

References, `allOf`, unions with null, `nullable`, names of components, titles, texts and orders disappear.
Shapes of several documents come from one `ShapeReader`, so that they can be compared: equal shapes have equal
ids. A shape can contain itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.document.document import Document
from generator.propose.reading.conjunction import Conjunction, Memo, conjoin

_MOST_ROUNDS = 100
"""Schemas that differ only deeper than this count as equal. Ours are a tenth as deep."""
_SCALARS = frozenset({"string", "number", "integer", "boolean"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A shape where it is used."""

    shape: str
    """The id of the shape."""
    nullable: bool = False
    required: bool = False
    deprecated: bool = False
    default: str | None = None
    """The default as JSON text."""
    text: str = field(default="", compare=False)
    """What the document says of it. Texts make no other shape; they are evidence for a rename."""

    @property
    def value(self) -> tuple[str, bool, bool, str | None]:
        """All that is said of the value itself."""
        return self.shape, self.nullable, self.deprecated, self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one schema accepts, null apart."""

    id: str
    kinds: tuple[str, ...]
    """The JSON types, sorted; none if it accepts everything."""
    enum: tuple[Any, ...] | None
    """The known values, sorted; None if there is no list of them. Open and closed lists are the same."""
    format: str
    constraints: Mapping[str, Any]
    properties: Mapping[str, Use]
    items: Use | None
    values: Use | None
    """The values of a map."""
    alternatives: tuple[Use, ...]

    @property
    def is_object(self) -> bool:
        """Whether it has properties of its own."""
        return bool(self.properties) or (self.kinds == ("object",) and self.values is None)

    @property
    def is_scalar(self) -> bool:
        """Whether it accepts plain values only."""
        return bool(self.kinds) and set(self.kinds) <= _SCALARS and not self.alternatives


@dataclass(slots=True, eq=False)
class _Node:
    local: Conjunction
    label: tuple[Any, ...] = ()
    edges: list[tuple[str, _Edge]] = field(default_factory=list)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class _Edge:
    node: _Node
    nullable: bool
    required: bool
    deprecated: bool
    default: str | None
    text: str

    def key(self) -> tuple[Any, ...]:
        return self.node.digest, self.nullable, self.required, self.deprecated, str(self.default)


class ShapeReader:
    """Reads the shapes of the schemas of several documents. Read all of them, then call `settle`."""

    def __init__(self) -> None:
        self._nodes: dict[frozenset[int], _Node] = {}
        self._order: list[_Node] = []
        self._uses: dict[int, _Edge] = {}
        self._pending: list[tuple[Document, _Node]] = []
        self._alive: list[Any] = []
        self._memo: Memo = {}
        self._shapes: dict[str, Shape] = {}

    def read(self, document: Document, schema: Any) -> None:
        """Read a schema and all that is below it. Raises `SpecError` for a reference that leads nowhere."""
        if id(schema) not in self._uses:
            self._edge(document, (schema,))
        while self._pending:
            self._fill(*self._pending.pop())

    def settle(self) -> None:
        """Give equal shapes equal ids: by their labels, then by what is below them, until nothing changes."""
        for node in self._order:
            node.digest = _digest(node.label)
        count = 0
        for _ in range(_MOST_ROUNDS):
            distinct = len({node.digest for node in self._order})
            if distinct == count:
                break
            count = distinct
            digests = [
                _digest((node.label, sorted((name, edge.key()) for name, edge in node.edges)))
                for node in self._order
            ]
            for node, digest in zip(self._order, digests, strict=True):
                node.digest = digest
        texts: dict[tuple[str, str], set[str]] = {}
        for node in self._order:
            for name, edge in node.edges:
                texts.setdefault((node.digest, name), set()).add(edge.text)
        for node in self._order:
            if node.digest not in self._shapes:
                self._shapes[node.digest] = _shape(node, texts)

    def use(self, schema: Any) -> Use:
        """The shape of a schema that was read, or of one below it."""
        return _use(self._uses[id(schema)])

    def shape(self, use: Use | str) -> Shape:
        """The shape behind a use, or behind an id."""
        return self._shapes[use if isinstance(use, str) else use.shape]

    def _edge(self, document: Document, schemas: Sequence[Any], *, required: bool = False) -> _Edge:
        local = conjoin(document, schemas, self._memo)
        key = frozenset(id(part) for part in local.parts)
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node(local)
            self._order.append(node)
            self._pending.append((document, node))
        edge = _Edge(node, local.nullable, required, local.deprecated, local.default, local.text)
        if len(schemas) == 1:
            self._uses[id(schemas[0])] = edge
            self._alive.append(schemas[0])
        return edge

    def _fill(self, document: Document, node: _Node) -> None:
        local = node.local
        for name, schemas in local.properties.items():
            node.edges.append((f"/{name}", self._edge(document, schemas, required=name in local.required)))
        if local.items:
            node.edges.append(("[]", self._edge(document, local.items)))
        if local.values:
            node.edges.append(("{}", self._edge(document, local.values)))
        node.edges += [("|", self._edge(document, (one,))) for one in local.alternatives]
        undeclared = sorted(local.required - set(local.properties))
        node.label = (
            local.kinds, _text(local.enum), local.format, _text(local.constraints), undeclared,
        )  # fmt: skip


def _use(edge: _Edge, texts: Iterable[str] | None = None) -> Use:
    return Use(
        shape=edge.node.digest,
        nullable=edge.nullable,
        required=edge.required,
        deprecated=edge.deprecated,
        default=edge.default,
        text=" ".join(sorted({edge.text} if texts is None else texts)).strip(),
    )


def _shape(node: _Node, texts: Mapping[tuple[str, str], set[str]]) -> Shape:
    local = node.local
    uses = [(name, _use(edge, texts[node.digest, name])) for name, edge in node.edges]
    one = {name: use for name, use in uses if name in ("[]", "{}")}
    return Shape(
        id=node.digest,
        kinds=local.kinds,
        enum=local.enum,
        format=local.format,
        constraints=local.constraints,
        properties={name[1:]: use for name, use in sorted(uses, key=lambda one: one[0]) if name[:1] == "/"},
        items=one.get("[]"),
        values=one.get("{}"),
        alternatives=tuple(
            sorted((use for name, use in uses if name == "|"), key=lambda use: (use.shape, use.nullable))
        ),
    )


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=list)


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
