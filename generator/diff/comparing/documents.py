"""Two documents compared as a whole: every finding, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.diff.comparing import behaviour, operations, security, webhooks
from generator.diff.comparing import operation_pairs as sides
from generator.diff.comparing.moves import Move
from generator.diff.comparing.operation_findings import Call, OperationFinding, OperationFindings
from generator.diff.comparing.properties.unchanged_arguments import say_what_requests_keep
from generator.diff.comparing.reach import ReachedPair, compare_models
from generator.diff.comparing.schemas import Comparison
from generator.document.document import Document


@dataclass(frozen=True, slots=True)
class DocumentFindings:
    """What differs between two documents."""

    operations: tuple[OperationFinding, ...]
    """Findings about operations and all around them."""
    models: tuple[ReachedPair, ...]
    """Findings about models that operations of both documents reach."""
    calls: Mapping[str, Call]
    """How operations are called and what they return, by method."""


def compare_documents(old: Document, new: Document, moves: Sequence[Move]) -> DocumentFindings:
    """Compare all that callers see; `moves` says where data went between the two.

    Texts that callers do not read (examples, tags, summaries, provenance, dates) are not compared, nor is the
    name of the version where it stands for itself. The end of support is, where both are of one version. A
    model that no operation of both documents reaches is not compared: the operation that came or went covers
    it.
    """
    comparison = Comparison(old, new, moves)
    findings = OperationFindings()
    operations.compare(sides.operations(old, new), comparison, moves, findings)
    webhooks.compare(sides.webhooks(old, new), comparison, findings)
    behaviour.compare_errors(old, new, findings)
    security.compare_schemes(old, new, findings)
    security.compare_servers(old, new, findings)
    _compare_support(old, new, findings)
    models = compare_models(findings.roots, comparison)
    say_what_requests_keep(models, findings.calls, old, new)
    return DocumentFindings(tuple(findings.recorded), tuple(models.values()), findings.calls)


def _compare_support(old: Document, new: Document, findings: OperationFindings) -> None:
    """Every version has an end of its own; that of one version can be corrected."""
    before, after = (str(one.raw["info"].get("x-supported-until", "")) for one in (old, new))
    if old.version == new.version and before != after:
        rule = f"support-end-{'changed' if before and after else 'declared' if after else 'removed'}"
        findings.recorded.append(
            OperationFinding(rule, new.version, "/info/x-supported-until", None, "general", before, after)
        )
