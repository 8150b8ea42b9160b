"""What a document must be, beyond valid: `lint_document` gives every finding, `RULES` every rule."""

from __future__ import annotations

from generator.document.document import Document
from generator.lint import (  # noqa: F401 - importing a family registers its rules
    arguments,
    behaviour,
    components,
    constraints,
    examples,
    extensions,
    full_response,
    links,
    operations,
    schemas,
    standards,
    values,
)
from generator.lint.rule import RULES, LintFinding, Rule
from generator.lint.view import View

__all__ = ["RULES", "LintFinding", "Rule", "lint_document"]


def lint_document(document: Document) -> list[LintFinding]:
    """Every finding of every rule, in the order of the files.

    The `first` rules guard the others: while they have findings, the others do not run, because they may rely
    on the shape of the document.
    """
    view = View(document)
    findings: list[LintFinding] = []
    for first in (True, False):
        for rule in RULES.values():
            if rule.first is first:
                findings.extend(_finding(document, rule, *hit) for hit in rule.check(view))
        if findings:
            break
    return sorted(findings, key=lambda finding: (finding.file, finding.line, finding.column, finding.rule))


def _finding(document: Document, rule: Rule, pointer: str, message: str) -> LintFinding:
    location, text = document.location(pointer), document.with_action_number(pointer, message)
    return LintFinding(rule.id, location.file, location.line, location.column, pointer, text, rule.level)
