"""What operations take and return: bodies, their wrappers, their media types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diff.comparing.alternatives import describe_type, find_properties
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.operation_findings import Notes, Root
from generator.diff.comparing.operation_pairs import Both, Caller, Direction
from generator.diff.comparing.schemas import Comparison, Side, reference
from generator.document import pointer as pointers

JSON = "application/json"


def compare(both: Both, comparison: Comparison, notes: Notes) -> None:
    """The request body of one operation."""
    before, after = body_of(both.old), body_of(both.new)
    pointer = f"{both.new.operation.pointer}/requestBody"
    if before is None and after is None:
        return
    if before is None and after is not None:
        rule = "required-request-body-added" if after.value.get("required") else "request-body-added"
        notes.add(rule, both.new, pointer, new=_contents(after))
    elif after is None and before is not None:
        notes.add("request-body-removed", both.new, both.new.operation.pointer, old=_contents(before))
    elif before is not None and after is not None:
        if bool(before.value.get("required")) != bool(after.value.get("required")):
            state = "required" if after.value.get("required") else "optional"
            notes.add(f"request-body-became-{state}", both.new, pointer)
        media_types("request", before, after, both, notes)
        one, other = schema(before), schema(after)
        if one is not None and other is not None:
            _compare_payload(one, other, both, comparison, notes)


def media_types(area: str, old: Side, new: Side, both: Both, notes: Notes) -> None:
    """Media types that came or went."""
    before, after = old.value.get("content") or {}, new.value.get("content") or {}
    direction = Direction(area)
    for name in sorted(after):
        if name not in before and before:
            notes.add(f"{area}-media-type-added", both.new, new.pointer, new=name, direction=direction)
    for name in sorted(before):
        if name not in after and after:
            notes.add(f"{area}-media-type-removed", both.new, new.pointer, old=name, direction=direction)


def schema(body: Side) -> Side | None:
    """The JSON schema of a body or a response, if it has one."""
    content = body.value.get("content") or {}
    if "schema" not in (content.get(JSON) or {}):
        return None
    return body.below("content", JSON, "schema")


def follow_path(caller: Caller, whole: Side, steps: list[str]) -> Side | None:
    """The schema at the end of a way through properties; nothing where the way is lost."""
    side = whole
    for step in steps:
        found = next(find_properties(caller.document, side.value, side.pointer, step), None)
        if found is None:
            return None
        side = Side(*found)
    return side


def value(
    area: str,
    old: Side,
    new: Side,
    both: Both,
    comparison: Comparison,
    notes: Notes,
    *,
    payload: bool = False,
    envelope: bool = False,
) -> None:
    """Compare a whole body or response: inline parts are recorded here, models become roots."""
    direction = Direction(area)
    noun = "result" if area == "response" else "body"
    subject = Subject(f"{both.new.method} {noun}", new.pointer)
    found = comparison.schemas(old, new, subject)
    notes.values(area, both, found.findings, direction)
    direct = (reference(old.value), reference(new.value))
    reach = both.new.reach(direction)
    notes.roots.extend(
        Root(pair, reach, both.new.resource, payload and pair == direct, "", envelope and pair == direct)
        for pair in found.pairs
    )


def _compare_payload(old: Side, new: Side, both: Both, comparison: Comparison, notes: Notes) -> None:
    before, after = (caller.raw.get("x-body-wrapper", "") for caller in (both.old, both.new))
    one = follow_path(both.old, old, [before] if before else [])
    other = follow_path(both.new, new, [after] if after else [])
    if before == after:
        if before:  # what else the wrapper holds, and whether it is required
            value("request", old, new, both, comparison, notes, envelope=True)
    else:
        pointer = f"{both.new.operation.pointer}/requestBody"
        notes.add(
            "request-wrapper-changed",
            both.new,
            pointer,
            old=_quote(before),
            new=_quote(after),
            together=True,
        )
    if one is not None and other is not None:
        value("request", one, other, both, comparison, notes, payload=True)


def _quote(wrapper: str) -> str:
    return f"`{wrapper}`" if wrapper else "none"


def body_of(caller: Caller) -> Side | None:
    """The request body of an operation, if it has one."""
    raw = caller.raw.get("requestBody")
    if raw is None:
        return None
    found, pointer = caller.document.follow(raw, f"{caller.operation.pointer}/requestBody")
    return Side(found, pointer)


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


def pointer_of(caller: Caller, *parts: str) -> str:
    """A pointer below the operation."""
    return pointers.child(caller.operation.pointer, *parts)
