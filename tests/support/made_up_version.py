"""A made-up API version, composed in this process from the groups of actions of one overlay.

It takes a second or two, where a copy of the repository takes half a minute: for tests of what follows from
documents and moves alone, such as the mock.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.migration import steps
from aftership_tracking.mock.documents.conversion import convert_name
from generator.document.changelog_lines import changelog_lines
from generator.document.compose import compose_each, versions
from generator.lint import lint_document
from generator.output.migration_data import migration_data
from generator.scaffold import scaffold
from maintainer_support.kinds import drop_later_versions

SPEC = Path(__file__).resolve().parents[2] / "spec"


@dataclass(frozen=True)
class MadeUpVersion:
    """The version, and all documents and facts with it. It is a source of documents for a mock."""

    version: str
    before: str
    composed: dict[str, dict[str, Any]]
    moves: dict[str, Any]

    def __hash__(self) -> int:
        return id(self)

    def versions(self) -> tuple[str, ...]:
        return tuple(self.composed)

    def document(self, version: str) -> dict[str, Any]:
        return self.composed[version]

    def data(self, name: str) -> Any:
        return documents.data(name)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Migration reads the moves of these versions, inside of the block."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(steps, "_facts", lambda: self.moves)
            _forget()
            yield
        _forget()


def _forget() -> None:
    """Names of the versions of another test may stand for other documents."""
    steps._read_step.cache_clear()
    convert_name.cache_clear()


def compose_made_up_version(folder: Path, actions: str, *, on_newest: bool = False) -> MadeUpVersion:
    """Compose versions with one more, whose overlay has these actions after the name of the version.

    It follows the version that the actions are written for, as those of docs/new-version.md are, or with
    `on_newest` the newest. `folder` must be empty. The new document must be clean for the lint.
    """
    spec = folder / "spec"
    shutil.copytree(SPEC, spec)
    if not on_newest:
        drop_later_versions(spec)
    before = versions(spec)[-1]
    version = f"{int(before[:4]) + 1}-01"
    overlay = scaffold(spec, version)
    overlay.write_text(overlay.read_text("utf-8") + "\n" + actions, "utf-8")
    composed = compose_each(spec)
    findings = [str(finding) for finding in lint_document(composed[-1])]
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)
    return MadeUpVersion(
        version,
        before,
        {document.version: json.loads(document.to_json()) for document in composed},
        json.loads(migration_data(composed, {one.version: changelog_lines(one) for one in composed})),
    )
