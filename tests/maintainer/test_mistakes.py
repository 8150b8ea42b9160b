"""Mistakes of a maintainer: each is one finding, at the line where it was made, and says what to do.

They are planted into the overlay that `new` writes for the base alone, which is quick to compose.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.document.yaml_reader import read
from generator.scaffold import scaffold
from maintainer_support.projects import REPOSITORY

VERSION = "2099-01"
MISTAKES = read(Path(__file__).with_name("mistakes.yaml")).value


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = tmp_path_factory.mktemp("mistakes") / "spec"
    spec.mkdir()
    shutil.copy(REPOSITORY / "spec" / "openapi.yaml", spec)
    return scaffold(spec, VERSION)


@pytest.fixture(scope="module")
def head(overlay: Path) -> str:
    return overlay.read_text("utf-8")


def findings(overlay: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    with pytest.raises(SystemExit) as caught:
        cli.main(["lint", VERSION, "--root", str(overlay.parents[2])])
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert caught.value.code == (1 if lines else 0)
    return lines


def test_the_file_without_a_mistake_is_right(
    overlay: Path, head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay.write_text(head, "utf-8")
    assert findings(overlay, capsys) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_is_one_finding_with_location_and_hint(
    overlay: Path, head: str, capsys: pytest.CaptureFixture[str], mistake: dict[str, Any]
) -> None:
    written = "".join(f"  {line}\n" for line in mistake["text"].splitlines())
    overlay.write_text(f"{head}\n{written}", "utf-8")
    [finding] = findings(overlay, capsys)
    file, line, said = finding.split(":", 2)
    assert mistake["says"] in said
    assert mistake.get("hint", "") in said
    assert said.count("Action") <= 1 or "removed" in said
    if "of" in mistake:
        assert Path(file).name == mistake["of"]
        return
    assert Path(file).name == overlay.name
    assert int(line) == head.count("\n") + 1 + mistake["line"]


def test_an_overlay_of_another_ending_is_not_overlooked(
    overlay: Path, head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay.write_text(head, "utf-8")
    other = overlay.with_name("2099-02.yml")
    other.write_text(head, "utf-8")
    [finding] = findings(overlay, capsys)
    other.unlink()
    assert "2099-02.yml" in finding
    assert "This file is not read: an overlay ends in .yaml. Rename it to 2099-02.yaml." in finding


def test_a_date_that_is_missing_is_missed_in_the_overlay(
    overlay: Path, head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = head.splitlines()
    overlay.write_text("\n".join(line for line in lines if "x-released" not in line), "utf-8")
    [finding] = findings(overlay, capsys)
    file, line, said = finding.split(":", 2)
    assert (Path(file).name, int(line)) == (overlay.name, lines.index("info:") + 1)
    assert 'has no "x-released". Add it.' in said
