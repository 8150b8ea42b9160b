"""Webhooks: the events, their headers, and the body that the service sends."""

from __future__ import annotations

from generator.diff.comparing import bodies
from generator.diff.comparing.operation_findings import Call, OperationFindings, Root
from generator.diff.comparing.operation_pairs import Alignment, Direction, OperationPair, OperationView
from generator.diff.comparing.responses import header_values
from generator.diff.comparing.schemas import Comparison, Side, reference


def compare(aligned: Alignment, comparison: Comparison, findings: OperationFindings) -> None:
    """All webhooks."""
    for view in aligned.added:
        findings.add("webhook-added", view, view.operation.pointer)
        _body_of_added(view, findings)
    for view in aligned.removed:
        findings.add("webhook-removed", view, view.operation.pointer)
    for pair in aligned.pairs:
        _meaning(pair, findings)
        _deprecation(pair, findings)
        _headers(pair, comparison, findings)
        _body(pair, comparison, findings)


def _meaning(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = (view.raw.get("description", "") for view in (pair.old, pair.new))
    if before != after and after:
        pointer = f"{pair.new.operation.pointer}/description"
        findings.add("webhook-meaning-changed", pair.new, pointer, old=before, new=after)


def _deprecation(pair: OperationPair, findings: OperationFindings) -> None:
    before, after = (bool(view.raw.get("deprecated")) for view in (pair.old, pair.new))
    if before != after:
        rule = f"webhook-{'deprecated' if after else 'undeprecated'}"
        findings.add(rule, pair.new, f"{pair.new.operation.pointer}/deprecated")


def _headers(pair: OperationPair, comparison: Comparison, findings: OperationFindings) -> None:
    before, after = pair.old.parameters(), pair.new.parameters()
    for key in sorted(before.keys() | after.keys()):
        name = key[1].lower()
        if key not in before or key not in after:
            rule = f"webhook-header-{'added' if key in after else 'removed'}"
            pointer = after[key][1] if key in after else pair.new.operation.pointer
            findings.add(rule, pair.new, pointer, subject=name)
            continue
        (one, one_pointer), (other, other_pointer) = before[key], after[key]
        if bool(one.get("required")) != bool(other.get("required")):
            state = "required" if other.get("required") else "optional"
            findings.add(f"webhook-header-became-{state}", pair.new, other_pointer, subject=name)
        sides = (
            Side(one.get("schema") or {}, f"{one_pointer}/schema"),
            Side(other.get("schema") or {}, f"{other_pointer}/schema"),
        )
        header_values("webhook", *sides, name, pair, comparison, findings)


def _body_of_added(view: OperationView, findings: OperationFindings) -> None:
    """The model of a new event: what changed in it for other events is seen in this one too."""
    schema = bodies.schema_of(view)
    model = reference(schema.value) if schema is not None else ""
    if model:
        root = Root((model, model), view.reach(Direction.WEBHOOK), view.resource, added=True)
        findings.roots.append(root)


def _body(pair: OperationPair, comparison: Comparison, findings: OperationFindings) -> None:
    sides = [bodies.schema_of(view) for view in (pair.old, pair.new)]
    models = [reference(side.value) if side is not None else "" for side in sides]
    findings.calls[pair.new.method] = Call(pair.old.method, (), (), models[0], models[1])
    if (sides[0] is None) != (sides[1] is None):
        rule = f"webhook-body-{'removed' if sides[1] is None else 'added'}"
        findings.add(rule, pair.new, f"{pair.new.operation.pointer}/requestBody")
    if sides[0] is not None and sides[1] is not None:
        bodies.value("webhook", sides[0], sides[1], pair, comparison, findings)
