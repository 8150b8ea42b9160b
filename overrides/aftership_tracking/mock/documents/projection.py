"""Cuts a value down to what a schema declares, so that each version shows only its own fields and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.time_formats import cut_to_day

Projector = Callable[[Any], Any]

# `x-time` of fields that have no time of day.
COMPACT = ["compact-date"]
DAYS = (["date"], COMPACT)


def build_projector(document: Mapping[str, Any], pointer: str) -> Projector | None:
    """Build the function that cuts values of a schema; None when such values stay as they are."""
    return _build(SchemaNode(document, pointer), frozenset())


def _build(node: SchemaNode, seen: frozenset[str]) -> Projector | None:
    formats = node.get("x-time", ())
    if formats in DAYS:
        return _for_day(is_compact=formats == COMPACT)
    if node.pointer in seen:
        return None
    seen = seen | {node.pointer}
    for branch in node.branches:
        inner = _build(branch, seen)
        if inner is not None:
            return inner
    items = node.items
    if items is not None:
        item = _build(items, seen)
        return None if item is None else _for_items(item)
    if "properties" not in node.schema:
        return None
    projectors = {name: _build(inner, seen) for name, inner in node.properties.items()}
    nested = {name: inner for name, inner in projectors.items() if inner is not None}
    return _for_object(tuple(projectors), nested)


def _for_day(*, is_compact: bool) -> Projector:
    def cut(value: Any) -> Any:
        return cut_to_day(value, is_compact=is_compact) if isinstance(value, str) else value

    return cut


def _for_items(item: Projector) -> Projector:
    def cut(value: Any) -> Any:
        return [item(each) for each in value] if isinstance(value, list) else value

    return cut


def _for_object(names: tuple[str, ...], nested: Mapping[str, Projector]) -> Projector:
    def cut(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        found = {name: value[name] for name in names if name in value}
        for name, inner in nested.items():
            if name in found:
                found[name] = inner(found[name])
        return found

    return cut
