"""Two values as actions of an overlay: what leads from the one to the other when it is applied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.document.source import name_of_item

Path = tuple[str, ...]
"""Keys from the root; an item of a list is `[?...]` with its selector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeChange:
    """One step. `update` is joined into the value at `path`; None says that the value is removed."""

    path: Path
    update: Any = None
    item: bool = False
    """Whether `update` is a new item of the list at `path`."""
    subject: Path = ()
    """The path of what changes, for grouping: that of the key which is added, changed or removed."""

    @property
    def removes(self) -> bool:
        """Whether it takes something away."""
        return self.update is None


def tree_changes(old: Any, new: Any, path: Path = ()) -> Iterator[TreeChange]:
    """The changes from one object to another. Keys of the same kind are joined, all else is replaced."""
    for key in old:
        if key not in new:
            yield TreeChange(path=(*path, key), subject=(*path, key))
    for key, value in new.items():
        below = (*path, key)
        if key not in old:
            yield TreeChange(path=path, update={key: value}, subject=below)
        elif _same(old[key], value):
            continue
        elif isinstance(value, dict) and isinstance(old[key], dict) and value and old[key]:
            yield from tree_changes(old[key], value, below)
        elif _is_one_object(old[key], value) and not _is_declared(below):
            yield from _only_item(old[key], value, below)
        elif (by := _key_of(old[key], value, below)) is not None:
            yield from _list_changes(old[key], value, below, by)
        elif _is_plain(value) and _is_plain(old[key]) and value is not None:
            yield TreeChange(path=path, update={key: value}, subject=below)
        else:
            yield TreeChange(path=below, subject=below)
            yield TreeChange(path=path, update={key: value}, subject=below)


def _list_changes(old: list[Any], new: list[Any], path: Path, key: str) -> Iterator[TreeChange]:
    before, after = _named(old, key), _named(new, key)
    for name, item in before.items():
        selector = _selector(item, key)
        where = (*path, selector)
        if name not in after:
            yield TreeChange(path=where, subject=(*path, name))
        elif isinstance(item, dict) and not _same(item, after[name]):
            for change in tree_changes(item, after[name], where):
                # What is inside of an example is known by its own names.
                subject = tuple(part for part in change.subject if part is not selector)
                yield replace(
                    change,
                    subject=(*path, name) if key in ("name", "$ref") and _is_declared(path) else subject,
                )
    for name, item in after.items():
        if name not in before:
            yield TreeChange(path=path, update=item, subject=(*path, name), item=True)


def _is_declared(path: Path) -> bool:
    """Whether a list is a part of the document, and not of an example in it."""
    return "examples" not in path and "example" not in path


def _only_item(old: list[Any], new: list[Any], path: Path) -> Iterator[TreeChange]:
    """The changes inside of the one item of a list."""
    where = Wildcard("*")
    for change in tree_changes(old[0], new[0], (*path, where)):
        yield replace(change, subject=tuple(part for part in change.subject if part is not where))


def _join_key(old: list[Any], new: list[Any], path: Path) -> str | None:
    """What tells the items of two lists apart, so that they can be changed one by one; None if nothing does.

    It is the name of a key, or nothing for plain values. The order must stay, except that of parameters.
    """
    both = (*old, *new)
    if not old or not new or any(isinstance(item, list) or item is None for item in both):
        return None
    if not any(isinstance(item, dict) for item in both):
        key = ""
    elif not all(isinstance(item, dict) for item in both):
        return None
    else:
        declared = _is_declared(path)
        keys = ["name"] if declared else sorted(set(old[0]) & set(new[0]))
        found = [one for one in keys if _tells_apart(old, one) and _tells_apart(new, one)]
        if not found:
            return None
        key = found[0]
    names = list(_named(old, key)), list(_named(new, key))
    if any(len(one) != len(items) for one, items in zip(names, (old, new), strict=True)):
        return None
    if path[-1] == "parameters" and _is_declared(path):
        return key
    stayed = [name for name in names[0] if name in names[1]]
    return key if names[1][: len(stayed)] == stayed else None


def _tells_apart(items: list[Any], key: str) -> bool:
    values = [item["$ref"] if "$ref" in item else item.get(key) for item in items]
    return all(isinstance(value, str) for value in values) and len(set(values)) == len(values)


def _named(items: list[Any], key: str) -> dict[str, Any]:
    if not key:
        return {str(item): item for item in items}
    return {name_of_item(item) if "$ref" in item else item[key]: item for item in items}


def _key_of(old: Any, new: Any, path: Path) -> str | None:
    """What tells the items apart, if these are lists whose items can be changed one by one."""
    if not isinstance(old, list) or not isinstance(new, list) or path[-1] == "type":
        return None
    return _join_key(old, new, path)


def _is_one_object(old: Any, new: Any) -> bool:
    return all(isinstance(one, list) and len(one) == 1 and isinstance(one[0], dict) for one in (old, new))


class Selector(str):
    """An item of a list, selected by its value."""


class Wildcard(str):
    """The only item of a list."""


def _selector(item: Any, key: str) -> Selector:
    if isinstance(item, dict):
        name = "$ref" if "$ref" in item else key
        return Selector(f"[?@{_step(name)}=={_quoted(item[name])}]")
    return Selector(f"[?@=={_quoted(item)}]")


def _step(name: str) -> str:
    return f".{name}" if name.isidentifier() and name.isascii() else f"[{_quoted(name)}]"


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return json.dumps(value)


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON values: `true` is not 1, at any depth."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def json_path(path: Path, keys: Sequence[str] = ()) -> str:
    """The path as a JSONPath: plain names with dots, others in brackets; `keys` are several below it."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, Selector):
            parts.append(str(part))
        else:
            parts.append("[*]" if isinstance(part, Wildcard) else _step(part))
    several = f"[{', '.join(_quoted(key) for key in keys)}]" if keys else ""
    return "$" + "".join(parts) + several
