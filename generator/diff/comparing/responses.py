"""Responses of operations: status codes, headers, and the path of the result in the response."""

from __future__ import annotations

from typing import Any

from generator.diff.comparing import bodies
from generator.diff.comparing.alternatives import describe_type
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding, join_words
from generator.diff.comparing.operation_findings import Notes, Root
from generator.diff.comparing.operation_pairs import Both, Caller, Direction
from generator.diff.comparing.schemas import Comparison, Side, reference
from generator.document import pointer as pointers

_PLAIN = ("string", "integer", "number", "boolean")


def compare(both: Both, comparison: Comparison, notes: Notes) -> None:
    """The responses of one operation."""
    before, after = _responses(both.old), _responses(both.new)
    _statuses(before, after, both, notes)
    good = [
        [side for status, side in sorted(sides.items()) if status.startswith("2")]
        for sides in (before, after)
    ]
    if good[0] and good[1]:
        _success(good[0][0], good[1][0], both, comparison, notes)
    for status in sorted(before.keys() & after.keys()):
        if not status.startswith("2"):
            _content(before[status], after[status], both, comparison, notes)
    shared = [(before[status], after[status]) for status in sorted(before.keys() & after.keys())]
    if good[0] and good[1] and not any(one is good[0][0] for one, _ in shared):
        shared.append((good[0][0], good[1][0]))
    for one, other in shared:
        _headers(one, other, both, comparison, notes)


def header_values(
    area: str, old: Side, new: Side, name: str, both: Both, comparison: Comparison, notes: Notes
) -> None:
    """The schemas of one header; the name of the API version in it is not a difference."""
    subject = Subject(name, new.pointer)
    versions = (both.old.document.version, both.new.document.version)
    one, other = (_nameless(side, version) for side, version in zip((old, new), versions, strict=True))
    plain = isinstance(one.value, dict) and one.value.get("type") in _PLAIN
    if plain and one.value == other.value:  # the usual case, on every response: skips the full comparison
        return
    differences = comparison.schemas(one, other, subject)
    for found in differences.findings:
        constant = found.pointer.endswith("/const") or "const " in found.old + found.new
        rule = "header-constant-changed" if constant else f"{area}-header-changed"
        notes.add(
            rule, both.new, found.pointer,
            subject=name, old=_describe(found, found.old), new=_describe(found, found.new),
            direction=Direction.RESPONSE,
        )  # fmt: skip
    reach = both.new.reach(Direction.WEBHOOK if both.new.event else Direction.RESPONSE)
    notes.roots.extend(Root(pair, reach, both.new.resource) for pair in differences.pairs)


def _responses(caller: Caller) -> dict[str, Side]:
    found: dict[str, Side] = {}
    for status, raw in (caller.raw.get("responses") or {}).items():
        pointer = pointers.child(caller.operation.pointer, "responses", status)
        found[str(status)] = Side(*caller.document.follow(raw, pointer))
    return found


def _statuses(before: dict[str, Side], after: dict[str, Side], both: Both, notes: Notes) -> None:
    pointer = f"{both.new.operation.pointer}/responses"
    good = [sorted(status for status in sides if status.startswith("2")) for sides in (before, after)]
    if good[0] != good[1]:
        notes.add(
            "success-status-changed", both.new, pointer,
            old=join_words(good[0], "or"), new=join_words(good[1], "or"), direction=Direction.RESPONSE,
        )  # fmt: skip
    for status in sorted(after.keys() - before.keys() - set(good[1])):
        notes.add(
            "error-status-added", both.new, pointers.child(pointer, status),
            new=status, direction=Direction.RESPONSE,
        )  # fmt: skip
    for status in sorted(before.keys() - after.keys() - set(good[0])):
        notes.add("error-status-removed", both.new, pointer, old=status, direction=Direction.RESPONSE)


