"""Responses of operations: status codes, headers, and the path of the result in the response."""

from __future__ import annotations

from typing import Any

from generator.diff.comparing import bodies
from generator.diff.comparing.alternatives import describe_type
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding, join_words
from generator.diff.comparing.operation_findings import OperationFindings, Root
from generator.diff.comparing.operation_pairs import Direction, OperationPair, OperationView
from generator.diff.comparing.schemas import Comparison, Side, reference
from generator.document import pointer as pointers
from generator.document.schema_walk import SchemaWalk

_PLAIN = ("string", "integer", "number", "boolean")


def compare(pair: OperationPair, comparison: Comparison, findings: OperationFindings) -> None:
    """The responses of one operation."""
    before, after = _responses(pair.old), _responses(pair.new)
    _statuses(before, after, pair, findings)
    good = [
        [side for status, side in sorted(sides.items()) if status.startswith("2")]
        for sides in (before, after)
    ]
    if good[0] and good[1]:
        _success(good[0][0], good[1][0], pair, comparison, findings)
    for status in sorted(before.keys() & after.keys()):
        if not status.startswith("2"):
            _content(before[status], after[status], pair, comparison, findings)
    shared = [(before[status], after[status]) for status in sorted(before.keys() & after.keys())]
    if good[0] and good[1] and not any(one is good[0][0] for one, _ in shared):
        shared.append((good[0][0], good[1][0]))
    for one, other in shared:
        _headers(one, other, pair, comparison, findings)


def returned_model(view: OperationView) -> str:
    """The component that a method returns, or the items of its result are; empty if they have no name."""
    good = [side for status, side in sorted(_responses(view).items()) if status.startswith("2")]
    whole = bodies.schema(good[0]) if good else None
    path = (view.raw.get("x-pagination") or {}).get("items") or str(view.raw.get("x-unwrap", ""))
    found = whole and bodies.follow_path(view, whole, path.split(".") if path else [])
    if not found:
        return ""
    for part in SchemaWalk(view.document).alternatives(found.value, found.pointer).parts:
        if part.kind == "array":
            return reference(part.schema.get("items") or {})
    return reference(found.value)


def header_values(
    area: str,
    old: Side,
    new: Side,
    name: str,
    pair: OperationPair,
    comparison: Comparison,
    findings: OperationFindings,
) -> None:
    """The schemas of one header; the name of the API version in it is not a difference."""
    subject = Subject(name, new.pointer)
    versions = (pair.old.document.version, pair.new.document.version)
    one, other = (_nameless(side, version) for side, version in zip((old, new), versions, strict=True))
    plain = isinstance(one.value, dict) and one.value.get("type") in _PLAIN
    if plain and one.value == other.value:  # the usual case, on every response: skips the full comparison
        return
    differences = comparison.schemas(one, other, subject)
    for found in differences.findings:
        constant = found.pointer.endswith("/const") or "const " in found.old + found.new
        rule = "header-constant-changed" if constant else f"{area}-header-changed"
        findings.add(
            rule, pair.new, found.pointer,
            subject=name, old=_describe(found, found.old), new=_describe(found, found.new),
            direction=Direction.RESPONSE,
        )  # fmt: skip
    reach = pair.new.reach(Direction.WEBHOOK if pair.new.event else Direction.RESPONSE)
    findings.roots.extend(Root(models, reach, pair.new.resource) for models in differences.pairs)


def _responses(view: OperationView) -> dict[str, Side]:
    found: dict[str, Side] = {}
    for status, raw in (view.raw.get("responses") or {}).items():
        pointer = pointers.child(view.operation.pointer, "responses", status)
        found[str(status)] = Side(*view.document.follow(raw, pointer))
    return found


def _statuses(
    before: dict[str, Side], after: dict[str, Side], pair: OperationPair, findings: OperationFindings
) -> None:
    pointer = f"{pair.new.operation.pointer}/responses"
    good = [sorted(status for status in sides if status.startswith("2")) for sides in (before, after)]
    if good[0] != good[1]:
        findings.add(
            "success-status-changed", pair.new, pointer,
            old=join_words(good[0], "or"), new=join_words(good[1], "or"), direction=Direction.RESPONSE,
        )  # fmt: skip
    for status in sorted(after.keys() - before.keys() - set(good[1])):
        findings.add(
            "error-status-added", pair.new, pointers.child(pointer, status),
            new=status, direction=Direction.RESPONSE,
        )  # fmt: skip
    for status in sorted(before.keys() - after.keys() - set(good[0])):
        findings.add("error-status-removed", pair.new, pointer, old=status, direction=Direction.RESPONSE)


