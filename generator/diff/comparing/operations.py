"""Operations: which came, went, moved or were renamed, and what their callers must know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from generator.diff.comparing import behaviour, bodies, parameters, responses, security
from generator.diff.comparing.moves import Move
from generator.diff.comparing.operation_findings import Call, OperationFindings
from generator.diff.comparing.operation_pairs import Alignment, OperationPair, OperationView, bare
from generator.diff.comparing.remarks import describe_deprecation
from generator.diff.comparing.schemas import Comparison, Side, reference
from generator.document.schema_walk import SchemaWalk


def compare(
    aligned: Alignment, comparison: Comparison, moves: Sequence[Move], findings: OperationFindings
) -> None:
    """Everything about the operations of `paths`."""
    by_id = {
        pair.new.method for pair in aligned.pairs if re.findall(r"{(.*?)}", pair.new.operation.path) == ["id"]
    }
    for view in aligned.added:
        note = f"Call `{_write_call(view)}`."
        findings.add("operation-added", view, view.operation.pointer, new=view.request, note=note)
    for view in aligned.removed:
        names = tuple(_required_arguments(view))
        findings.calls[view.method] = Call(view.method, names, (), "", "")
        successor = _find_successor(view, by_id) or _find_same_list(view, aligned.pairs)
        findings.add(
            "operation-removed", view, view.operation.pointer,
            old=view.request, successor=successor,
            note=_does_the_same(successor, is_by_number=view.method.endswith("_by_number")),
        )  # fmt: skip
    for pair in aligned.pairs:
        old, new = pair.old, pair.new
        findings.calls[new.method] = Call(
            old.method,
            tuple(_required_arguments(old)),
            tuple(_required_arguments(new)),
            responses.returned_model(old),
            responses.returned_model(new),
            *(reference(body.value) if body else "" for body in map(_payload, (old, new))),
        )
        _compare_declaration(pair, by_id, findings)
        parameters.compare(pair, comparison, moves, findings)
        bodies.compare(pair, comparison, findings)
        responses.compare(pair, comparison, findings)
        behaviour.compare(pair, findings)
        security.compare(pair, findings)


def _compare_declaration(pair: OperationPair, by_id: Collection[str], findings: OperationFindings) -> None:
    old, new = pair.old, pair.new
    pointer = new.operation.pointer
    if old.operation.id != new.operation.id:
        findings.add("operation-id-changed", new, pointer, old=old.operation.id, new=new.operation.id)
    if old.method != new.method:
        findings.add(
            "client-method-renamed", new, pointer, subject=old.method, old=old.method, new=new.method
        )
    if old.operation.method != new.operation.method:
        verbs = (old.operation.method.upper(), new.operation.method.upper())
        findings.add("operation-verb-changed", new, pointer, old=verbs[0], new=verbs[1])
    if bare(old.operation.path) != bare(new.operation.path):
        findings.add("operation-path-changed", new, pointer, old=old.operation.path, new=new.operation.path)
    if bool(old.raw.get("deprecated")) != bool(new.raw.get("deprecated")):
        if new.raw.get("deprecated"):
            successor = _find_successor(new, by_id)
            instead = _method_instead(new)
            said = describe_deprecation(new.raw, "" if instead == successor else instead)
            note = f"{said} {_does_the_same(successor)}".strip()
            findings.add("operation-deprecated", new, f"{pointer}/deprecated", note=note, successor=successor)
        else:
            findings.add("operation-undeprecated", new, f"{pointer}/deprecated")
    elif new.raw.get("deprecated") and old.raw.get("x-deprecated") != new.raw.get("x-deprecated"):
        note = describe_deprecation(new.raw, _method_instead(new), said_now=False)
        findings.add("operation-deprecation-changed", new, f"{pointer}/x-deprecated", note=note)
    before, after = old.raw.get("description", ""), new.raw.get("description", "")
    if before != after and after:
        findings.add("operation-meaning-changed", new, f"{pointer}/description", old=before, new=after)


def _find_successor(view: OperationView, by_id: Collection[str]) -> str:
    """The method that does by id what this one does by number, or nothing."""
    name = view.method.removesuffix("_by_number")
    return name if name != view.method and name in by_id else ""


def _find_same_list(view: OperationView, pairs: Iterable[OperationPair]) -> str:
    """The method of the same resource that now lists all that this one did, or nothing."""
    listed = (view.raw.get("x-mock") or {}).get("unfiltered-list")
    for pair in pairs if listed else ():
        if (
            pair.new.resource == view.resource
            and (pair.new.raw.get("x-mock") or {}).get("unfiltered-list") == listed
        ):
            return pair.new.method
    return ""


def _method_instead(view: OperationView) -> str:
    """The method that the document says to use instead, or nothing."""
    details = view.raw.get("x-deprecated") or {}
    for other in view.document.operations():
        if other.id == details.get("instead"):
            return f"{other.raw.get('x-resource')}.{other.raw.get('x-method')}"
    return ""


def _does_the_same(successor: str, *, is_by_number: bool = True) -> str:
    if successor and not is_by_number:
        return f"`{successor}` lists the same."
    return f"`{successor}` does the same by id." if successor else ""


def _write_call(view: OperationView) -> str:
    """A call with the arguments that must be given, `client.parcels.get(id=...)`; dots stand for values."""
    arguments = [f"{name}=..." for name in _required_arguments(view)]
    return f"client.{view.method}({', '.join(arguments)})"


def _required_arguments(view: OperationView) -> Iterator[str]:
    yield from (name for (_, name), (value, _) in view.parameters().items() if value.get("required"))
    yield from _required_of_body(view)


def _payload(view: OperationView) -> Side | None:
    """The schema whose properties are arguments."""
    whole = bodies.schema_of(view)
    wrapper = view.raw.get("x-body-wrapper", "")
    return bodies.follow_path(view, whole, [wrapper] if wrapper else []) if whole is not None else None


def _required_of_body(view: OperationView) -> Iterator[str]:
    payload = _payload(view)
    if payload is None:
        return
    walk = SchemaWalk(view.document)
    for part in walk.alternatives(payload.value, payload.pointer).parts:
        if part.kind == "object":
            known = walk.properties(part.schema, part.pointer)
            yield from (name for name, declared in known.items() if declared.required)
