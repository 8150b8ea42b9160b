"""docs/new-version.md: every snippet alone makes a version that the lint accepts, and the diff says its kind.

That all of them together do so too, and what follows from it, is rehearsed in test_rehearsal_new_version.py.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.diff import diff, read_moves
from generator.document.compose import compose_each, versions
from generator.document.yaml_reader import read
from generator.lint.versions import lint_versions
from generator.scaffold import scaffold
from maintainer_support.kinds import EXPECTED, PAGE, Kind, kinds
from maintainer_support.projects import REPOSITORY

OLD = versions(REPOSITORY / "spec")[-1]
NEW = "2099-01"


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("page") / "spec"
    shutil.copytree(REPOSITORY / "spec", folder)
    scaffold(folder, NEW)
    return (yield folder)


@pytest.fixture(scope="module")
def head(spec: Path) -> str:
    return (spec / "changes" / f"{NEW}.yaml").read_text("utf-8")


def test_the_page_shows_every_kind_once() -> None:
    assert [kind.change for kind in kinds()] == list(EXPECTED)
    assert len(EXPECTED) >= 25


def test_a_snippet_is_one_group_of_actions() -> None:
    for kind in kinds():
        assert len(set(re.findall(r"x-change: (\S+)", kind.actions))) == 1


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.change)
def test_a_snippet_alone_is_right_and_is_its_kind(spec: Path, head: str, kind: Kind) -> None:
    overlay = spec / "changes" / f"{NEW}.yaml"
    overlay.write_text(f"{head}\n{kind.actions}", "utf-8")
    before, after = compose_each(spec, (OLD, NEW))
    assert lint_versions([before, after], [NEW]) == []
    changes = diff(before, after, read_moves(read(overlay).value))
    said = sorted(f"{change.rule.id} {change.subject}" for change in changes)
    assert said == sorted(EXPECTED[kind.change])
    assert {Path(change.location.file).stem for change in changes} == {NEW}


def test_the_page_leads_to_what_a_document_may_hold() -> None:
    assert "(document-constructs.md)" in PAGE.read_text("utf-8")
