"""Webhooks: the events, their headers, and the body that the service sends."""

from __future__ import annotations

from generator.diff.comparing import bodies
from generator.diff.comparing.operation_findings import Notes
from generator.diff.comparing.operation_pairs import Alignment, Both
from generator.diff.comparing.responses import header_values
from generator.diff.comparing.schemas import Comparison, Side


def compare(aligned: Alignment, comparison: Comparison, notes: Notes) -> None:
    """All webhooks."""
    for caller in aligned.added:
        notes.add("webhook-added", caller, caller.operation.pointer)
    for caller in aligned.removed:
        notes.add("webhook-removed", caller, caller.operation.pointer)
    for both in aligned.both:
        _meaning(both, notes)
        _headers(both, comparison, notes)
        _body(both, comparison, notes)


def _meaning(both: Both, notes: Notes) -> None:
    before, after = (caller.raw.get("description", "") for caller in (both.old, both.new))
    if before != after and after:
        pointer = f"{both.new.operation.pointer}/description"
        notes.add("webhook-meaning-changed", both.new, pointer, old=before, new=after)


def _headers(both: Both, comparison: Comparison, notes: Notes) -> None:
    before, after = both.old.parameters(), both.new.parameters()
    for key in sorted(before.keys() | after.keys()):
        name = key[1].lower()
        if key not in before or key not in after:
            rule = f"webhook-header-{'added' if key in after else 'removed'}"
            pointer = after[key][1] if key in after else both.new.operation.pointer
            notes.add(rule, both.new, pointer, subject=name)
            continue
        (one, one_pointer), (other, other_pointer) = before[key], after[key]
        if bool(one.get("required")) != bool(other.get("required")):
            state = "required" if other.get("required") else "optional"
            notes.add(f"webhook-header-became-{state}", both.new, other_pointer, subject=name)
        sides = (
            Side(one.get("schema") or {}, f"{one_pointer}/schema"),
            Side(other.get("schema") or {}, f"{other_pointer}/schema"),
        )
        header_values("webhook", *sides, name, both, comparison, notes)


def _body(both: Both, comparison: Comparison, notes: Notes) -> None:
    sides = []
    for caller in (both.old, both.new):
        raw, pointer = caller.document.follow(
            caller.raw.get("requestBody") or {}, f"{caller.operation.pointer}/requestBody"
        )
        sides.append(bodies.schema(Side(raw, pointer)))
    if sides[0] is not None and sides[1] is not None:
        bodies.value("webhook", sides[0], sides[1], both, comparison, notes)
