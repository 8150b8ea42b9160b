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
from generator.document.compose import compose, compose_each, versions
from generator.document.yaml_reader import read
from generator.lint.versions import lint_versions
from generator.scaffold import scaffold
from maintainer_support.kinds import EXPECTED, MADE_UP, PAGE, WRITTEN_FOR, Kind, drop_later_versions, kinds
from maintainer_support.projects import REPOSITORY

OLD, NEW = WRITTEN_FOR, MADE_UP


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("page") / "spec"
    shutil.copytree(REPOSITORY / "spec", folder)
    drop_later_versions(folder)
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


def test_a_real_version_may_have_what_the_page_shows(tmp_path: Path) -> None:
    """The snippets are of the time when the page was written: what comes later does not collide with them."""
    spec = tmp_path / "spec"
    shutil.copytree(REPOSITORY / "spec", spec)
    drop_later_versions(spec)
    real = scaffold(spec, "2098-01")
    [own, archived] = (
        kind for kind in kinds() if kind.change in ("own-delivery-types", "archived-trackings")
    )
    real.write_text(f"{real.read_text('utf-8')}\n{own.actions}\n{archived.actions}", "utf-8")
    assert "DeliveryTypeRequest" in compose(spec, "2098-01").raw["components"]["schemas"]
    drop_later_versions(spec)
    assert versions(spec)[-1] == WRITTEN_FOR


def test_the_page_leaves_to_the_composer_what_is_common() -> None:
    common = read(REPOSITORY / "spec" / "openapi.yaml").value["x-common"]
    for kind in kinds():
        for part in ("headers", "responses"):
            for name, value in common[part].items():
                assert f"{name}: {{$ref: '{value['$ref']}'}}" not in kind.actions
        assert not [one for one in common["error-codes"] if f"{{code: {one['code']}, " in kind.actions]


def test_the_page_leads_to_what_a_document_may_hold() -> None:
    assert "(document-constructs.md)" in PAGE.read_text("utf-8")
