"""What operations take and return: bodies, their wrappers, their media types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diff.comparing.alternatives import describe_type, find_properties
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.operation_findings import OperationFindings, Root
from generator.diff.comparing.operation_pairs import Direction, OperationPair, OperationView
from generator.diff.comparing.schemas import Comparison, Side, reference
from generator.document import pointer as pointers

JSON = "application/json"


def compare(pair: OperationPair, comparison: Comparison, findings: OperationFindings) -> None:
    """The request body of one operation."""
    before, after = body_of(pair.old), body_of(pair.new)
    pointer = f"{pair.new.operation.pointer}/requestBody"
    if before is None and after is None:
        return
    if before is None and after is not None:
        rule = "required-request-body-added" if after.value.get("required") else "request-body-added"
        findings.add(rule, pair.new, pointer, new=_contents(after))
    elif after is None and before is not None:
        findings.add("request-body-removed", pair.new, pair.new.operation.pointer, old=_contents(before))
    elif before is not None and after is not None:
        if bool(before.value.get("required")) != bool(after.value.get("required")):
            state = "required" if after.value.get("required") else "optional"
            findings.add(f"request-body-became-{state}", pair.new, pointer)
        media_types("request", before, after, pair, findings)
        one, other = schema(before), schema(after)
        if one is not None and other is not None:
            _compare_payload(one, other, pair, comparison, findings)


def media_types(area: str, old: Side, new: Side, pair: OperationPair, findings: OperationFindings) -> None:
    """Media types that came or went."""
    before, after = old.value.get("content") or {}, new.value.get("content") or {}
    direction = Direction(area)
    for name in sorted(after):
        if name not in before and before:
            findings.add(f"{area}-media-type-added", pair.new, new.pointer, new=name, direction=direction)
    for name in sorted(before):
        if name not in after and after:
            findings.add(f"{area}-media-type-removed", pair.new, new.pointer, old=name, direction=direction)


def schema(body: Side) -> Side | None:
    """The JSON schema of a body or a response, if it has one."""
    content = body.value.get("content") or {}
    if "schema" not in (content.get(JSON) or {}):
        return None
    return body.below("content", JSON, "schema")


def follow_path(view: OperationView, whole: Side, steps: list[str]) -> Side | None:
    """The schema at the end of a way through properties; nothing where the way is lost."""
    side = whole
    for step in steps:
        found = next(find_properties(view.document, side.value, side.pointer, step), None)
        if found is None:
            return None
        side = Side(found.schema, found.pointer)
    return side


def value(
    area: str,
    old: Side,
    new: Side,
    pair: OperationPair,
    comparison: Comparison,
    findings: OperationFindings,
    *,
    payload: bool = False,
    envelope: bool = False,
) -> None:
    """Compare a whole body or response: inline parts are recorded here, models become roots."""
    direction = Direction(area)
    noun = "result" if area == "response" else "body"
    subject = Subject(f"{pair.new.method} {noun}", new.pointer)
    found = comparison.schemas(old, new, subject)
    findings.values(area, pair, found.findings, direction)
    direct = (reference(old.value), reference(new.value))
    reach = pair.new.reach(direction)
    findings.roots.extend(
        Root(
            models, reach, pair.new.resource, payload and models == direct, "", envelope and models == direct
        )
        for models in found.pairs
    )


def _compare_payload(
    old: Side, new: Side, pair: OperationPair, comparison: Comparison, findings: OperationFindings
) -> None:
    before, after = (view.raw.get("x-body-wrapper", "") for view in (pair.old, pair.new))
    one = follow_path(pair.old, old, [before] if before else [])
    other = follow_path(pair.new, new, [after] if after else [])
    if before == after:
        if before:  # what else the wrapper holds, and whether it is required
            value("request", old, new, pair, comparison, findings, envelope=True)
    else:
        pointer = f"{pair.new.operation.pointer}/requestBody"
        findings.add(
            "request-wrapper-changed",
            pair.new,
            pointer,
            old=_quote(before),
            new=_quote(after),
            together=True,
        )
    if one is not None and other is not None:
        value("request", one, other, pair, comparison, findings, payload=True)


def _quote(wrapper: str) -> str:
    return f"`{wrapper}`" if wrapper else "none"


def body_of(view: OperationView) -> Side | None:
    """The request body of an operation, if it has one."""
    raw = view.raw.get("requestBody")
    if raw is None:
        return None
    found, pointer = view.document.follow(raw, f"{view.operation.pointer}/requestBody")
    return Side(found, pointer)


def schema_of(view: OperationView) -> Side | None:
    """The JSON schema of the request body of an operation, if it has one."""
    body = body_of(view)
    return schema(body) if body is not None else None


def _contents(body: Side) -> str:
    found: Mapping[str, Any] | None = None
    side = schema(body)
    if side is not None:
        found = side.value
    return (
        describe_type(found)
        if found is not None
        else ", ".join(sorted(body.value.get("content") or {})) or "anything"
    )


def pointer_of(view: OperationView, *parts: str) -> str:
    """A pointer below the operation."""
    return pointers.child(view.operation.pointer, *parts)
