"""What a model has more or less than the one that it replaced, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from generator.diff.comparing import certainty
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding, join_words
from generator.document.schema_walk import Property

_FEW = 5


def comes_all_the_same(finding: Finding, model: Subject, fields: Mapping[str, Property]) -> bool:
    """Whether a property is no longer required, and yet in every full response."""
    name = finding.subject.removeprefix(f"{model.name}.")
    return (
        finding.kind == "property-became-optional"
        and name in fields
        and certainty.is_sure(fields[name]._replace(required=False))
    )


def describe_besides(findings: Iterable[Finding], model: Subject) -> Iterator[str]:
    """What a model has more, and what of it may be absent, in sentences."""
    names: dict[str, list[str]] = {}
    for one in findings:
        name = one.subject.removeprefix(f"{model.name}.")
        names.setdefault(one.kind, []).append(f"`{name}`")
    added = names.get("property-added", [])
    if added:
        few = len(added) <= _FEW
        yield f"It also has {join_words(added)}." if few else f"It has {len(added)} properties more."
    optional = names.get("property-became-optional", [])
    if optional:
        yield f"It need not have {join_words(optional, 'or')}."
