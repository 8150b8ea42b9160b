"""Where the values of properties went, as moves say it, and where nothing may be on the way there."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from typing import Any

from generator.diff.comparing import certainty
from generator.diff.comparing.alternatives import describe_type
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding
from generator.diff.comparing.moves import Move
from generator.document.schema_walk import SchemaWalk, as_mapping


def took_over(move: Move, before: Container[str], after: Container[str]) -> bool:
    """Whether the target of a move came when its source went."""
    return (
        move.source in before
        and move.source not in after
        and move.target in after
        and move.target not in before
    )


def report_removed_property(name: str, value: Any, moves: Iterable[Move], subject: Subject) -> Finding:
    """A property that is gone: moved elsewhere, or removed."""
    moved = [move for move in moves if _first_property(move.source) == name]
    if not moved:
        return subject.found("property-removed", describe_type(value))
    targets = ", ".join(dict.fromkeys(move.target for move in moved))
    found = subject.found("property-moved", describe_type(value), targets)
    note = _describe_items(moved[0], is_list=describe_type(value).startswith("list of "))
    return replace(found, note=note, moved=targets)


def find_target(moves: Iterable[Move], name: str) -> str:
    """Where the value of a property is now, for a property that stays but changes its type."""
    targets = [move.target for move in moves if move.source == name and move.target != name]
    return ", ".join(dict.fromkeys(targets))


def doubtful_beginnings(
    walk: SchemaWalk, schema: Any, pointer: str, targets: Iterable[str]
) -> tuple[str, ...]:
    """The beginnings of paths into a new object where nothing may be, shortest first."""
    found: set[str] = set()
    for target in targets:
        at, where, passed = schema, pointer, ""
        for step in target.split(".")[:-1]:
            declared = walk.properties(walk.resolve(at, where).schema, where).get(step.removesuffix("[]"))
            if declared is None:
                break
            passed = f"{passed}.{step}".lstrip(".")
            behind = walk.resolve(declared.schema, declared.pointer)
            if behind.nullable or step.endswith("[]") or not certainty.is_sure(declared):
                found.add(passed)
            at, where = behind.schema, behind.pointer
            if step.endswith("[]"):
                at, where = as_mapping(at).get("items", {}), f"{where}/items"
    return tuple(sorted(found, key=lambda path: (path.count("."), path)))


def _describe_items(move: Move, *, is_list: bool) -> str:
    """What a move does to the items of a list, where the new path does not show it."""
    if move.how == "first":
        return "Only the first one fits there."
    return (
        "The first one is in the first item, the next one in the next item."
        if is_list and "[]" in move.target
        else ""
    )


def _first_property(path: str) -> str:
    """The property that a path begins with."""
    return path.partition(".")[0].removesuffix("[]")
