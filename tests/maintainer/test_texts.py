"""Guides and changelog entries: written with the client, checked with it, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import SpecError
from generator.output.guides import BEGIN, END, insert_changelog_entries
from generator.regenerate import regenerate
from maintainer_support.projects import CHANGELOG, REPOSITORY, add_later, small_project

GUIDE = "docs/migration/2031-08.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    small_project(tmp_path)
    add_later(tmp_path)
    return tmp_path


def run(root: Path, *versions: str, check: bool = False) -> tuple[int, list[str]]:
    lines: list[str] = []
    return regenerate(root, versions or None, check, lines.append), lines


def test_a_guide_for_each_step_and_an_index(root: Path) -> None:
    assert run(root)[0] == 0
    names = sorted(path.name for path in (root / "docs/migration").iterdir())
    assert names == ["2031-08.md", "README.md"]
    guide = (root / GUIDE).read_text("utf-8")
    assert guide.startswith("<!-- Written by")
    assert "# Moving from 2031-05 to 2031-08" in guide
    assert "Depots have phones." in guide
    index = (root / "docs/migration/README.md").read_text("utf-8")
    assert "| [2031-05 to 2031-08](2031-08.md) | 2031-08-14 |  | nothing |" in index


def test_the_changelog_keeps_what_people_wrote(root: Path) -> None:
    tail = "\n\n## Afterword\n\nOurs.\n"
    (root / "CHANGELOG.md").write_text(CHANGELOG.rstrip() + tail, "utf-8")
    run(root)
    text = (root / "CHANGELOG.md").read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    entries, _, after = rest.partition(END)
    assert before == CHANGELOG.partition(BEGIN)[0]
    assert after == tail
    assert entries.startswith("\n\n### API 2031-08\n\nReleased on 2031-08-14.")
    assert "\n#### " in entries


def test_a_second_run_changes_nothing(root: Path) -> None:
    run(root)
    assert run(root)[1][-1] == "nothing changed"
    code, lines = run(root, check=True)
    assert (code, lines[-1]) == (0, "generated/, docs/migration/ and CHANGELOG.md are fresh")


def test_check_sees_drift_and_writes_nothing(root: Path) -> None:
    run(root)
    (root / GUIDE).write_text("mine", "utf-8")
    text = (root / "CHANGELOG.md").read_text("utf-8").replace("Depots have phones", "Nothing")
    (root / "CHANGELOG.md").write_text(text, "utf-8")
    code, lines = run(root, check=True)
    assert code == 1
    assert lines[-4:] == [
        f"edited by hand: {GUIDE}",
        f"differs: {GUIDE}",
        "differs: CHANGELOG.md",
        "docs/migration/ and CHANGELOG.md differ; run python -m generator regenerate",
    ]
    assert (root / GUIDE).read_text("utf-8") == "mine"
    assert run(root)[1][-1] == "0 files added, 2 changed, 0 removed"
    assert run(root, check=True)[0] == 0


def test_a_missing_guide_and_a_stray_one_are_drift(root: Path) -> None:
    run(root)
    (root / GUIDE).unlink()
    (root / "docs/migration/notes.md").write_text("mine", "utf-8")
    code, lines = run(root, check=True)
    assert code == 1
    assert f"missing: {GUIDE}" in lines
    assert any("not made by the generator: docs/migration/notes.md" in line for line in lines)
    run(root)
    assert (root / "docs/migration/notes.md").read_text("utf-8") == "mine"


def test_the_guide_of_a_version_that_is_gone_is_removed(root: Path) -> None:
    run(root)
    (root / "spec/changes/2031-08.yaml").unlink()
    run(root)
    assert list((root / "docs/migration").iterdir()) == []
    assert "2031-08" not in (root / "CHANGELOG.md").read_text("utf-8")


def test_a_run_over_some_versions_leaves_the_texts_alone(root: Path) -> None:
    run(root)
    (root / GUIDE).write_text("mine", "utf-8")
    assert run(root, "2031-08")[0] == 0
    assert (root / GUIDE).read_text("utf-8") == "mine"
    assert run(root, "2031-08", check=True)[1][-1] == "generated/ is fresh"
    assert f"edited by hand: {GUIDE}" in run(root, check=True)[1]


@pytest.mark.parametrize(
    "text", ["", BEGIN, f"{END}\n{BEGIN}\n", f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", f"{BEGIN}\n{END}\n{END}"]
)
def test_marks_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(SpecError, match=r"CHANGELOG\.md: The marks .* are missing or doubled"):
        insert_changelog_entries(text, ())


def test_this_project_has_a_guide_for_every_version() -> None:
    overlays = {path.stem for path in (REPOSITORY / "spec/changes").glob("*.yaml")}
    guides = {path.stem for path in (REPOSITORY / "docs/migration").glob("2*.md")}
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    assert guides == overlays
    assert {version for version in overlays if f"\n### API {version}\n" not in text} == set()
    assert "Responses and webhooks name the version" not in text