def _success(
    old: Side, new: Side, pair: OperationPair, comparison: Comparison, findings: OperationFindings
) -> None:
    one, other = bodies.schema(old), bodies.schema(new)
    bodies.media_types("response", old, new, pair, findings)
    if one is None and other is not None:
        findings.add(
            "response-body-added", pair.new, other.pointer,
            new=describe_type(other.value), direction=Direction.RESPONSE,
        )  # fmt: skip
    if one is not None and other is None:
        findings.add(
            "response-body-removed",
            pair.new,
            new.pointer,
            old=describe_type(one.value),
            direction=Direction.RESPONSE,
        )
    if one is None or other is None:
        return
    paths = [_result_path(pair.old, pair.new), _result_path(pair.new, pair.old)]
    steps = [path.split(".") if path else [] for path in paths]
    if steps[0] == steps[1]:
        bodies.value("response", one, other, pair, comparison, findings, envelope=True)
        _mark_envelopes(one, other, steps[0], pair, findings)
        return
    findings.add(
        "response-wrapper-changed", pair.new, bodies.pointer_of(pair.new, "x-unwrap"),
        old=paths[0], new=paths[1], direction=Direction.RESPONSE, together=True,
    )  # fmt: skip
    whole = (reference(one.value), reference(other.value))
    shared = steps[0][:1] == steps[1][:1]
    if all(whole) and shared:
        # The rest of the envelope is compared; the path to the result is what changed.
        reach = pair.new.reach(Direction.RESPONSE)
        findings.roots.append(Root(whole, reach, pair.new.resource, skip=steps[0][0], envelope=True))
    before, after = bodies.follow_path(pair.old, one, steps[0]), bodies.follow_path(pair.new, other, steps[1])
    if before is not None and after is not None:
        bodies.value("response", before, after, pair, comparison, findings)


def _result_path(view: OperationView, other: OperationView) -> str:
    """The path of the result; of the items, if they are what the other document returns at once."""
    own, others = (str(one.raw.get("x-unwrap", "")) for one in (view, other))
    paging = view.raw.get("x-pagination")
    if paging is not None and other.raw.get("x-pagination") is None and paging["items"] == others:
        return others
    return own


def _mark_envelopes(
    old: Side, new: Side, steps: list[str], pair: OperationPair, findings: OperationFindings
) -> None:
    """Mark the models on the path to the result as envelopes: callers do not see their names."""
    reach = pair.new.reach(Direction.RESPONSE)
    for end in range(1, len(steps)):
        sides = (
            bodies.follow_path(pair.old, old, steps[:end]),
            bodies.follow_path(pair.new, new, steps[:end]),
        )
        names = tuple(reference(side.value) if side is not None else "" for side in sides)
        if all(names):
            findings.roots.append(Root((names[0], names[1]), reach, pair.new.resource, envelope=True))


def _content(
    old: Side, new: Side, pair: OperationPair, comparison: Comparison, findings: OperationFindings
) -> None:
    one, other = bodies.schema(old), bodies.schema(new)
    if one is not None and other is not None:
        bodies.value("response", one, other, pair, comparison, findings, envelope=True)


def _headers(
    old: Side, new: Side, pair: OperationPair, comparison: Comparison, findings: OperationFindings
) -> None:
    before, after = _read_headers(pair.old, old), _read_headers(pair.new, new)
    for name in sorted(before.keys() | after.keys()):
        pointer = after[name].pointer if name in after else new.pointer
        if name not in after or name not in before:
            rule = f"response-header-{'added' if name in after else 'removed'}"
            findings.add(rule, pair.new, pointer, subject=name, direction=Direction.RESPONSE)
            continue
        one, other = before[name], after[name]
        if bool(one.value.get("required")) != bool(other.value.get("required")):
            state = "required" if other.value.get("required") else "optional"
            rule = f"response-header-became-{state}"
            findings.add(rule, pair.new, pointer, subject=name, direction=Direction.RESPONSE)
        if "schema" in one.value and "schema" in other.value:
            sides = (one.below("schema"), other.below("schema"))
            header_values("response", *sides, name, pair, comparison, findings)


def _read_headers(view: OperationView, response: Side) -> dict[str, Side]:
    """Headers by their names in lower case, as HTTP compares them."""
    return {
        name.lower(): Side(*view.document.follow(raw, pointers.child(response.pointer, "headers", name)))
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
