"""What of an operation is deprecated: itself, its parameters, the fields of its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aftership_tracking.mock.documents.pointers import resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode

OPERATION = "operation"


def read_deprecated(
    document: Mapping[str, Any],
    definition: Mapping[str, Any],
    parameters: Iterable[str],
    body: SchemaNode | None,
) -> dict[str, str]:
    """Return the words for each deprecated thing, by its name: `operation`, `query NAME` or `body NAME`.

    `parameters`: the pointers of all parameters. `body`: the object that has the fields.
    """
    found = {OPERATION: definition}
    for pointer in parameters:
        at, parameter = resolve(document, pointer)
        schema = SchemaNode(document, f"{at}/schema")
        name = f"{parameter['in']} {parameter['name']}"
        found[name] = parameter if parameter.get("deprecated") else _values(schema)
    if body is not None:
        found |= {f"body {name}": _values(node) for name, node in body.properties.items()}
    return {name: _describe(one) for name, one in found.items() if one.get("deprecated")}


def _values(node: SchemaNode) -> Mapping[str, Any]:
    return {key: node.get(key) for key in ("deprecated", "x-deprecated")}


def describe_deprecation(node: SchemaNode) -> str:
    """Return the words for a schema that its document calls deprecated."""
    return _describe(_values(node))


def _describe(definition: Mapping[str, Any]) -> str:
    details = definition.get("x-deprecated") or {}
    since = f" since {details['since']}" if "since" in details else ""
    until = f", to be removed in {details['removed-in']}" if "removed-in" in details else ""
    instead = f", use {details['instead']}" if "instead" in details else ""
    return f"deprecated{since}{until}{instead}"
