"""A walk over every object of an OpenAPI document, each with its kind and its pointer.

The grammar is a table: for each kind, which keys lead to which kind, as one value, a list or a map. Rules ask
for nodes by kind instead of knowing where schemas or headers can hide. Keys that the grammar does not name
are not followed, so examples, defaults and extensions never look like parts of the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.document import pointer as pointers
from generator.document.document import METHODS

Form = Literal["one", "list", "map"]

_SCHEMA_KEYS: dict[str, tuple[str, Form]] = {
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), ("schema", "map")),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("schema", "list")),
    **dict.fromkeys(
        (
            "items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else",
            "unevaluatedItems", "unevaluatedProperties", "contentSchema",
        ),
        ("schema", "one"),
    ),
    "discriminator": ("discriminator", "one"),
    "externalDocs": ("external-docs", "one"),
    "xml": ("xml", "one"),
}  # fmt: skip

GRAMMAR: Mapping[str, Mapping[str, tuple[str, Form]]] = {
    "document": {
        "info": ("info", "one"),
        "servers": ("server", "list"),
        "paths": ("paths", "one"),
        "webhooks": ("path-item", "map"),
        "components": ("components", "one"),
        "tags": ("tag", "list"),
        "externalDocs": ("external-docs", "one"),
    },
    "info": {"contact": ("contact", "one"), "license": ("license", "one")},
    "server": {"variables": ("server-variable", "map")},
    "tag": {"externalDocs": ("external-docs", "one")},
    "path-item": {
        **dict.fromkeys(METHODS, ("operation", "one")),
        "parameters": ("parameter", "list"),
        "servers": ("server", "list"),
    },
    "operation": {
        "parameters": ("parameter", "list"),
        "requestBody": ("request-body", "one"),
        "responses": ("responses", "one"),
        "callbacks": ("callback", "map"),
        "servers": ("server", "list"),
        "externalDocs": ("external-docs", "one"),
    },
    "parameter": {
        "schema": ("schema", "one"),
        "examples": ("example", "map"),
        "content": ("media-type", "map"),
    },
    "request-body": {"content": ("media-type", "map")},
    "media-type": {
        "schema": ("schema", "one"),
        "examples": ("example", "map"),
        "encoding": ("encoding", "map"),
    },
    "encoding": {"headers": ("header", "map")},
    "response": {
        "headers": ("header", "map"),
        "content": ("media-type", "map"),
        "links": ("link", "map"),
    },
    "header": {"schema": ("schema", "one"), "examples": ("example", "map"), "content": ("media-type", "map")},
    "link": {"server": ("server", "one")},
    "schema": _SCHEMA_KEYS,
    "components": {
        "schemas": ("schema", "map"),
        "responses": ("response", "map"),
        "parameters": ("parameter", "map"),
        "examples": ("example", "map"),
        "requestBodies": ("request-body", "map"),
        "headers": ("header", "map"),
        "securitySchemes": ("security-scheme", "map"),
        "links": ("link", "map"),
        "callbacks": ("callback", "map"),
        "pathItems": ("path-item", "map"),
    },
    "security-scheme": {"flows": ("oauth-flows", "one")},
    "oauth-flows": dict.fromkeys(
        ("implicit", "password", "clientCredentials", "authorizationCode"), ("oauth-flow", "one")
    ),
}
# Kinds whose own keys are names: every key but an extension leads to the kind given here.
_NAMED: Mapping[str, str] = {"paths": "path-item", "responses": "response", "callback": "path-item"}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One object of the document."""

    kind: str
    value: Any
    """A dict nearly always; `true` or `false` where a schema may be boolean."""
    pointer: str
    field: str
    """The key of the parent that led here: `properties`, `schema`, `parameters`."""
    name: str
    """The name in a map (property, component, status, media type), else empty."""
    parent: Node | None

    @property
    def is_component(self) -> bool:
        return self.parent is not None and self.parent.kind == "components"

    @property
    def in_webhooks(self) -> bool:
        return self.pointer.startswith("/webhooks/")

    @property
    def is_reference(self) -> bool:
        return isinstance(self.value, dict) and isinstance(self.value.get("$ref"), str)


def walk(document: Mapping[str, Any]) -> Iterator[Node]:
    """Every object of the document, parents first."""
    pending = [Node("document", document, "", "", "", None)]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(list(_children(node))))


def _children(node: Node) -> Iterator[Node]:
    value = node.value
    if not isinstance(value, dict) or (node.is_reference and node.kind != "schema"):
        return
    kind_below = _NAMED.get(node.kind)
    if kind_below is not None:
        for name, child in value.items():
            if not name.startswith("x-"):
                yield Node(kind_below, child, pointers.child(node.pointer, name), node.field, name, node)
        return
    for field, (kind, form) in GRAMMAR.get(node.kind, {}).items():
        if field not in value:
            continue
        child = value[field]
        pointer = pointers.child(node.pointer, field)
        if form == "one":
            yield Node(kind, child, pointer, field, "", node)
        elif form == "list" and isinstance(child, list):
            for index, item in enumerate(child):
                yield Node(kind, item, f"{pointer}/{index}", field, "", node)
        elif form == "map" and isinstance(child, dict):
            for name, item in child.items():
                yield Node(kind, item, pointers.child(pointer, name), field, name, node)
