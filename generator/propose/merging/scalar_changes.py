"""Changes of one schema that do not reach below it: types, null, known values, limits, format, default."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from generator.document.schema_walk import as_list
from generator.propose.merging.new_schemas import TODO_LEVEL, TODO_VALUE, time_shapes
from generator.propose.policy import Policy
from generator.propose.reading.conjunction import CONSTRAINTS
from generator.propose.reading.shapes import Shape, Use

Note = Callable[[str], None]
_MARKS = "x-constraints"


def change_value(
    new: dict[str, Any],
    own: Use,
    use: Use,
    mine: Shape,
    theirs: Shape,
    policy: Policy,
    note: Note,
    renames: Mapping[str, str] = {},
) -> dict[str, Any]:
    """Our schema with the type, null, known values, limits and flags of the other one. `note` gets what it
    does not describe.
    """
    result = dict(new)
    if mine.kinds != theirs.kinds or own.nullable != use.nullable:
        result = _change_type(result, theirs, use)
    if mine.enum is not None and theirs.enum is not None and mine.enum != theirs.enum:
        _change_values(result, theirs, policy, note, renames)
    if mine.format != theirs.format:
        _change_format(result, theirs.format, policy, note)
    change_limits(result, mine, theirs, policy, note)
    change_flags(result, own, use)
    return result


def change_limits(new: dict[str, Any], mine: Shape, theirs: Shape, policy: Policy, note: Note) -> None:
    """Limits as the other document has them. One that is only inferred stays when it is not described."""
    for key in sorted(CONSTRAINTS):
        before, after = mine.constraints.get(key), theirs.constraints.get(key)
        if before == after:
            continue
        marks = dict(new.get(_MARKS, {}))
        if after is not None:
            new[key] = after
            marks[key] = policy.provenance
        elif key in new and policy.complete and marks.get(key) != "inferred":
            del new[key]
            marks.pop(key, None)
        else:
            note(f"the limit {key}")
            continue
        new[_MARKS] = marks
        if not marks:
            del new[_MARKS]


def change_flags(new: dict[str, Any], own: Use, use: Use) -> None:
    """`deprecated` and `default` as the other document has them."""
    if use.deprecated and not own.deprecated:
        new["deprecated"] = True
    elif own.deprecated and not use.deprecated:
        new.pop("deprecated", None)
        new.pop("x-deprecated", None)
    if use.default != own.default:
        new.pop("default", None)
        if use.default is not None:
            new["default"] = json.loads(use.default)


def _change_type(new: dict[str, Any], theirs: Shape, use: Use) -> dict[str, Any]:
    if "anyOf" in new or "oneOf" in new or "$ref" in new:
        if use.nullable and "anyOf" in new:
            new["anyOf"] = [*new["anyOf"], {"type": "null"}]
        return new
    kinds = [kind for kind in as_list(new.get("type")) if kind in theirs.kinds]
    kinds += [kind for kind in theirs.kinds if kind not in kinds]
    whole: Any = [*kinds, "null"] if use.nullable else kinds
    return {**new, "type": whole[0] if len(whole) == 1 else whole}


def _change_format(new: dict[str, Any], after: str, policy: Policy, note: Note) -> None:
    if after:
        new["format"] = after
        shapes = as_list(new.get("x-time"))
        # Other shapes of a date-time stay: the format says nothing of them.
        if time_shapes(after) and (not shapes or ("date" in shapes) != (after == "date")):
            new["x-time"] = time_shapes(after)
        elif shapes and not time_shapes(after):
            del new["x-time"]
    elif policy.complete:
        new.pop("format", None)
        if new.pop("x-time", None):
            note("which shapes of a time there are without a format (x-time)")
    else:
        note("the format")


def _change_values(
    new: dict[str, Any], theirs: Shape, policy: Policy, note: Note, renames: Mapping[str, str]
) -> None:
    after = [str(value) for value in theirs.enum or ()]
    texts = "x-open-enum" if "x-open-enum" in new else "x-enum-meanings"
    before = dict(new.get(texts, {}))
    meanings: dict[str, str] = {}
    for value, text in before.items():
        if value in after:
            meanings[value] = text
        elif renames.get(value, "") in after:
            meanings[renames[value]] = text
        elif not policy.complete:
            meanings[value] = text
            note(f"the value {value}")
    for value in sorted(set(after) - set(meanings)):
        meanings[value] = TODO_VALUE
        if "x-enum-names" in new and "integer" in theirs.kinds:
            new["x-enum-names"] = {**new["x-enum-names"], value: f"VALUE_{value}"}
        if "x-enum-levels" in new:
            new["x-enum-levels"] = {**new["x-enum-levels"], value: TODO_LEVEL}
    new[texts] = meanings
    for key in ("x-enum-names", "x-enum-levels"):
        if key in new:
            new[key] = {value: text for value, text in new[key].items() if value in meanings}
    if "enum" in new:
        listed = [value for value in new["enum"] if str(value) in meanings]
        listed += [
            renames[str(value)]
            for value in new["enum"]
            if str(value) not in meanings and str(value) in renames
        ]
        known = {str(value) for value in listed}
        new["enum"] = [*listed, *(value for value in theirs.enum or () if str(value) not in known)]
