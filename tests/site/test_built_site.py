"""What is planted into a site is found, and the whole site is right. `make site-check` runs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.errors import RefusedError
from generator.release.project_address import read_address
from generator.site.build import MARK
from generator.site.checking import ALLOWED, find_faults, read_allowed
from tests.site.conftest import ROOT, Project

pytestmark = pytest.mark.site


def read_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_builds_are_the_same_bytes_and_nothing_old_stays(project: Project) -> None:
    folder = project.build()
    first = read_files(folder)
    assert {"index.html", "index.md", "errors.html", "errors.md", "llms.txt", "surface.txt"} <= set(first)
    assert not {name for name in first if name.startswith("_sources/")}
    (folder / "old.html").write_text("old")
    assert read_files(project.build()) == first
    # What is not the work of this command is never removed.
    foreign = project.root / "build" / "foreign"
    foreign.mkdir()
    (foreign / "diary.txt").write_text("mine")
    with pytest.raises(RefusedError, match=r"holds files that this command did not write"):
        project.build("foreign")
    assert (foreign / "diary.txt").read_text() == "mine"


def test_a_build_that_was_killed_while_it_removed_the_old_one_can_be_repeated(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark is the last that goes, in the site and in the folder beside it."""

    class KilledError(BaseException):
        pass

    def removes_the_mark_and_is_killed(path: Path, **_: object) -> None:
        (path / MARK).unlink(missing_ok=True)
        raise KilledError

    folder = project.build()
    with monkeypatch.context() as patch:
        patch.setattr("generator.site.build.shutil.rmtree", removes_the_mark_and_is_killed)
        with pytest.raises(KilledError):
            project.build()
    assert (folder / "index.html").exists()
    assert project.build() == folder
    assert not folder.with_name("site-source").joinpath("old").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("docs/errors.md", "#how-fast", "#how-slow", "errors.md:8: WARNING: "),
        (
            "docs/errors.md",
            "See",
            "```nonsense\n1\n```\n\nSee",
            "Pygments lexer name 'nonsense' is not known",
        ),
        ("docs/errors.md", "# Errors", "# Errors\n\n### Too deep", "Non-consecutive header level increase"),
    ],
)
def test_a_page_that_sphinx_warns_about_is_refused(
    project: Project, name: str, old: str, new: str, complaint: str
) -> None:
    """The site that was there before stays. The lines count what stands before the page: its description."""
    before = project.root / "build" / "site"
    before.mkdir(parents=True)
    (before / ".site").touch()
    (before / "index.html").write_text("before")
    project.change(name, old, new)
    with pytest.raises(RefusedError, match="Sphinx is not content with the pages") as found:
        project.build()
    assert complaint in str(found.value)
    assert str(project.root) not in str(found.value)
    assert (before / "index.html").read_text() == "before"


def test_a_diagram_is_a_picture_for_light_and_dark(project: Project) -> None:
    project.change("docs/limits.md", "## How fast\n", "## How fast\n\n```mermaid\ngraph TD; A-->B\n```\n")
    folder = project.build()
    page = (folder / "limits.html").read_text()
    for mode in ("light", "dark"):
        assert f'class="only-{mode}"' in page
        assert f"limits-diagram-1-{mode}.svg" in page
    assert "```mermaid\ngraph TD; A-->B\n```" in (folder / "limits.md").read_text()
    assert find_faults(folder, []) == (8, [])


def test_the_whole_site_has_no_fault(built: Path) -> None:
    count, faults = find_faults(built, read_allowed(ROOT / ALLOWED), read_address(ROOT))
    assert count > 70
    assert faults == []


def test_faults_planted_into_the_whole_site_are_found(built: Path, tmp_path: Path) -> None:
    # A copy: other tests look at the site meanwhile.
    copy = shutil.copytree(built, tmp_path / "site")
    page = copy / "errors.html"
    planted = (
        '<a href="gone.html">x</a><a href="limits.html#gone">x</a><img src="https://elsewhere.example/x.png">'
    )
    page.write_text(page.read_text("utf-8").replace("</article>", f"{planted}</article>"), "utf-8")
    assert sorted(find_faults(copy, read_allowed(ROOT / ALLOWED), read_address(ROOT))[1]) == [
        "errors.html links to gone.html, which does not exist.",
        "errors.html links to limits.html#gone, and there is no such anchor.",
        "errors.html loads https://elsewhere.example/x.png from another host.",
    ]


def test_every_page_has_its_markdown_and_says_so(built: Path) -> None:
    pages = [path for path in sorted(built.rglob("*.html")) if path.name != "search.html"]
    assert len(pages) > 70
    for page in pages:
        markdown = page.with_suffix(".md")
        text = markdown.read_text("utf-8")
        assert text.lstrip().startswith(("# ", "<a id=", "<!--")), markdown
        assert "{toctree}" not in text
        html = page.read_text("utf-8")
        alternate = f'title="This page as Markdown" href="{markdown.name}">'
        assert f'<link rel="alternate" type="text/markdown" {alternate}' in html
        assert f'<a class="markdown-link" href="{markdown.name}"' in html


def test_no_page_says_who_built_it_or_when(built: Path) -> None:
    for page in (built / "index.html", built / "errors.html"):
        text = page.read_text("utf-8")
        assert "Built with" not in text
        assert "Created using" not in text
        assert str(ROOT) not in text
