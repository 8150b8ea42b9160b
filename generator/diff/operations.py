"""Operations: which came, went, moved or were renamed, and what their callers are told."""

from __future__ import annotations

from collections.abc import Sequence

from generator.diff import behaviour, bodies, parameters, responses, security
from generator.diff.move import Move
from generator.diff.noted import Notes
from generator.diff.sides import Alignment, Both
from generator.diff.values import Comparison


def compare(aligned: Alignment, comparison: Comparison, moves: Sequence[Move], notes: Notes) -> None:
    """Everything about the operations of `paths`."""
    for caller in aligned.added:
        notes.add("operation-added", caller, caller.operation.pointer, new=caller.request)
    for caller in aligned.removed:
        notes.add("operation-removed", caller, caller.operation.pointer, old=caller.request)
    for both in aligned.both:
        _itself(both, notes)
        parameters.compare(both, comparison, moves, notes)
        bodies.compare(both, comparison, notes)
        responses.compare(both, comparison, notes)
        behaviour.compare(both, notes)
        security.compare(both, notes)


def _itself(both: Both, notes: Notes) -> None:
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
        rule = "operation-deprecated" if new.raw.get("deprecated") else "operation-undeprecated"
        notes.add(rule, new, f"{pointer}/deprecated")
    before, after = old.raw.get("description", ""), new.raw.get("description", "")
    if before != after and after:
        notes.add("operation-meaning-changed", new, f"{pointer}/description", old=before, new=after)
