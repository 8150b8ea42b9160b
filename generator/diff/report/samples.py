"""Code of a client before and after a change: only where a method, an argument or a field moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generator.diff.comparing.operation_pairs import Direction
from generator.diff.report.wording import argument, is_argument
from generator.diff.rules.change import Change

_WIDTH = 100
_PARAMETERS = ("query-parameter-renamed", "header-parameter-renamed", "path-parameter-renamed")

_Tree = dict[str, "_Tree"]
"""Paths that share their beginnings; the items of a list are the branch `[]`."""


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
        elif change.rule.id == "operation-removed" and change.successor:  # the same method by id
            names = re.findall(r"{(.*?)}", change.old)
            before.append(_write_call(change.subject, [f"{name}=..." for name in names]))
            after.append(_write_call(change.successor, ["id=..."]))
    for method, call in _calls(changes).items():
        before.append(_write_call(method, [f"{name}=..." for name in call.before]))
        after.append(_write_call(method, keywords(call.after)))
    for change in changes:
        model, _, path = change.subject.partition(".")
        if not change.moved or is_argument(change):
            continue
        targets = [_beside(path, target) for target in change.moved.split(", ")]
        method, argument_path = change.within
        if argument_path:
            new_paths = [_beside(argument_path, target) for target in change.moved.split(", ")]
            before.append(_write_call(method, keywords([argument_path])))
            after.append(_write_call(method, keywords(new_paths)))
        elif Direction.REQUEST in change.directions:
            before.append(_literal(_tree([path])))
            after.append(_literal(_tree(targets)))
        if set(change.directions) - {Direction.REQUEST}:
            variable = _variable(model)
            if change.resource == "webhooks" and variable == "tracking":
                variable = "event.tracking"
            before.append(f"{variable}.{_index_items(path)}")
            each = change.old.startswith("list of ")
            doubtful = [_beside(path, one) for one in change.doubtful]
            after += [_read(variable, target, each=each, doubtful=doubtful) for target in targets]
    if not before:
        return ""
    return "\n".join(["# before", *dict.fromkeys(before), "", "# after", *dict.fromkeys(after)])


def keywords(paths: Iterable[str]) -> list[str]:
    """Paths into a body as keyword arguments: `customers=[{"email": ...}]`."""
    return [f"{name}={_literal(below)}" for name, below in _tree(paths).items()]


def _tree(paths: Iterable[str]) -> _Tree:
    """Paths as a tree."""
    root: _Tree = {}
    for path in paths:
        node = root
        for step in path.replace("[]", ".[]").split("."):
            node = node.setdefault(step, {})
    return root


def _literal(tree: _Tree) -> str:
    """A tree as Python, with dots for values."""
    if not tree:
        return "..."
    if "[]" in tree:
        return f"[{_literal(tree['[]'])}]"
    return "{" + ", ".join(f'"{key}": {_literal(value)}' for key, value in tree.items()) + "}"


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


def _write_call(method: str, arguments: Sequence[str]) -> str:
    """A call, on several lines where one would be too long to read."""
    line = f"client.{method}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"client.{method}(", *(f"    {one}," for one in arguments), ")"])


def _variable(model: str) -> str:
    """`checkpoint` for `Checkpoint`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model).lower()


def _read(variable: str, path: str, *, each: bool, doubtful: Sequence[str]) -> str:
    """A value of a model, or a list of them when `each` was an item of a list before.

    `doubtful` are beginnings of paths where nothing may be: the code checks them.
    """
    checked = [one for one in doubtful if path.startswith((f"{one}.", f"{one}["))]
    items, several, rest = path.rpartition("[].")
    if each and several and "[" not in items:
        one = items.rpartition(".")[2].removesuffix("s")
        read = f"[{one}.{rest} for {one} in {variable}.{items}]"
        checked = [one for one in checked if one != f"{items}[]"]  # nothing to do for an empty list
    else:
        read = f"{variable}.{_index_items(path)}"
    if not checked:
        return read
    values = [f"{variable}.{_index_items(one.removesuffix('[]'))}" for one in checked]
    return f"{read} if {' and '.join(values)} else None"


def _index_items(path: str) -> str:
    return path.replace("[]", "[0]").replace("[*]", '["..."]')


def _beside(path: str, target: str) -> str:
    """A new path from the same model: it begins beside the last property of the old one."""
    parent = path.rpartition(".")[0]
    return f"{parent}.{target}" if parent else target
