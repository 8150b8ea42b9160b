"""What a pull request does to the documents, as text for a comment."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import cli
from generator.regenerate import regenerate
from generator.release.pull_request import COMMENT_LIMIT, cut_text, describe_trees
from maintainer_support.projects import add_later, commit, git, small_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    small_project(tmp_path)
    assert regenerate(tmp_path, None, check=False, report=lambda _: None) == 0
    commit(tmp_path, "Begin")
    return tmp_path


def test_nothing_changed(root: Path) -> None:
    assert describe_trees(root, "HEAD") == "# API documents\n\nNo document changed.\n"


def test_a_new_version_and_a_correction_at_once(root: Path) -> None:
    add_later(root)
    path = root / "spec" / "openapi.yaml"
    text = path.read_text("utf-8")
    assert text.count("maximum: 9") == 1
    path.write_text(text.replace("maximum: 9", "maximum: 8"), "utf-8")
    text = describe_trees(root, "main")
    assert text.splitlines()[2] == "API 2031-08 is new."
    assert "## From 2031-05 of the base to 2031-05 of this tree\n" in text
    assert "## From 2031-05 to 2031-08\n" in text
    assert "- `Depot.phone` was added (string)." in text
    assert text.count("\n# ") == 0


def test_a_version_that_is_gone_breaks(root: Path) -> None:
    add_later(root)
    assert regenerate(root, None, check=False, report=lambda _: None) == 0
    commit(root, "API 2031-08")
    (root / "spec" / "changes" / "2031-08.yaml").unlink()
    assert describe_trees(root, "HEAD") == "# API documents\n\n- ⚠️ API 2031-08 is gone.\n"


@pytest.mark.parametrize("base", ["nowhere", "--all", "HEAD:spec"])
def test_a_commit_that_git_does_not_know(root: Path, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["diff-trees", "--root", str(root), "--", base])
    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith(f"git knows no commit {base!r}. Name a branch,")


def test_an_old_tag_is_a_base_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(root, "tag", "v0.1.0")
    add_later(root)
    with pytest.raises(SystemExit) as caught:
        cli.main(["diff-trees", "--root", str(root), "v0.1.0"])
    assert caught.value.code == 0
    assert "API 2031-08 is new." in capsys.readouterr().out


def test_a_long_text_is_cut_between_lines_and_says_so() -> None:
    text = "".join(f"- line {number} ⚠️\n" for number in range(10_000))
    cut = cut_text(text, COMMENT_LIMIT)
    assert len(cut) <= COMMENT_LIMIT
    *shown, empty, note = cut.splitlines()
    assert "".join(f"{line}\n" for line in shown) == text[: len("\n".join(shown)) + 1]
    assert (empty, note) == (
        "",
        f"(Cut for a comment; {10_000 - len(shown)} more lines with "
        "`python -m generator diff-trees --whole BASE`.)",
    )
    assert cut_text("short\n", COMMENT_LIMIT) == "short\n"