def _success(old: Side, new: Side, both: Both, comparison: Comparison, notes: Notes) -> None:
    one, other = bodies.schema(old), bodies.schema(new)
    bodies.media_types("response", old, new, both, notes)
    if one is None and other is not None:
        notes.add(
            "response-body-added", both.new, other.pointer,
            new=describe_type(other.value), direction=Direction.RESPONSE,
        )  # fmt: skip
    if one is not None and other is None:
        notes.add(
            "response-body-removed",
            both.new,
            new.pointer,
            old=describe_type(one.value),
            direction=Direction.RESPONSE,
        )
    if one is None or other is None:
        return
    paths = [caller.raw.get("x-unwrap", "") for caller in (both.old, both.new)]
    steps = [path.split(".") if path else [] for path in paths]
    if steps[0] == steps[1]:
        bodies.value("response", one, other, both, comparison, notes, envelope=True)
        _mark_envelopes(one, other, steps[0], both, notes)
        return
    notes.add(
        "response-wrapper-changed", both.new, bodies.pointer_of(both.new, "x-unwrap"),
        old=paths[0], new=paths[1], direction=Direction.RESPONSE, together=True,
    )  # fmt: skip
    whole = (reference(one.value), reference(other.value))
    shared = steps[0][:1] == steps[1][:1]
    if all(whole) and shared:
        # The rest of the envelope is compared; the path to the result is what changed.
        reach = both.new.reach(Direction.RESPONSE)
        notes.roots.append(Root(whole, reach, both.new.resource, skip=steps[0][0], envelope=True))
    before, after = bodies.follow_path(both.old, one, steps[0]), bodies.follow_path(both.new, other, steps[1])
    if before is not None and after is not None:
        bodies.value("response", before, after, both, comparison, notes)


def _mark_envelopes(old: Side, new: Side, steps: list[str], both: Both, notes: Notes) -> None:
    """Mark the models on the path to the result as envelopes: callers do not see their names."""
    reach = both.new.reach(Direction.RESPONSE)
    for end in range(1, len(steps)):
        sides = (
            bodies.follow_path(both.old, old, steps[:end]),
            bodies.follow_path(both.new, new, steps[:end]),
        )
        names = tuple(reference(side.value) if side is not None else "" for side in sides)
        if all(names):
            notes.roots.append(Root((names[0], names[1]), reach, both.new.resource, envelope=True))


def _content(old: Side, new: Side, both: Both, comparison: Comparison, notes: Notes) -> None:
    one, other = bodies.schema(old), bodies.schema(new)
    if one is not None and other is not None:
        bodies.value("response", one, other, both, comparison, notes, envelope=True)


def _headers(old: Side, new: Side, both: Both, comparison: Comparison, notes: Notes) -> None:
    before, after = _read_headers(both.old, old), _read_headers(both.new, new)
    for name in sorted(before.keys() | after.keys()):
        pointer = after[name].pointer if name in after else new.pointer
        if name not in after or name not in before:
            rule = f"response-header-{'added' if name in after else 'removed'}"
            notes.add(rule, both.new, pointer, subject=name, direction=Direction.RESPONSE)
            continue
        one, other = before[name], after[name]
        if bool(one.value.get("required")) != bool(other.value.get("required")):
            state = "required" if other.value.get("required") else "optional"
            rule = f"response-header-became-{state}"
            notes.add(rule, both.new, pointer, subject=name, direction=Direction.RESPONSE)
        if "schema" in one.value and "schema" in other.value:
            sides = (one.below("schema"), other.below("schema"))
            header_values("response", *sides, name, both, comparison, notes)


def _read_headers(caller: Caller, response: Side) -> dict[str, Side]:
    """Headers by their names in lower case, as HTTP compares them."""
    return {
        name.lower(): Side(*caller.document.follow(raw, pointers.child(response.pointer, "headers", name)))
        for name, raw in (response.value.get("headers") or {}).items()
    }


def _nameless(side: Side, version: str) -> Side:
    """A schema whose constant is the name of the version itself, without that name."""
    value: Any = side.value
    if isinstance(value, dict) and value.get("const") == version:
        value = {**value, "const": "the version"}
    return Side(value, side.pointer)


def _describe(found: Finding, value: str) -> str:
    return value or found.kind.replace("-", " ")
