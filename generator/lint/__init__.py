"""What a document must be, beyond valid: `lint_document` gives every finding, `RULES` every rule."""

from __future__ import annotations

from collections.abc import Iterator

from generator.document.document import Document
from generator.errors import SpecError
from generator.lint.rule import RULES, LintFinding, Rule, finding_of_error
from generator.lint.rules import (  # noqa: F401 - importing a family registers its rules
    arguments,
    behaviour,
    components,
    constraints,
    contents,
    deprecation,
    examples,
    extensions,
    full_response,
    impossible,
    links,
    made_up_values,
    operations,
    patterns,
    schemas,
    service,
    standards,
    unread,
    values,
)
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
                findings.extend(_findings(document, rule, view))
        if findings:
            break
    distinct = {(one.file, one.line, one.pointer, one.message): one for one in reversed(findings)}
    return sorted(distinct.values(), key=lambda one: (one.file, one.line, one.column, one.rule))


def _findings(document: Document, rule: Rule, view: View) -> Iterator[LintFinding]:
    """What one rule finds; a document that it cannot even walk over is a finding too."""
    try:
        for hit in rule.check(view):
            yield _finding(document, rule, *hit)
    except SpecError as error:
        yield finding_of_error(rule.id, error)


def _finding(document: Document, rule: Rule, pointer: str, message: str) -> LintFinding:
    location, text = document.location(pointer), document.with_action_number(pointer, message)
    return LintFinding(rule.id, location.file, location.line, location.column, pointer, text, rule.level)
