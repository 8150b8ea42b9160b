"""Code of a client before and after a change: only where a method, an argument or a field moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generator.diff.comparing.operation_findings import Call
from generator.diff.comparing.operation_pairs import Direction
from generator.diff.report.reading import Origin, Reading, variable_name
from generator.diff.report.wording import argument, is_argument
from generator.diff.rules.change import Change

_WIDTH = 100
_REQUIRED = (
    "required-property-added", "property-became-required",
    "required-query-parameter-added", "query-parameter-became-required",
)  # fmt: skip
_PARAMETERS = ("query-parameter-renamed", "header-parameter-renamed", "path-parameter-renamed")

_Tree = dict[str, "_Tree"]
"""Paths that share their beginnings; the items of a list are the branch `[]`."""


@dataclass(slots=True)
class _Call:
    """One method with the arguments that it needs and those that moved, and where to."""

    old_method: str
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


def sample(changes: Sequence[Change]) -> str:
    """A block of Python that shows the old and the new code, empty where nothing moved.

    Dots stand for values. The two halves are valid Python on their own, where the variables are the models
    that methods return and the events that receivers get.
    """
    before, after = Reading(), Reading()
    for change in changes:
        calls = dict(change.calls)
        if change.rule.id == "client-method-renamed":
            call = calls.get(change.new, Call(change.old, (), (), "", ""))
            before.add(_write_call(change.old, [f"{name}=..." for name in call.old_required]))
            after.add(_write_call(change.new, [f"{name}=..." for name in call.required]))
        elif change.rule.id == "operation-removed" and change.successor:  # by id, or the list
            gone, instead = calls[change.subject], calls[change.successor]
            names = dict.fromkeys((*re.findall(r"{(.*?)}", change.old), *gone.old_required))
            before.add(_write_call(change.subject, [f"{name}=..." for name in names]))
            after.add(_write_call(change.successor, [f"{name}=..." for name in instead.required]))
        elif change.rule.id == "behaviour-changed" and change.successor:
            before.add(f"client.{change.subject}()")
            after.add(f"client.{change.successor}")
    for method, one in _calls(changes).items():
        before.add(_write_call(one.old_method, [f"{name}=..." for name in dict.fromkeys(one.before)]))
        after.add(_write_call(method, keywords(one.after)))
    for change in changes:
        if change.rule.id.endswith(("enum-value-split", "enum-value-joined")):
            _compare_values(change, before, after)
        elif change.moved and not is_argument(change):
            _show_part_of_argument(change, before, after)
            _show_reading(change, before, after)
    if before.is_empty and after.is_empty:
        return ""
    return "\n".join(["# before", *before.lines(), "", "# after", *after.lines()])


def _compare_values(change: Change, before: Reading, after: Reading) -> None:
    """How code that reads a value asks for it. What to send only its author knows."""
    if not set(change.directions) - {Direction.REQUEST}:
        return
    variable, values = variable_name(change.subject.rpartition(".")[2]), re.split(", | and ", change.new)
    before.add(f'{variable} == "{change.old}"')
    listed = ", ".join(f'"{value}"' for value in values)
    after.add(f"{variable} in ({listed})" if len(values) > 1 else f"{variable} == {listed}")


def _show_part_of_argument(change: Change, before: Reading, after: Reading) -> None:
    """A part of something that is sent, which has another path."""
    _, _, path = change.subject.partition(".")
    method, argument_path = change.within
    if argument_path:
        new_paths = [_beside(argument_path, target) for target in change.moved.split(", ")]
        call = dict(change.calls).get(method, Call(method, (), (), "", ""))
        old_paths = [*call.old_required, *change.beside[0], argument_path]
        before.add(_write_call(call.old_method, keywords(old_paths)))
        after.add(_write_call(method, keywords([*call.required, *change.beside[1], *new_paths])))
    elif Direction.REQUEST in change.directions:
        before.add(_literal(_tree([path])))
        after.add(_literal(_tree([_beside(path, target) for target in change.moved.split(", ")])))


def _show_reading(change: Change, before: Reading, after: Reading) -> None:
    """A part of something that is read, which has another path."""
    model, _, path = change.subject.partition(".")
    read = [one for one in change.directions if one is not Direction.REQUEST]
    for direction in read[:1] if Direction.RESPONSE in read else read:
        ways = {side: (old, new) for side, old, new in change.ways}
        origins = [Origin.at(way, model, direction) for way in ways.get(direction, (None, None))]
        if None in origins:  # an attribute of the event, which is the same for every version
            continue
        old, new = (origin for origin in origins if origin is not None)
        before.add_read(old, _index_items(path), ())
        each = change.old.startswith("list of ")
        doubtful = [_beside(path, one) for one in change.doubtful]
        for target in change.moved.split(", "):
            _read(after, new, _beside(path, target), each=each, doubtful=doubtful)


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
    """The calls whose arguments have another name or path, and those that need another one."""
    calls: dict[str, _Call] = {}
    for change in changes:
        target = change.new if change.rule.id in _PARAMETERS else change.moved
        moved = bool(target) and (is_argument(change) or change.rule.id in _PARAMETERS)
        if not moved and not (change.rule.id.endswith(_REQUIRED) and change.arguments):
            continue
        known = dict(change.calls)
        for method in change.arguments:
            one = known.get(method, Call(method, (), (), "", ""))
            call = calls.setdefault(method, _Call(one.old_method, [*one.old_required], [*one.required]))
            if moved:
                call.before.append(argument(change))
                call.after += target.split(", ")
    return calls


def _write_call(method: str, arguments: Sequence[str]) -> str:
    """A call, on several lines where one would be too long to read."""
    line = f"client.{method}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"client.{method}(", *(f"    {_break(one)}," for one in arguments), ")"])


def _break(one: str) -> str:
    """An argument; a list of one object stands on a line of its own where it would be too long to read."""
    name, is_list, inner = one.partition("=[{")
    if not is_list or len(one) <= _WIDTH:
        return one
    return f"{name}=[\n        {{{inner.removesuffix(']')}\n    ]"


def _read(after: Reading, origin: Origin, path: str, *, each: bool, doubtful: Sequence[str]) -> None:
    """Add the reading of a value, or of a list of them when `each` was an item of a list before.

    `doubtful` are beginnings of paths where nothing may be: the code checks them.
    """
    checked = [one for one in doubtful if path.startswith((f"{one}.", f"{one}["))]
    items, several, rest = path.rpartition("[].")
    if each and several and "[" not in items:
        one = items.rpartition(".")[2].removesuffix("s")
        checked = [name for name in checked if name != f"{items}[]"]  # nothing to do for an empty list
        after.add_read(origin, items, checked, f"[{one}.{rest} for {one} in {{}} if {one}.{rest}]")
    else:
        after.add_read(
            origin, _index_items(path), [_index_items(name.removesuffix("[]")) for name in checked]
        )


def _index_items(path: str) -> str:
    return path.replace("[]", "[0]").replace("[*]", '["..."]')


def _beside(path: str, target: str) -> str:
    """A new path from the same model: it begins beside the last property of the old one."""
    parent = path.rpartition(".")[0]
    return f"{parent}.{target}" if parent else target
