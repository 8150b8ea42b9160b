"""Walks over a JSON value beside its schema: which declared fields it holds, and which nobody declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from aftership_tracking.mock.documents.deprecation import describe_deprecation
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.runtime.keywords import nearest

ANY_KEY = "*"
"""Stands for the keys of a map: they are data of the sender."""
MOST_NAMES = 50
"""So many undeclared names of one body or query are named; a longer list helps nobody."""
_DEEPEST = 12
_MOST_DIGITS = 3
_SHORTEST_SECRET = 6
_SHOWABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-\[\]]{0,47}")


@dataclass(slots=True)
class WalkedFields:
    """What a value holds, as paths such as `trackings[].tag`."""

    declared: set[str] = field(default_factory=set)
    undeclared: dict[str, str] = field(default_factory=dict)
    """By path: the name that was probably meant, or an empty string."""
    more: int = 0
    """How many others there are."""
    deprecated: dict[str, str] = field(default_factory=dict)
    """By path: the words of the document."""


def walk_fields(node: SchemaNode, value: Any, secrets: Collection[str] = ()) -> WalkedFields:
    """Return which fields of a schema a value holds. Names that occur in secrets are not shown."""
    found = WalkedFields()
    waiting = [(node, value, "")]
    # To read the properties of a schema costs more than to walk over one object of it.
    known: dict[str, dict[str, SchemaNode]] = {}
    while waiting:
        node, value, path = waiting.pop()
        if isinstance(value, list):
            items = _items(node)
            if items is not None:
                waiting += [(items, item, f"{path}[]") for item in value]
        elif isinstance(value, dict):
            node = node.object_for(value)
            properties = known.get(node.pointer)
            if properties is None:
                properties = known[node.pointer] = node.properties
            for name, inner in value.items():
                below = properties.get(name)
                if below is None:
                    _note_other(found, node, path, name, secrets)
                    continue
                at = join_path(path, name)
                found.declared.add(at)
                if below.get("deprecated"):
                    found.deprecated[at] = describe_deprecation(below)
                waiting.append((below, inner, at))
    return found


def _note_other(
    found: WalkedFields, node: SchemaNode, path: str, name: str, secrets: Collection[str]
) -> None:
    branches = (node, *node.branches)
    if any(name in one.properties for one in branches):
        found.declared.add(join_path(path, name))
    elif any(one.takes_further for one in branches) or not any(one.properties for one in branches):
        # A map, or an object of which nothing is known.
        found.declared.add(join_path(path, ANY_KEY))
    elif len(found.undeclared) >= MOST_NAMES:
        found.more += 1
    else:
        found.undeclared[join_path(path, show_name(name, secrets))] = nearest_name(name, node)


def nearest_name(name: str, node: SchemaNode) -> str:
    """Return the declared name that was probably meant, or an empty string."""
    return nearest(name[:100], node.properties) or ""


def declared_fields(node: SchemaNode) -> Iterator[str]:
    """Yield the paths of all fields of a schema. What contains itself is not entered again."""
    waiting: list[tuple[SchemaNode, str, tuple[str, ...]]] = [(node, "", ())]
    while waiting:
        node, path, seen = waiting.pop()
        if node.pointer in seen or len(seen) > _DEEPEST:
            continue
        seen = (*seen, node.pointer)
        items = node.items
        if items is not None:
            waiting.append((items, f"{path}[]", seen))
        for name, below in node.properties.items():
            yield join_path(path, name)
            waiting.append((below, join_path(path, name), seen))
        waiting += [(branch, path, seen) for branch in node.branches]


def render_path(node: SchemaNode, value: Any, path: tuple[str | int, ...], secrets: Collection[str]) -> str:
    """Return the path of a finding as it is written in reports. What is a key in the value counts as a key,
    also if it looks like an index.
    """
    found, at = "", value
    known: SchemaNode | None = node
    for part in path:
        if isinstance(at, list):
            index = int(part) if str(part).isdecimal() else -1
            at = at[index] if 0 <= index < len(at) else None
            known, found = (None if known is None else _items(known)), f"{found}[]"
            continue
        name = str(part)
        holder = None if known is None or not isinstance(at, dict) else known.object_for(at)
        at = at.get(name) if isinstance(at, dict) else None
        below = None if holder is None else holder.properties.get(name)
        if below is None and holder is not None:
            below = next((one.properties[name] for one in holder.branches if name in one.properties), None)
        if below is None and holder is not None and holder.takes_further:
            found = join_path(found, ANY_KEY)
        else:
            found = join_path(found, name if below is not None else show_name(name, secrets))
        known = below
    return found


def join_path(path: str, name: str) -> str:
    """Return the path of a field below another."""
    return f"{path}.{name}" if path else name


def show_name(name: str, secrets: Collection[str]) -> str:
    """Return a name that a sender made up, if it may be shown: short, with few digits, as names have them and
    keys and numbers do not, and no secret of the call.
    """
    is_name = _SHOWABLE.fullmatch(name) and sum(map(str.isdigit, name)) <= _MOST_DIGITS
    is_short = len(name) < _SHORTEST_SECRET
    if is_name and not any(secret in name or (name in secret and not is_short) for secret in secrets):
        return name
    return f"(a name of {len(name)} characters)"


def _items(node: SchemaNode) -> SchemaNode | None:
    return next((one.items for one in (node, *node.branches) if one.items is not None), None)
