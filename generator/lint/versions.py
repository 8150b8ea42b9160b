"""The findings of several versions: each once, with the overlay to correct where the location cannot say it.

A finding in an old file is often caused by a new one: an overlay removed the last use of a component, or left
an example as it was. To correct the old file would change the versions before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from generator.document.document import Document
from generator.lint import lint_document
from generator.lint.rule import LintFinding


def lint_versions(documents: Sequence[Document], wanted: Collection[str]) -> list[LintFinding]:
    """The findings of the wanted versions, oldest first; one that several versions share is there once.

    Args:
        documents: neighbours, oldest first; also those before the wanted ones, as far as they are there.
    """
    linted: dict[str, list[LintFinding]] = {}

    def findings(document: Document) -> list[LintFinding]:
        if document.version not in linted:
            linted[document.version] = lint_document(document)
        return linted[document.version]

    found: dict[tuple[str, str, str], LintFinding] = {}
    for index, document in enumerate(documents):
        if document.version not in wanted:
            continue
        overlay = next(reversed(list(document.actions)), "")
        for finding in findings(document):
            if overlay and finding.file != overlay and index:
                known = {_key(one) for one in findings(documents[index - 1])}
                if _key(finding) not in known:
                    finding = replace(finding, overlay=overlay)
            found.setdefault(_key(finding), finding)
    return list(found.values())


def _key(finding: LintFinding) -> tuple[str, str, str]:
    return finding.rule, finding.pointer, finding.message
