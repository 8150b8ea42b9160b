"""Which change of the document belongs to which line of the changelog.

A property is one line, wherever it is; so are a rename, the values of an enum, and everything below one first
segment of a path. What only serves something else (a component, an example, a link) belongs to its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from generator.propose.guessing.moves import ProposedMove
from generator.propose.merging.leftovers import references
from generator.propose.words import kebab
from generator.propose.writing.tree_changes import TreeChange

_SCHEMA = ("components", "schemas")
_LAST = "leftovers"
_TAKEN = "version-name"
"""The line that the head of every overlay has."""


class Families:
    """Names that belong to one line: those of a rename, and those that moved into one object."""

    def __init__(self, moves: Iterable[ProposedMove]) -> None:
        self._line: dict[str, str] = {}
        for move in moves:
            if move.how in ("rename", "wrap"):
                target = move.targets[0].split(".")[0]
                for source in move.sources:
                    self._line.setdefault(source, kebab(target))
                self._line.setdefault(target, kebab(target))

    def line(self, name: str) -> str:
        """The line of a property, parameter or value."""
        return self._line.get(name, kebab(name))

    def known(self, name: str) -> bool:
        """Whether the name was renamed or moved."""
        return name in self._line


def group_changes(
    changes: Sequence[TreeChange], old: Mapping[str, Any], families: Families
) -> dict[str, list[TreeChange]]:
    """The changes of each line, lines sorted by name."""
    properties = {change.subject[4] for change in changes if _is_property(change.subject)}
    operations = _Operations(old, changes)
    lines = [operations.line(change) or _line(change, families, properties) for change in changes]
    mentions = [set(_mentions(change, old)) for change in changes]
    while True:
        found = _by_mention(changes, lines, mentions)
        if not found:
            break
        for index, line in found.items():
            lines[index] = line
    groups: dict[str, list[TreeChange]] = {}
    for change, line in zip(changes, lines, strict=True):
        name = f"{line}-property" if line == _TAKEN else line
        groups.setdefault(name or _LAST, []).append(change)
    return {line: groups[line] for line in sorted(groups)}


class _Operations:
    """Which segment of a path links and tags belong to."""

    def __init__(self, old: Mapping[str, Any], changes: Sequence[TreeChange]) -> None:
        self._tags: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._links = old.get("components", {}).get("links", {})
        gone = {
            change.subject[1]
            for change in changes
            if change.subject[0] == "paths" and len(change.subject) < 4
        }
        items = dict(old.get("paths", {}))
        for change in changes:
            if change.subject[0] == "paths" and len(change.subject) == 2 and not change.removes:
                items |= change.update
        for path, item in items.items():
            for one in item.values() if path in gone else ():
                self._ids[one.get("operationId", "")] = _segment(path)
                for tag in one.get("tags", ()):
                    self._tags[tag] = _segment(path)

    def line(self, change: TreeChange) -> str:
        """The line of a tag, or of a link to an operation that goes; else nothing."""
        subject = change.subject
        if subject[0] == "tags" and len(subject) > 1:
            return self._tags.get(subject[1], kebab(subject[1]))
        if "links" not in subject:
            return ""
        name = subject[subject.index("links") + 1] if subject[-1] != "links" else ""
        target = self._links.get(name, {}).get("operationId", "")
        return self._ids.get(target, "responses")


def _segment(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    return kebab(parts[0]) if parts else kebab(path)


def _is_property(subject: Sequence[str]) -> bool:
    return tuple(subject[:2]) == _SCHEMA and len(subject) > 4 and subject[3] == "properties"


def _line(change: TreeChange, families: Families, properties: set[str]) -> str:
    """The line of a change by itself; empty if it depends on what it serves."""
    subject = change.subject
    if _is_property(subject):
        return families.line(subject[4])
    if subject[:2] == _SCHEMA and len(subject) > 3:
        return _line_of_schema(change, families)
    if subject[0] == "paths":
        return _line_of_path(subject, families, properties)
    if subject[0] == "webhooks":
        inside = _inside_example(subject, families, properties)
        return inside or kebab(subject[1])
    if subject[:2] == ("components", "examples") and len(subject) > 3:
        return _inside_example(subject, families, properties) or "responses"
    return ""


def _line_of_schema(change: TreeChange, families: Families) -> str:
    subject = change.subject
    if subject[3] == "required":
        names = [subject[4]] if len(subject) > 4 else (change.update or {}).get("required", [])
        return families.line(str(names[0])) if names else kebab(subject[2])
    if len(subject) > 4 and families.known(subject[4]):
        return families.line(subject[4])
    return kebab(subject[2])


def _line_of_path(subject: Sequence[str], families: Families, properties: set[str]) -> str:
    segment = _segment(subject[1])
    if len(subject) <= 3:
        return segment
    if subject[3] == "parameters":
        return families.line(subject[4]) if len(subject) > 4 else segment
    if subject[3] in ("deprecated", "x-deprecated"):
        return f"{segment}-deprecated"
    if subject[3] == "x-pagination":
        return "pagination"
    inside = _inside_example(subject, families, properties)
    if inside:
        return inside
    return "bodies" if subject[3] in ("requestBody", "x-body-wrapper") else "responses"


def _inside_example(subject: Sequence[str], families: Families, properties: set[str]) -> str:
    """The line of the last property that a path into an example goes through."""
    if "examples" not in subject and "example" not in subject:
        return ""
    for name in reversed(subject):
        if families.known(name) or name in properties:
            return families.line(name)
    return ""


def _by_mention(
    changes: Sequence[TreeChange], lines: Sequence[str], mentions: Sequence[set[str]]
) -> dict[int, str]:
    """Lines for components that something with a line refers to."""
    found: dict[int, str] = {}
    for index, change in enumerate(changes):
        if lines[index] or change.subject[0] != "components" or len(change.subject) < 3:
            continue
        reference = f"#/components/{change.subject[1]}/{change.subject[2]}"
        users = [
            line
            for other, line in enumerate(lines)
            if line and other != index and reference in mentions[other]
        ]
        if users:
            found[index] = min(users)
    return found


def _mentions(change: TreeChange, old: Mapping[str, Any]) -> Iterator[str]:
    yield from references(change.update)
    value: Any = old
    for part in change.path if change.removes else change.subject:
        if not isinstance(value, dict) or part not in value:
            value = None
            break
        value = value[part]
    yield from references(value)
