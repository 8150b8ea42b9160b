"""Converts JSON data of one API version to that of another, in both directions, step by step.

It imports nothing beyond the standard library, the list of documents and the errors, so the mock can use it
without the client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from aftership_tracking.migration.conversions import ABSENT, Move, UnexpectedShape
from aftership_tracking.migration.losses import Loss, LossKind, LossReport, find_differences, is_blank
from aftership_tracking.migration.steps import Direction, EnumRenames, MigrationStep, kinds, steps_between

__all__ = ["convert", "field_name"]

Edit: TypeAlias = Callable[[Any, str], Any]
"""Takes a value and its path, and returns the new value."""


def convert(value: Any, kind: str, from_version: str, to_version: str) -> tuple[Any, tuple[Loss, ...]]:
    """Return plain JSON data of `from_version` in the shape of `to_version`, and what got lost.

    `value` is never changed; the result may share parts with it. Whatever does not have the documented shape
    stays as it came. Raises UsageError for a kind or version that is not known.
    """
    losses: list[Loss] = []
    for step in steps_between(kind, from_version, to_version):
        value, lost = apply_step(value, step)
        losses.extend(lost)
    return value, tuple(losses)


def field_name(name: str, kind: str, from_version: str, to_version: str) -> str:
    """Return the name of a field in another version: the same if the field moved elsewhere or is gone.

    So it is for a kind of object in which no field ever moved.
    """
    if kind not in kinds():
        return name
    found = list(convert({name: "x"}, kind, from_version, to_version)[0])
    return found[0] if len(found) == 1 else name


def apply_step(value: Any, step: MigrationStep) -> tuple[Any, tuple[Loss, ...]]:
    """Return the value in the shape of the version after the step, and what got lost."""
    report = LossReport(step.from_version, step.to_version)
    for removal in step.removals:
        value = edit_at(removal.parent, value, "", partial(remove_field, removal.name, report), report)
    for change in step.changes:
        edit: Edit
        if isinstance(change, EnumRenames):
            edit = partial(rename_enum_value, change, report)
        else:
            edit = partial(move_fields, change.moves, step.direction, report)
        value = edit_at(change.path, value, "", edit, report)
    return value, report.losses()


def edit_at(segments: Sequence[str], value: Any, path: str, edit: Edit, report: LossReport) -> Any:
    """Return the value with `edit` applied to everything that the segments lead to.

    `path` is where the value itself is. Parts that do not change are shared with the given value.
    """
    if not segments:
        return edit(value, path)
    head, rest = segments[0], segments[1:]
    if value is None:
        return None
    if head == "[]":
        if not isinstance(value, list):
            report.add(path, "unconverted", "it is not a list")
            return value
        items = [edit_at(rest, item, f"{path}[{index}]", edit, report) for index, item in enumerate(value)]
        is_unchanged = all(item is before for item, before in zip(items, value, strict=True))
        return value if is_unchanged else items
    if not isinstance(value, dict):
        report.add(path, "unconverted", "it is not an object")
        return value
    if head not in value:
        return value
    inner = edit_at(rest, value[head], _join(path, head), edit, report)
    return value if inner is value[head] else {**value, head: inner}


def remove_field(name: str, report: LossReport, value: Any, path: str) -> Any:
    """Return the object without the field."""
    if not _is_object(value, path, report) or name not in value:
        return value
    what: LossKind = "blank" if is_blank(value[name]) else "value"
    report.add(_join(path, name), what, f"{report.to_version} has no such field")
    return {field: content for field, content in value.items() if field != name}


def rename_enum_value(renames: EnumRenames, report: LossReport, value: Any, path: str) -> Any:
    """Return the name that the value of an enum has after the step."""
    if not isinstance(value, str):
        if value is not None:
            report.add(path, "unconverted", "it is not a string")
        return value
    renamed = renames.names_after.get(value, value)
    if renames.names_before.get(renamed, renamed) != value:
        if value in renames.names_after:
            report.add(path, "value", f"{report.to_version} has no such value")
        else:
            report.add(
                path, "unconverted", f"{report.from_version} has no such value, {report.to_version} has"
            )
    return renamed


def move_fields(
    moves: Sequence[Move], direction: Direction, report: LossReport, value: Any, path: str
) -> Any:
    """Return the object with its fields moved. All are taken out before any is put in."""
    if not _is_object(value, path, report):
        return value
    converted: list[_ConvertedMove] = []
    all_inputs = {field for move in moves for field in _inputs(move, direction)}
    for move in moves:
        present = [field for field in _inputs(move, direction) if field in value]
        if present:
            try:
                converted.append(_convert_move(move, direction, value, report.to_version))
            except UnexpectedShape as unexpected:
                for field in present:
                    report.add(_join(path, field), "unconverted", str(unexpected))
        else:
            unknown = [
                field for field in _outputs(move, direction) if field in value and field not in all_inputs
            ]
            _report_unknown_fields(unknown, path, report)
    converted = _drop_blocked_moves(converted, value, path, report)
    if not converted:
        return value
    put: dict[str, Any] = {}
    for one in converted:
        put.update(zip(one.outputs, one.results, strict=True))
        for inner_path, what, reason in one.losses:
            report.add(_join(path, inner_path), what, reason)
    taken = _fields_taken_by(converted)
    # A field that stays or gets a new value keeps its position among the fields; new fields follow.
    rest = {field: put.get(field, old) for field, old in value.items() if field in put or field not in taken}
    return {field: new for field, new in (rest | put).items() if new is not ABSENT}


@dataclass(frozen=True, slots=True, eq=False)
class _ConvertedMove:
    """The result of one move of an object. It is not yet put into the object."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    results: tuple[Any, ...]
    """The new values, in the order of `outputs`."""
    losses: tuple[tuple[str, LossKind, str], ...]
    """Path within the object, what is lost, and why."""


