"""Parameters of operations: in the query, in headers, in the path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator.diff.comparing import remarks
from generator.diff.comparing.alternatives import describe_type
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.moves import Move
from generator.diff.comparing.operation_findings import OperationFindings, Root
from generator.diff.comparing.operation_pairs import Direction, OperationPair, bare
from generator.diff.comparing.schemas import Comparison, Side, combine
from generator.document import pointer as pointers

Parameter = tuple[Mapping[str, Any], str]

_AREAS = {"query": "query-parameter", "header": "header-parameter", "cookie": "header-parameter"}
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def compare(
    pair: OperationPair, comparison: Comparison, moves: Sequence[Move], findings: OperationFindings
) -> None:
    """All parameters of one operation."""
    before, after = pair.old.parameters(), pair.new.parameters()
    renamed = _path_names(pair) | _find_moved(pair, moves)
    gone = {key for key in before if key not in after}
    come = {key for key in after if key not in before}
    for location, name in sorted(gone):
        target = renamed.get((location, name), "")
        if (location, target) in come:
            come.discard((location, target))
            pointer = after[location, target][1]
            area = _AREAS.get(location, "path-parameter")
            findings.add(f"{area}-renamed", pair.new, pointer, subject=name, new=target, argument=True)
            _value(before[location, name], after[location, target], pair, comparison, findings, renamed=True)
        elif location != "path":
            hint = f"Use `{target}` instead." if target else ""
            findings.add(
                f"{_AREAS[location]}-removed", pair.new, f"{pair.new.operation.pointer}/parameters",
                subject=name, note=hint, argument=True,
            )  # fmt: skip
    for location, name in sorted(come):
        if location == "path":  # a path with other segments is another path, and said so
            continue
        value, pointer = after[location, name]
        area, required = _AREAS[location], bool(value.get("required"))
        schema = Side(value.get("schema") or {}, pointers.child(pointer, "schema"))
        findings.add(
            f"{'required-' if required else ''}{area}-added", pair.new, pointer,
            subject=name, new=describe_type(schema.value), note=comparison.describe_new(schema),
            argument=True,
        )  # fmt: skip
    for key in sorted(set(before) & set(after)):
        _value(before[key], after[key], pair, comparison, findings)


def _value(
    old: Parameter,
    new: Parameter,
    pair: OperationPair,
    comparison: Comparison,
    findings: OperationFindings,
    *,
    renamed: bool = False,
) -> None:
    """One parameter that both have, perhaps under two names."""
    (before, _), (after, pointer) = old, new
    location, name = after["in"], after["name"]
    if location in _AREAS and bool(before.get("required")) != bool(after.get("required")):
        state = "required" if after.get("required") else "optional"
        findings.add(f"{_AREAS[location]}-became-{state}", pair.new, pointer, subject=name, argument=True)
    styles = [_style(one) for one in (before, after)]
    if all(styles) and styles[0] != styles[1]:
        findings.add(
            "parameter-style-changed", pair.new, pointer,
            subject=name, old=styles[0], new=styles[1], argument=True,
        )  # fmt: skip
    inner = Subject(name, pointers.child(pointer, "schema"))
    one, other = (
        Side(value.get("schema") or {}, pointers.child(where, "schema"))
        for value, where in ((before, old[1]), new)
    )
    # Another name comes with another description.
    described = () if renamed else remarks.compare_remarks(before, after, Subject(name, pointer))
    found = combine(
        [
            *described,
            *remarks.compare_defaults(one.value, other.value, inner),
            comparison.schemas(one, other, inner),
        ]
    ).without_implied_descriptions()
    findings.values("parameter", pair, found.findings, Direction.REQUEST)
    reach = pair.new.reach(Direction.REQUEST)
    findings.roots.extend(Root(models, reach, pair.new.resource) for models in found.pairs)


def _style(parameter: Mapping[str, Any]) -> str:
    """How a list or an object is written: `form, joined`; a plain value is written in one way only."""
    if not _is_composite(parameter.get("schema")):
        return ""
    style = parameter.get("style") or _STYLES[parameter["in"]]
    exploded = parameter.get("explode", style == "form")
    return f"{style}, each on its own" if exploded else f"{style}, joined"


def _is_composite(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") in ("array", "object")


def _path_names(pair: OperationPair) -> dict[tuple[str, str], str]:
    """Old name to new name of path parameters, by their position in the path."""
    if bare(pair.old.operation.path) != bare(pair.new.operation.path):
        return {}
    before, after = (re.findall(r"\{([^}]*)\}", side.operation.path) for side in (pair.old, pair.new))
    return {("path", one): other for one, other in zip(before, after, strict=True) if one != other}


def _find_moved(pair: OperationPair, moves: Iterable[Move]) -> dict[tuple[str, str], str]:
    ids = (pair.old.operation.id, pair.new.operation.id)
    return {
        (location, move.source): move.target
        for move in moves
        if move.on in ids
        for location in ("query", "header")
    }
