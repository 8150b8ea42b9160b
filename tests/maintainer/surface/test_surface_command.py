"""`python -m generator surface`: an unannounced change fails, with the lines that changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator import cli
from generator.release.surface import PACKAGE_FILE, VERSION_FILES
from generator.surface.version_packages import write_versions
from generator.surface.wheel import read_wheel
from maintainer_support.projects import commit, git
from maintainer_support.small_wheels import ERRORS, MODELS, make_wheel

Call = Callable[..., tuple[int, list[str]]]
RELEASED = "# Changelog\n\n## Unreleased\n\n{lines}\n\n## 1.0.0 (2027-01-14)\n\n- First.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / VERSION_FILES).mkdir(parents=True)
    (root / "docs").mkdir()
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- First.\n", "utf-8")
    return root


@pytest.fixture
def call(root: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(wheel: Path, *arguments: str) -> tuple[int, list[str]]:
        with pytest.raises(SystemExit) as caught:
            cli.main(["surface", *arguments, "--wheel", str(wheel), "--root", str(root)])
        printed = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, (printed.out + printed.err).splitlines()

    return run


def write_down(root: Path, wheel: Path, call: Call) -> None:
    for name, text in write_versions(read_wheel(wheel).versions).items():
        (root / VERSION_FILES / name).write_text(text, "utf-8")
    assert call(wheel, "--write")[0] == 0


def test_nothing_changed(root: Path, tmp_path: Path, call: Call) -> None:
    wheel = make_wheel(tmp_path)
    write_down(root, wheel, call)
    assert call(wheel) == (0, ["The public surface is the one that is written down: 29 lines."])


def test_a_change_fails_with_its_lines_until_it_is_written_down(
    root: Path, tmp_path: Path, call: Call
) -> None:
    write_down(root, make_wheel(tmp_path), call)
    wheel = make_wheel(tmp_path, errors=ERRORS.replace("code: int = 1", "code: str = 'x'"))
    code, lines = call(wheel)
    assert code == 1
    assert lines[:2] == ["- Problem.code: int = 1", "+ Problem.code: str = 'x'"]
    assert "2 lines differ. If that is meant: python -m generator regenerate" in lines[2]
    # Nothing was released, so writing it down is enough.
    assert call(wheel, "--write")[0] == 0
    assert "Problem.code: str = 'x'\n" in (root / PACKAGE_FILE).read_text("utf-8")
    assert call(wheel)[0] == 0


def test_the_part_of_the_versions_is_written_by_regenerate(root: Path, tmp_path: Path, call: Call) -> None:
    write_down(root, make_wheel(tmp_path), call)
    wheel = make_wheel(tmp_path, v2024_01__models=MODELS.replace("id: str", "id: int"))
    code, lines = call(wheel, "--write")
    assert code == 1
    assert lines[:2] == ["- v2024_01.Tracking.id: str", "+ v2024_01.Tracking.id: int"]


def test_a_break_of_what_was_released_needs_a_marked_line(root: Path, tmp_path: Path, call: Call) -> None:
    write_down(root, make_wheel(tmp_path), call)
    changelog = root / "CHANGELOG.md"
    changelog.write_text(RELEASED.format(lines="- A line."), "utf-8")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "Release")
    git(root, "tag", "v1.0.0")
    wheel = make_wheel(tmp_path, errors=ERRORS.replace("self.message = message", "pass"))
    code, lines = call(wheel, "--write")
    assert code == 1
    assert lines[0] == "not announced: Problem.message"
    assert 'name them in CHANGELOG.md, below "Unreleased", in a line that begins with "- ⚠️"' in lines[1]
    changelog.write_text(RELEASED.format(lines="- ⚠️ `Problem.message` is gone: use `str(problem)`."), "utf-8")
    assert call(wheel)[0] == 0


def test_a_release_without_its_tag_cannot_be_compared(root: Path, tmp_path: Path, call: Call) -> None:
    wheel = make_wheel(tmp_path)
    write_down(root, wheel, call)
    (root / "CHANGELOG.md").write_text(RELEASED.format(lines="- A line."), "utf-8")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "Release")
    code, lines = call(wheel)
    assert code != 0
    assert "The tag v1.0.0 of the last release is missing" in " ".join(lines)


def test_the_commit_of_a_release_is_compared_with_the_release_before(
    root: Path, tmp_path: Path, call: Call
) -> None:
    """Its lines are no longer below "Unreleased", and its own tag is that very commit."""
    write_down(root, make_wheel(tmp_path), call)
    changelog = root / "CHANGELOG.md"
    changelog.write_text(RELEASED.format(lines=""), "utf-8")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "Release 1.0.0")
    git(root, "tag", "v1.0.0")
    assert call(make_wheel(tmp_path))[0] == 0  # nothing was released before

    wheel = make_wheel(tmp_path, errors=ERRORS.replace("self.message = message", "pass"))
    assert call(wheel, "--write")[0] == 1
    commit(root, "What breaks, and nobody says so")
    assert call(wheel)[0] == 1
    section = "## Unreleased\n\n## 1.1.0rc1 (2027-02-14)\n\n{}\n"
    for line, code in (("- A line.", 1), ("- ⚠️ `Problem.message` is gone.", 0)):
        text = RELEASED.format(lines="").replace("## Unreleased\n", section.format(line))
        changelog.write_text(text, "utf-8")
        commit(root, "Release 1.1.0rc1")
        git(root, "tag", "--force", "v1.1.0rc1")
        assert call(wheel)[0] == code
