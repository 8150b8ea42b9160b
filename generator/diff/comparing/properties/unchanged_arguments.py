"""What changed in responses alone, while requests have an argument of the same name that stays as it was."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from generator.diff.comparing.finding import Finding
from generator.diff.comparing.operation_findings import Call
from generator.diff.comparing.operation_pairs import Direction
from generator.diff.comparing.reach import ReachedPair
from generator.diff.comparing.schemas import Pair
from generator.document.document import Document
from generator.document.schema_walk import SchemaWalk

_GONE_OR_OTHER = frozenset(
    {
        "property-removed", "property-renamed", "property-moved",
        "property-type-changed", "property-type-widened", "property-type-narrowed",
    }
)  # fmt: skip


def say_what_requests_keep(
    models: Mapping[Pair, ReachedPair], calls: Mapping[str, Call], old: Document, new: Document
) -> None:
    """Add a note to what readers must change and senders must not. `calls`: by method."""
    stayed = _unchanged_arguments(models, SchemaWalk(old), SchemaWalk(new))
    for met in models.values():
        if any(reach.direction is Direction.REQUEST for reach in met.seen):
            continue
        # A method that sends the one and gets the other speaks of the same thing. An argument that has the
        # name of something inside of a result is another thing.
        methods = {reach.method for reach in met.seen} & calls.keys()
        returning = {method for method in methods if calls[method].old_model == met.pair[0]}
        findings = tuple(_with_note(one, returning, stayed) for one in met.differences.findings)
        met.differences = replace(met.differences, findings=findings)


def _unchanged_arguments(
    models: Mapping[Pair, ReachedPair], old: SchemaWalk, new: SchemaWalk
) -> dict[str, list[str]]:
    """By the name of each argument that stayed as it was: the methods that take it."""
    found: dict[str, list[str]] = {}
    for (before, after), met in models.items():
        if met.arguments:
            names = old.properties(old.named[before], old.pointer(before))
            still = new.properties(new.named[after], new.pointer(after)).keys() & names.keys()
            for name in still - {one.property for one in met.differences.findings}:
                found.setdefault(name, []).extend(met.arguments)
    return found


def _with_note(finding: Finding, returning: Container[str], stayed: Mapping[str, list[str]]) -> Finding:
    name = finding.old if finding.kind == "property-renamed" else finding.property
    if finding.kind not in _GONE_OR_OTHER or not name:
        return finding
    methods = sorted(f"`{method}({name}=)`" for method in {*stayed.get(name, ())} if method in returning)
    note = f"{finding.note} Requests keep it: {', '.join(methods)}." if methods else finding.note
    return replace(finding, note=note.lstrip())
