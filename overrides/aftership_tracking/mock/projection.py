"""Cuts a value down to what a schema declares, so that each version shows only its own fields and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.mock.pointers import join, look_up, resolve
from aftership_tracking.mock.times import only_day

Projector = Callable[[Any], Any]

# `x-time` of fields that know no time of day.
COMPACT = ["compact-date"]
DAYS = (["date"], COMPACT)


def projector(document: Mapping[str, Any], pointer: str) -> Projector | None:
    """Build the function that cuts values of a schema; None when such values stay as they are."""
    return _build(document, pointer, frozenset())


def _build(document: Mapping[str, Any], pointer: str, seen: frozenset[str]) -> Projector | None:
    stated = look_up(document, pointer)
    pointer, schema = resolve(document, pointer)
    shapes = stated.get("x-time", schema.get("x-time", ()))
    if shapes in DAYS:
        return _for_day(is_compact=shapes == COMPACT)
    if pointer in seen:
        return None
    seen = seen | {pointer}
    for group in ("anyOf", "oneOf"):
        for index in range(len(schema.get(group, ()))):
            inner = _build(document, join(pointer, group, index), seen)
            if inner is not None:
                return inner
    if "items" in schema:
        item = _build(document, join(pointer, "items"), seen)
        return None if item is None else _for_items(item)
    if "properties" not in schema:
        return None
    names = tuple(schema["properties"])
    inner_of = {name: _build(document, join(pointer, "properties", name), seen) for name in names}
    return _for_object(names, {name: inner for name, inner in inner_of.items() if inner is not None})


def _for_day(*, is_compact: bool) -> Projector:
    def cut(value: Any) -> Any:
        return only_day(value, is_compact=is_compact) if isinstance(value, str) else value

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
