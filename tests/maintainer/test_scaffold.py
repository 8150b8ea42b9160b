"""The beginning of an overlay: correct as written, and never overwriting another file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.document.compose import compose, versions
from generator.lint import lint_document
from generator.scaffold import scaffold
from maintainer_support.projects import REPOSITORY

NEWEST = versions(REPOSITORY / "spec")[-1]
NEXT = f"{int(NEWEST[:4]) + 1}-01"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "spec", tmp_path / "spec")
    return tmp_path


def call(root: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main([*arguments, "--root", str(root)])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def with_name(value: Any, old: str, new: str, key: str = "") -> Any:
    """The document with another name of its version, where it stands for itself."""
    if isinstance(value, dict):
        return {name: with_name(child, old, new, name) for name, child in value.items()}
    if isinstance(value, list):
        return [with_name(child, old, new) for child in value]
    if key == "url":
        return value.replace(f"/{old}", f"/{new}")
    return new if key in ("const", "version") and value == old else value


def test_it_composes_and_is_clean(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(root, "new", NEXT) == 0
    printed = capsys.readouterr().out
    assert f"{NEXT}.yaml was written." in printed
    assert lint_document(compose(root / "spec", NEXT)) == []
    assert call(root, "lint", NEXT) == 0


def test_it_gives_the_version_its_name_and_changes_nothing_else(root: Path) -> None:
    scaffold(root / "spec", NEXT)
    before, after = (compose(root / "spec", version).raw for version in (NEWEST, NEXT))
    for date in ("x-released", "x-supported-until"):
        assert before["info"].pop(date) < after["info"].pop(date)
    assert with_name(before, NEWEST, NEXT) == after


def test_only_the_name_of_the_version_is_renamed_not_what_speaks_of_it(root: Path) -> None:
    """What was deprecated in the version before stays so."""
    overlay = root / "spec" / "changes" / f"{NEWEST}.yaml"
    overlay.write_text(
        f"""{overlay.read_text("utf-8")}
  - target: $.components.schemas.Tracking.properties.title
    x-change: made-up
    description: A title will go.
    update: {{deprecated: true, x-deprecated: {{since: "{NEWEST}"}}}}
""",
        "utf-8",
    )
    test_it_gives_the_version_its_name_and_changes_nothing_else(root)


def test_dates_are_second_thursdays(root: Path) -> None:
    text = scaffold(root / "spec", "2035-02").read_text("utf-8")
    assert 'x-released: "2035-02-08"' in text
    assert 'x-supported-until: "2038-02-11"' in text
    assert "Guesses" in text


def test_its_example_is_right_once_uncommented(root: Path) -> None:
    path = scaffold(root / "spec", NEXT)
    text, marker, example = path.read_text("utf-8").partition("  # - target:")
    assert marker
    example = re.sub(r"^  # ?", "  ", marker + example, flags=re.MULTILINE)
    path.write_text(text + example, "utf-8")
    document = compose(root / "spec", NEXT)
    assert "box_weight" in document.raw["components"]["schemas"]["Tracking"]["properties"]
    assert lint_document(document) == []


def test_conventions_that_it_teaches_are_written_down(root: Path) -> None:
    text = scaffold(root / "spec", NEXT).read_text("utf-8")
    for page in re.findall(r"\b(?:docs|spec)/[\w-]+\.md", text):
        assert (REPOSITORY / page).is_file()
    for word in ("x-change", "x-move", "x-count", "x-provenance", "remove: true"):
        assert word in text


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("2027", '"2027" is not an API version. Write year and month, such as 2027-01.'),
        ("2027-13", '"2027-13" is not an API version.'),
        ("2027-01-14", "is not an API version."),
        ("../2027-01", "is not an API version."),
        (NEWEST, f"{NEWEST}.yaml exists already. Edit it, or remove it to begin again."),
        ("2023-10", f"2023-10 is not newer than {NEWEST}, the newest version."),
        ("2024-01", f"2024-01 is not newer than {NEWEST}, the newest version."),
        ("2024-05", "correct an old one in its own file."),
    ],
)
def test_what_is_refused(root: Path, capsys: pytest.CaptureFixture[str], version: str, says: str) -> None:
    before = sorted((root / "spec").rglob("*"))
    assert call(root, "new", version) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.err.count("\n") == 1
    assert sorted((root / "spec").rglob("*")) == before


def test_a_file_that_is_there_stays(root: Path) -> None:
    path = scaffold(root / "spec", NEXT)
    path.write_text("mine", "utf-8")
    assert call(root, "new", NEXT) == 2
    assert path.read_text("utf-8") == "mine"


def test_a_faulty_newest_document_is_a_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "spec" / "changes" / f"{NEWEST}.yaml").write_text("overlay: [", "utf-8")
    assert call(root, "new", NEXT) == 1
    assert f"{NEWEST}.yaml:1" in capsys.readouterr().err
