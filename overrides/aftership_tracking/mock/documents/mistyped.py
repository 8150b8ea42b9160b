"""Leaves out of a value what has another JSON type than its schema names.

One walk over value and schema together, so the work is in line with the size of the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.documents.schema_node import SchemaNode

_MISTYPED = object()
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "object": dict,
    "array": list,
    "number": (int, float),
}


def without_mistyped(node: SchemaNode, value: Any) -> Any:
    """Return a value without the fields and items of the wrong JSON type.

    The value itself stays, whatever its type. Of a choice (`anyOf`, `oneOf`), the first branch of the right
    type counts. Only `type` counts; all other rules are left to the validator.
    """
    found = _cut(node, value)
    return value if found is _MISTYPED else found


def _cut(node: SchemaNode | None, value: Any) -> Any:
    if node is None:
        return value
    if not _has_type(node.types, value):
        return _MISTYPED
    if node.choice is not None:
        node = node.object_for(value) if isinstance(value, dict) else node
    elif node.branches:
        fitting = next((branch for branch in node.branches if _has_type(branch.types, value)), None)
        if fitting is None:
            return _MISTYPED
        value = _cut(fitting, value)
    if isinstance(value, dict):
        return _cut_object(node, value)
    if isinstance(value, list):
        items = node.items
        return [left for item in value if (left := _cut(items, item)) is not _MISTYPED]
    return value


def _cut_object(node: SchemaNode, value: dict[str, Any]) -> dict[str, Any]:
    # Computed once, not for each key: there may be thousands.
    properties, further = node.properties, node.further
    found = {}
    for name, item in value.items():
        left = _cut(properties.get(name, further), item)
        if left is not _MISTYPED:
            found[name] = left
    return found


def _has_type(types: tuple[str, ...], value: Any) -> bool:
    return not types or any(_is_of_type(name, value) for name in types)


def _is_of_type(name: str, value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return name == ("null" if value is None else "boolean")
    if name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, _KINDS.get(name, ()))