def _inputs(move: Move, direction: Direction) -> tuple[str, ...]:
    return move.sources if direction == "upgrade" else (move.target,)


def _outputs(move: Move, direction: Direction) -> tuple[str, ...]:
    return (move.target,) if direction == "upgrade" else move.sources


def _fields_taken_by(converted: Iterable[_ConvertedMove]) -> set[str]:
    return {field for one in converted for field in one.inputs}


def _convert_move(move: Move, direction: Direction, value: dict[str, Any], to_version: str) -> _ConvertedMove:
    """Convert the fields of one move, and find what the opposite move would not restore.

    Raises UnexpectedShape.
    """
    inputs, outputs = _inputs(move, direction), _outputs(move, direction)
    before = tuple(value.get(field, ABSENT) for field in inputs)
    results = _convert_values(move, direction, before)
    restored = _convert_values(move, "downgrade" if direction == "upgrade" else "upgrade", results)
    losses: tuple[tuple[str, LossKind, str], ...] = tuple(
        (path, what, _explain_loss(move, field, what, to_version))
        for field, old, back in zip(inputs, before, restored, strict=True)
        for path, what in find_differences(old, back, field)
    )
    return _ConvertedMove(inputs, outputs, results, losses)


def _convert_values(move: Move, direction: Direction, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values of the outputs for those of the inputs. Raises UnexpectedShape."""
    if all(value is ABSENT for value in values):
        return (ABSENT,) * len(_outputs(move, direction))
    return (move.upgrade(values),) if direction == "upgrade" else move.downgrade(values[0])


def _drop_blocked_moves(
    converted: list[_ConvertedMove], value: dict[str, Any], path: str, report: LossReport
) -> list[_ConvertedMove]:
    """Return the moves whose outputs are free. A field that the version does not know may be in the way."""
    while True:
        taken = _fields_taken_by(converted)
        blocked = [
            one for one in converted if any(field in value and field not in taken for field in one.outputs)
        ]
        if not blocked:
            return converted
        for one in blocked:
            for field in one.inputs:
                if field in value:
                    report.add(_join(path, field), "unconverted", "its new field has a value already")
            in_the_way = [field for field in one.outputs if field in value and field not in taken]
            _report_unknown_fields(in_the_way, path, report)
        converted = [one for one in converted if one not in blocked]


def _report_unknown_fields(fields: Iterable[str], path: str, report: LossReport) -> None:
    reason = f"{report.from_version} has no such field, {report.to_version} has"
    for field in fields:
        report.add(_join(path, field), "unconverted", reason)


def _explain_loss(move: Move, field: str, what: LossKind, to_version: str) -> str:
    if what == "blank":
        return f"{to_version} does not distinguish null, empty and absent here"
    if move.how == "merge" and field != move.target:
        return f"{move.target} has another value"
    return f"{to_version} cannot hold it"


def _is_object(value: Any, path: str, report: LossReport) -> bool:
    """Whether the value is an object. Anything else but null is reported."""
    if isinstance(value, dict):
        return True
    if value is not None:
        report.add(path, "unconverted", "it is not an object")
    return False


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
