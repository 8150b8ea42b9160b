"""Operations: which came, went, moved or were renamed, and what their callers must know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from generator.diff.comparing import behaviour, bodies, parameters, responses, security
from generator.diff.comparing.alternatives import read_fields, resolve_shape
from generator.diff.comparing.moves import Move
from generator.diff.comparing.operation_findings import Notes
from generator.diff.comparing.operation_pairs import Alignment, Both, Caller
from generator.diff.comparing.schemas import Comparison


def compare(aligned: Alignment, comparison: Comparison, moves: Sequence[Move], notes: Notes) -> None:
    """Everything about the operations of `paths`."""
    by_id = {
        both.new.method for both in aligned.both if re.findall(r"{(.*?)}", both.new.operation.path) == ["id"]
    }
    for caller in aligned.added:
        note = f"Call `{_write_call(caller)}`."
        notes.add("operation-added", caller, caller.operation.pointer, new=caller.request, note=note)
    for caller in aligned.removed:
        successor = _find_successor(caller, by_id)
        notes.add(
            "operation-removed", caller, caller.operation.pointer,
            old=caller.request, note=_does_the_same(successor), successor=successor,
        )  # fmt: skip
    for both in aligned.both:
        _compare_declaration(both, by_id, notes)
        parameters.compare(both, comparison, moves, notes)
        bodies.compare(both, comparison, notes)
        responses.compare(both, comparison, notes)
        behaviour.compare(both, notes)
        security.compare(both, notes)


def _compare_declaration(both: Both, by_id: Collection[str], notes: Notes) -> None:
    old, new = both.old, both.new
    pointer = new.operation.pointer
    if old.operation.id != new.operation.id:
        notes.add("operation-id-changed", new, pointer, old=old.operation.id, new=new.operation.id)
    if old.method != new.method:
        notes.add("client-method-renamed", new, pointer, subject=old.method, old=old.method, new=new.method)
    if old.operation.method != new.operation.method:
        verbs = (old.operation.method.upper(), new.operation.method.upper())
        notes.add("operation-verb-changed", new, pointer, old=verbs[0], new=verbs[1])
    if parameters.bare(old.operation.path) != parameters.bare(new.operation.path):
        notes.add("operation-path-changed", new, pointer, old=old.operation.path, new=new.operation.path)
    if bool(old.raw.get("deprecated")) != bool(new.raw.get("deprecated")):
        if new.raw.get("deprecated"):
            successor = _find_successor(new, by_id)
            note = _does_the_same(successor)
            notes.add("operation-deprecated", new, f"{pointer}/deprecated", note=note, successor=successor)
        else:
            notes.add("operation-undeprecated", new, f"{pointer}/deprecated")
    before, after = old.raw.get("description", ""), new.raw.get("description", "")
    if before != after and after:
        notes.add("operation-meaning-changed", new, f"{pointer}/description", old=before, new=after)


def _find_successor(caller: Caller, by_id: Collection[str]) -> str:
    """The method that does by id what this one does by number, or nothing."""
    name = caller.method.removesuffix("_by_number")
    return name if name != caller.method and name in by_id else ""


def _does_the_same(successor: str) -> str:
    return f"`{successor}` does the same by id." if successor else ""


def _write_call(caller: Caller) -> str:
    """A call with the arguments that must be given, `client.parcels.get(id=...)`; dots stand for values."""
    names = [name for (_, name), (value, _) in caller.parameters().items() if value.get("required")]
    arguments = [f"{name}=..." for name in (*names, *_required_of_body(caller))]
    return f"client.{caller.method}({', '.join(arguments)})"


def _required_of_body(caller: Caller) -> Iterator[str]:
    body = bodies.body_of(caller)
    whole = bodies.schema(body) if body is not None else None
    wrapper = caller.raw.get("x-body-wrapper", "")
    payload = whole and bodies.follow_path(caller, whole, [wrapper] if wrapper else [])
    if not payload:
        return
    for part in resolve_shape(caller.document, payload.value, payload.pointer).parts:
        if part.kind == "object":
            known = read_fields(caller.document, part.schema, part.pointer)
            yield from (name for name in known.properties if name in known.required)
