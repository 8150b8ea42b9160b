"""Code of a client before and after a change: only where a method, an argument or a field moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generator.diff.change import Change, Direction
from generator.diff.wording import argument, is_argument

_WIDTH = 100
_PARAMETERS = ("query-parameter-renamed", "header-parameter-renamed", "path-parameter-renamed")


@dataclass(slots=True)
class _Call:
    """One method with the arguments that moved, and where to."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


def sample(changes: Sequence[Change]) -> str:
    """A block of Python that shows the old and the new code, empty where nothing moved.

    Dots stand for values. The two halves are valid Python on their own.
    """
    before: list[str] = []
    after: list[str] = []
    for change in changes:
        if change.rule.id == "client-method-renamed":
            before.append(f"client.{change.old}(...)")
            after.append(f"client.{change.new}(...)")
    for method, call in _calls(changes).items():
        before.append(_called(method, [f"{name}=..." for name in call.before]))
        after.append(_called(method, _keywords(call.after)))
    for change in changes:
        model, _, path = change.subject.partition(".")
        if not change.moved or is_argument(change):
            continue
        targets = [_beside(path, target) for target in change.moved.split(", ")]
        if Direction.REQUEST in change.directions:
            before.append(_literal(_tree([path])))
            after.append(_literal(_tree(targets)))
        if set(change.directions) - {Direction.REQUEST}:
            before.append(f"{_variable(model)}.{_indexed(path)}")
            after += [f"{_variable(model)}.{_indexed(target)}" for target in targets]
    if not before:
        return ""
    return "\n".join(["# before", *dict.fromkeys(before), "", "# after", *dict.fromkeys(after)])


def _calls(changes: Iterable[Change]) -> dict[str, _Call]:
    calls: dict[str, _Call] = {}
    for change in changes:
        target = change.new if change.rule.id in _PARAMETERS else change.moved
        if not target or not (is_argument(change) or change.rule.id in _PARAMETERS):
            continue
        for method in change.arguments:
            call = calls.setdefault(method, _Call())
            call.before.append(argument(change))
            call.after += target.split(", ")
    return calls


def _keywords(paths: Iterable[str]) -> list[str]:
    """Ways into a body as keyword arguments: `customers=[{"email": ...}]`."""
    return [f"{name}={_literal(tree)}" for name, tree in _tree(paths).items()]


Tree = dict[str, "Tree"]


def _tree(paths: Iterable[str]) -> Tree:
    """Ways that share their beginnings, as a tree; the items of a list are the branch `[]`."""
    root: Tree = {}
    for path in paths:
        node = root
        for step in path.replace("[]", ".[]").split("."):
            node = node.setdefault(step, {})
    return root


def _literal(tree: Tree) -> str:
    if not tree:
        return "..."
    if "[]" in tree:
        return f"[{_literal(tree['[]'])}]"
    return "{" + ", ".join(f'"{key}": {_literal(value)}' for key, value in tree.items()) + "}"


def _called(method: str, arguments: Sequence[str]) -> str:
    """A call, on several lines where one would be too long to read."""
    line = f"client.{method}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"client.{method}(", *(f"    {one}," for one in arguments), ")"])


def _variable(model: str) -> str:
    """`checkpoint` for `Checkpoint`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model).lower()


def _indexed(path: str) -> str:
    return path.replace("[]", "[0]").replace("[*]", '["..."]')


def _beside(path: str, target: str) -> str:
    """A new way, seen from the same model: it begins where the last property of the old one stood."""
    parent = path.rpartition(".")[0]
    return f"{parent}.{target}" if parent else target
