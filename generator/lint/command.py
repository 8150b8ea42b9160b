"""Lints the documents of a folder: what the commands `lint` and `export` ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.document.compose import UnknownVersionError, compose_each, versions
from generator.errors import SpecError
from generator.lint import RULES, LintFinding
from generator.lint.rule import finding_of_error
from generator.lint.versions import lint_versions

_READABLE = "readable"
"""The rule that a document breaks if it cannot even be composed."""


def lint_folder(spec_dir: Path, wanted: Sequence[str] | None) -> list[LintFinding]:
    """The findings of several versions, of all when none is wanted.

    A finding that two versions share is there once. Raises `UnknownVersionError`.
    """
    found: dict[tuple[str, str, str, str], LintFinding] = {}
    for finding in _findings_of_each(spec_dir, wanted):
        found.setdefault((finding.rule, finding.file, finding.pointer, finding.message), finding)
    return list(found.values())


def _findings_of_each(spec_dir: Path, wanted: Sequence[str] | None) -> Iterator[LintFinding]:
    try:
        known = versions(spec_dir)
    except SpecError as error:
        yield finding_of_error(_READABLE, error)
        return
    for version in wanted or known:
        earlier = [one for one in known if one < version][-1:]
        try:
            documents = compose_each(spec_dir, (*earlier, version))
        except UnknownVersionError:
            raise
        except SpecError as error:
            yield finding_of_error(_READABLE, error)
        else:
            yield from lint_versions(documents, (version,))


def list_rules() -> list[dict[str, str]]:
    """All rules by their id, with their level and their reason."""
    ordered = sorted(RULES.values(), key=lambda rule: rule.id)
    return [{"id": rule.id, "level": rule.level, "reason": rule.reason} for rule in ordered]
