"""One document through everything: lint, client, mock and diff."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from document_support import contents, parameters, surroundings  # noqa: F401 - importing registers constructs
from document_support.client_run import call_all, next_version, write_client
from document_support.frame import build
from document_support.other_runs import call_mock, compare_variants
from document_support.piece import MUST_WORK, Piece
from generator.lint import LintFinding, lint_document
from generator_support.installed import importable


def try_document(pieces: Sequence[Piece], *, both: bool) -> list[LintFinding]:
    """The findings of the lint; without any, everything else worked. Raises whatever went wrong.

    A failure has the document in its notes, as small as hypothesis could make it.
    """
    document = build(pieces, next_version())
    try:
        findings = lint_document(document)
        broken = sorted(MUST_WORK.intersection(piece.construct for piece in pieces))
        if findings:
            assert not broken, f"the lint refused {', '.join(broken)}: {findings[0]}"
            assert all(len(finding.message.split(". ")) >= 2 for finding in findings), findings
            return findings
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_client(document, folder)
            with importable(folder, document.version) as module:
                call_all(document, module, pieces, both=both)
                call_mock(document, module, pieces)
        compare_variants(document, pieces)
    except Exception as error:
        error.add_note("the document is the usual frame and:\n" + "---\n".join(map(str, pieces)))
        raise
    return []
