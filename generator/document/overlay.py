"""A strict applier of Overlay 1.1: changes one document by one file of actions.

Any conforming tool applies what this one accepts in the same way. It refuses what the specification lets pass
in silence: a target that matches nothing (or more often than it says), an update that changes nothing, kinds
that cannot be joined, unknown keys, two actions that write the same primitive. It ignores `x-move`, which
`generator.document.changelog_lines` reads.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.document import pointer as pointers
from generator.document.overlay_paths import ValuePath, action_error, check_path, find, why_nothing
from generator.document.source import Mark, Source, name_of_item
from generator.errors import SpecError

_ROOT_KEYS = frozenset({"overlay", "info", "actions"})
_INFO_KEYS = frozenset({"title", "version", "description", "x-released", "x-supported-until"})
_VERBS = ("update", "remove", "copy")
_ACTION_KEYS = frozenset({"target", "description", "x-change", "x-move", "x-count", *_VERBS})


@dataclass(slots=True)
class Target:
    """A document that is being changed: the value and its marks, always of the same shape."""

    value: Any
    marks: Mark


@dataclass(slots=True)
class _Run:
    """What one file has done so far."""

    source: Source
    target: Target
    written: dict[int, tuple[Mark, int]] = field(default_factory=dict)
    """The primitives that it wrote, by the id of their mark: the mark and the number of the action."""
    removed: dict[ValuePath, int] = field(default_factory=dict)
    """The paths that it removed, with the number of the action."""


def check_shape(source: Source) -> None:
    """Refuse a file that does not have the shape of an overlay. Raises `SpecError`."""
    overlay = source.value
    if not isinstance(overlay, dict):
        raise source.error("", "An overlay is an object.", "Begin with overlay, info and actions.")
    _refuse_unknown(source, overlay, "", _ROOT_KEYS)
    if not re.fullmatch(r"1\.1\.\d+", str(overlay.get("overlay"))):
        raise source.error(
            "/overlay",
            "The file does not declare that it is an Overlay 1.1.",
            "Write overlay: 1.1.0.",
        )
    info = overlay.get("info")
    if not isinstance(info, dict) or not all(isinstance(info.get(key), str) for key in ("title", "version")):
        raise source.error("/info", "The overlay needs info with a title and a version, both strings.")
    _refuse_unknown(source, info, "/info", _INFO_KEYS)
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise source.error("/actions", "The overlay needs a list of actions.")
    groups_done: set[str] = set()
    previous: str | None = None
    for number, action in enumerate(actions, start=1):
        _check_action(source, number, action)
        group = action.get("x-change")
        if group != previous:
            if previous is not None:
                groups_done.add(previous)
            if group in groups_done:
                raise action_error(
                    source,
                    number,
                    f'The change "{group}" was interrupted by another.',
                    "Keep its actions together.",
                    key="x-change",
                )
        previous = group


def apply(target: Target, source: Source) -> Mapping[ValuePath, int]:
    """Apply all actions of `source` to `target`, which they change. Raises `SpecError` at the first refused
    one.

    Returns the paths that were removed, each with the number of the last action that removed it.
    """
    check_shape(source)
    run = _Run(source, target)
    for number, action in enumerate(source.value["actions"], start=1):
        matches = find(source, number, "target", action["target"], target.value)
        _check_count(run, number, action, len(matches))
        if "remove" in action:
            _remove(run, number, matches)
        elif "update" in action:
            marks = run.source.marks.find(("actions", number - 1, "update"))
            for match in matches:
                _update(run, number, match, action["update"], marks, counted=True)
        else:
            _copy(run, number, action["copy"], matches)
    return run.removed


def _check_action(source: Source, number: int, action: Any) -> None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        raise action_error(
            source, number, "An action is an object with a target.", "Begin it with - target: and a JSONPath."
        )
    _refuse_unknown(source, action, f"/actions/{number - 1}", _ACTION_KEYS, f"Action {number}: ")
    verbs = [verb for verb in _VERBS if verb in action]
    if not verbs:
        raise action_error(
            source, number, "The action does nothing.", "Give it one of update, remove: true and copy."
        )
    if len(verbs) > 1:
        raise action_error(
            source, number, f"The action has {' and '.join(verbs)}.",
            "Split it into two actions.", key=verbs[-1],
        )  # fmt: skip
    if "remove" in action and action["remove"] is not True:
        raise action_error(
            source, number, f"remove is {action['remove']!r}, and only true removes.",
            "Write remove: true, or leave the action out.", key="remove",
        )  # fmt: skip
    if "copy" in action and not isinstance(action["copy"], str):
        raise action_error(
            source, number, "copy is not a JSONPath.", "Name there the value to copy.", key="copy"
        )
    if "update" in action and action["update"] in ({}, []):
        raise action_error(
            source, number, "The update is empty.", "Say what changes, or leave the action out.", key="update"
        )
    if "description" in action and not isinstance(action["description"], str):
        raise action_error(
            source, number, "description is not a string.", "Write one or two sentences.", key="description"
        )
    if "x-change" in action and not (isinstance(action["x-change"], str) and action["x-change"]):
        raise action_error(
            source, number, f"The x-change {action['x-change']!r} is not a string.",
            "Name the change in kebab-case, such as box-weight.", key="x-change",
        )  # fmt: skip
    count = action.get("x-count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise action_error(
            source, number, f"x-count is {count!r}, and it is a number of matches.",
            "Write 1 or more.", key="x-count",
        )  # fmt: skip
    for key in ("target", "copy"):
        if key in action:
            check_path(source, number, key, action[key], announced="x-count" in action)


def _check_count(run: _Run, number: int, action: dict[str, Any], found: int) -> None:
    expected = action.get("x-count", 1)
    if found == 0:
        raise action_error(
            run.source,
            number,
            f"The target {action['target']} matches nothing.",
            why_nothing(action["target"], run.target.value, run.removed),
            key="target",
        )
    if found != expected:
        raise action_error(
            run.source,
            number,
            f"The target {action['target']} matches {found} times, not {expected}.",
            f"Write a target that matches once, or say x-count: {found}.",
            key="x-count" if "x-count" in action else "target",
        )


def _remove(run: _Run, number: int, matches: Sequence[ValuePath]) -> None:
    # From the back, so that the earlier indices in a list stay valid.
    for parts in sorted(matches, key=_removal_order, reverse=True):
        if not parts:
            raise action_error(
                run.source,
                number,
                "The whole document cannot be removed.",
                "Name a part of it.",
                key="target",
            )
        mark = run.target.marks.find(parts)
        earlier = _written_below(run, mark)
        if earlier is not None:
            raise action_error(
                run.source, number, f"It removes what action {earlier} wrote.",
                "Leave one of the two out.", key="target",
            )  # fmt: skip
        run.removed[parts] = number
        container, marks = _walk(run.target.value, parts[:-1]), run.target.marks.find(parts[:-1])
        last = parts[-1]
        name = last if isinstance(last, str) else name_of_item(container[last])
        marks.note_removal(name, run.source.location(f"/actions/{number - 1}"))
        del container[last]
        if isinstance(last, int):
            del marks.items[last]
        else:
            del marks.fields[last]


def _removal_order(parts: ValuePath) -> list[tuple[int, str]]:
    return [(part, "") if isinstance(part, int) else (-1, part) for part in parts]


def _copy(run: _Run, number: int, path: str, matches: Sequence[ValuePath]) -> None:
    origins = find(run.source, number, "copy", path, run.target.value)
    if len(origins) != 1:
        raise action_error(
            run.source, number, f"copy {path} matches {len(origins)} times, not once.",
            "Correct the path.", key="copy",
        )  # fmt: skip
    value = copy.deepcopy(_walk(run.target.value, origins[0]))
    marks = run.target.marks.find(origins[0]).copy()
    # What a copy brings was written elsewhere, but it is here because of this action.
    for mark in (marks, *(marks.fields.values() if isinstance(marks.children, dict) else ())):
        mark.location = run.source.location(f"/actions/{number - 1}")
    for match in matches:
        _update(run, number, match, value, marks, counted=False)


def _update(run: _Run, number: int, parts: ValuePath, update: Any, marks: Mark, *, counted: bool) -> None:
    """Join `update` into the value at one path.

    What an update writes is `counted`: no later action may write it again. What a copy writes is not.
    """
    value = _walk(run.target.value, parts)
    if isinstance(value, dict) and isinstance(update, dict):
        changed = _merge(run, number, parts, update, marks, counted=counted)
    elif isinstance(value, list):
        changed = _append(run, number, parts, update, marks, counted=counted)
    elif parts:
        changed = _replace(run, number, parts, update, marks)
    else:
        raise _cannot_join(run, number, parts, marks, value, update)
    if not changed:
        raise _refuse(
            run, number, marks, f"It changes nothing at #{pointers.child('', *parts)}.",
            "Leave it out or correct it.",
        )  # fmt: skip


def _merge(
    run: _Run,
    number: int,
    parts: ValuePath,
    update: dict[str, Any],
    marks: Mark,
    *,
    counted: bool,
) -> bool:
    value, mark = _walk(run.target.value, parts), run.target.marks.find(parts)
    changed = False
    for key, new in update.items():
        inner_marks = marks.find((key,))
        if key not in value:
            value[key], mark.fields[key] = _plant(run, number, new, inner_marks, counted=counted)
            changed = True
        elif isinstance(value[key], dict) and isinstance(new, dict):
            changed |= _merge(run, number, (*parts, key), new, inner_marks, counted=counted)
        elif isinstance(value[key], list) and isinstance(new, list):
            changed |= _append(run, number, (*parts, key), new, inner_marks, counted=counted)
        else:
            changed |= _replace(run, number, (*parts, key), new, inner_marks)
    return changed


def _append(run: _Run, number: int, parts: ValuePath, update: Any, marks: Mark, *, counted: bool) -> bool:
    value, mark = _walk(run.target.value, parts), run.target.marks.find(parts)
    items = update if isinstance(update, list) else [update]
    for index, item in enumerate(items):
        inner_marks = marks.find((index,)) if isinstance(update, list) else marks
        if not isinstance(item, (dict, list)) and any(_same(item, present) for present in value):
            raise _refuse(
                run, number, inner_marks, f"The list at #{pointers.child('', *parts)} already has {item!r}.",
                "An update adds to a list; leave out what is there.",
            )  # fmt: skip
        planted, planted_mark = _plant(run, number, item, inner_marks, counted=counted)
        value.append(planted)
        mark.items.append(planted_mark)
    return bool(items)


def _replace(run: _Run, number: int, parts: ValuePath, new: Any, marks: Mark) -> bool:
    """Replace a primitive by another one. Returns whether that changed anything."""
    container, mark = _walk(run.target.value, parts[:-1]), run.target.marks.find(parts)
    old = container[parts[-1]]
    if isinstance(old, (dict, list)) or isinstance(new, (dict, list)):
        raise _cannot_join(run, number, parts, marks, old, new)
    if id(mark) in run.written:
        earlier = run.written[id(mark)][1]
        raise _refuse(
            run, number, marks, f"#{pointers.child('', *parts)} was already written by action {earlier}.",
            "Write it once.",
        )  # fmt: skip
    run.written[id(mark)] = (mark, number)
    if _same(old, new):
        return False
    container[parts[-1]] = new
    mark.location = marks.location
    return True


def _plant(run: _Run, number: int, value: Any, marks: Mark, *, counted: bool) -> tuple[Any, Mark]:
    """A copy of a new value for the document; if it is `counted`, its primitives are noted as written."""
    planted, mark = copy.deepcopy(value), marks.copy()
    if counted:
        for leaf in _leaves(mark):
            run.written[id(leaf)] = (leaf, number)
    return planted, mark


def _leaves(mark: Mark) -> list[Mark]:
    if mark.children is None:
        return [mark]
    children = mark.children.values() if isinstance(mark.children, dict) else mark.children
    return [leaf for child in children for leaf in _leaves(child)]


def _written_below(run: _Run, mark: Mark) -> int | None:
    """The number of an action of this file that wrote something at or below `mark`."""
    return next((run.written[id(leaf)][1] for leaf in _leaves(mark) if id(leaf) in run.written), None)


def _walk(value: Any, parts: ValuePath) -> Any:
    for part in parts:
        value = value[part]
    return value


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON values: `true` is not 1."""
    return type(one) is type(other) and bool(one == other)


def _kind(value: Any) -> str:
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a primitive"


def _cannot_join(run: _Run, number: int, parts: ValuePath, marks: Mark, old: Any, new: Any) -> SpecError:
    return _refuse(
        run, number, marks,
        f"#{pointers.child('', *parts)} is {_kind(old)} and cannot be joined with {_kind(new)}.",
        "Remove it first, then update its parent.",
    )  # fmt: skip


def _refuse(run: _Run, number: int, marks: Mark, message: str, hint: str) -> SpecError:
    """A mistake in one part of an update, or in an action that copies."""
    if marks.location.file != run.source.file:  # what is copied stands in another file
        return action_error(run.source, number, message, hint, key="copy")
    return marks.location.error(f"/actions/{number - 1}", f"Action {number}: {message}", hint)


def _refuse_unknown(
    source: Source, value: dict[str, Any], pointer: str, known: frozenset[str], prefix: str = ""
) -> None:
    for key in value:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            meant = f'Did you mean "{close[0]}"? ' if close else ""
            raise source.error(
                pointers.child(pointer, key), f'{prefix}The key "{key}" is unknown.',
                f"{meant}Known are {', '.join(sorted(known))}.",
            )  # fmt: skip
