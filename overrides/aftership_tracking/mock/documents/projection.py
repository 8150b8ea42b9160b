"""Gives a value the shape of a schema, so that each version shows its own fields and times, and all of them.

What the schema does not declare is cut; `additionalProperties` declare all other keys. In a full response, a
key that is always sent and that the mock knows nothing about is null where the schema allows null, else an
empty list or object. Other values are not invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aftership_tracking.mock.documents.checked import CheckedList, CheckedObject
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.time_formats import cut_to_day

Projector = Callable[[Any], Any]

# `x-time` of fields that have no time of day.
COMPACT = ["compact-date"]
DAYS = (["date"], COMPACT)
# What has a projector: objects, lists, and times.
_KINDS: Mapping[type, str] = {dict: "object", list: "array", str: "string"}


def build_projector(document: Mapping[str, Any], pointer: str, *, is_full: bool) -> Projector | None:
    """Build the function that gives values the shape of a schema; None when they stay as they are.

    Args:
        is_full: add the keys that a full response has. False for what `fields` selects.
    """
    return projector_of(SchemaNode(document, pointer), is_full=is_full)


def projector_of(node: SchemaNode, *, is_full: bool) -> Projector | None:
    """The same for a schema that is found already."""
    return _build(node, is_full, frozenset())


def empty_values(node: SchemaNode) -> dict[str, Any]:
    """Return the properties of a full object that can be empty, empty. Do not change them."""
    return _empty_values(node, frozenset())


def _empty_values(node: SchemaNode, seen: frozenset[str]) -> dict[str, Any]:
    if node.pointer in seen:
        return {}
    found: dict[str, Any] = {}
    for name, declared in node.properties.items():
        if not declared.is_sent:
            continue
        if declared.can_be_null:
            found[name] = None
        elif "array" in declared.types:
            found[name] = []
        elif "object" in declared.types:
            found[name] = _empty_values(declared, seen | {node.pointer})
    return found


def _build(node: SchemaNode, is_full: bool, seen: frozenset[str]) -> Projector | None:
    formats = node.get("x-time", ())
    if formats in DAYS:
        return _for_day(is_compact=formats == COMPACT)
    if node.pointer in seen:
        return None
    seen = seen | {node.pointer}
    if node.choice is not None:
        name, by_tag = node.choice
        return _for_choice(name, {tag: _build(branch, is_full, seen) for tag, branch in by_tag.items()})
    if node.branches and not node.properties:
        return _for_branches([(branch.kinds, _build(branch, is_full, seen)) for branch in node.branches])
    items = node.items
    if items is not None:
        item = _build(items, is_full, seen)
        return None if item is None else _for_items(item, items.pointer)
    further = None if node.further is None else _build(node.further, is_full, seen)
    properties = node.properties
    if not properties:
        return None if further is None else _for_map(further)
    projectors = {name: _build(inner, is_full, seen) for name, inner in properties.items()}
    nested = {name: inner for name, inner in projectors.items() if inner is not None}
    cut = _for_object(tuple(projectors), nested, empty_values(node) if is_full else {})
    if node.takes_further:
        cut = _with_further(cut, frozenset(projectors), further)
    return _unless_checked(cut, node.pointer)


def _for_choice(name: str, by_tag: Mapping[str, Projector | None]) -> Projector:
    def cut(value: Any) -> Any:
        tag = value.get(name) if isinstance(value, dict) else None
        inner = by_tag.get(tag) if isinstance(tag, str) else None
        return value if inner is None else inner(value)

    return cut


def _for_branches(branches: Sequence[tuple[tuple[str, ...], Projector | None]]) -> Projector | None:
    """Cut a value as the only branch of its kind does; where several could be meant, it stays as it is."""
    by_kind: dict[str, list[Projector | None]] = {}
    for kinds, inner in branches:
        for kind in kinds:
            by_kind.setdefault(kind, []).append(inner)
    only = {kind: found[0] for kind, found in by_kind.items() if len(found) == 1 and found[0] is not None}
    if not only:
        return None

    def cut(value: Any) -> Any:
        inner = only.get(_KINDS.get(type(value), ""))
        return value if inner is None else inner(value)

    return cut


def _for_map(further: Projector) -> Projector:
    def cut(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: further(item) for name, item in value.items()}

    return cut


def _with_further(inner: Projector, names: frozenset[str], further: Projector | None) -> Projector:
    def cut(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        rest = {name: item for name, item in value.items() if name not in names}
        if further is not None:
            rest = {name: further(item) for name, item in rest.items()}
        return {**inner(value), **rest}

    return cut


def _unless_checked(cut: Projector, pointer: str) -> Projector:
    """A checked object of the same schema has its shape already."""

    def shape(value: Any) -> Any:
        return value if value.__class__ is CheckedObject and value.pointer == pointer else cut(value)

    return shape


def _for_day(*, is_compact: bool) -> Projector:
    def cut(value: Any) -> Any:
        return cut_to_day(value, is_compact=is_compact) if isinstance(value, str) else value

    return cut


def _for_items(item: Projector, pointer: str) -> Projector:
    def cut(value: Any) -> Any:
        if value.__class__ is CheckedList and value.pointer == pointer:
            return value
        return [item(each) for each in value] if isinstance(value, list) else value

    return cut


def _for_object(
    names: tuple[str, ...], nested: Mapping[str, Projector], empty: Mapping[str, Any]
) -> Projector:
    def cut(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        found = {name: value[name] for name in names if name in value}
        if len(found) < len(names):
            found = {**empty, **found}
        for name, inner in nested.items():
            if name in found:
                found[name] = inner(found[name])
        return found

    return cut
