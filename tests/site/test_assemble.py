"""Pages are put together: links fit the site, and what does not fit is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.cli import app
from generator.errors import RefusedError
from generator.site.assemble import Site
from generator.site.build import read_site
from generator.site.generated_pages import GeneratedPages
from generator.site.navigation import FILE, list_toctree, read_navigation
from tests.site.conftest import ROOT, Project, no_references


def read(project: Project) -> Site:
    return read_site(project.root, str, no_references)


def refused(project: Project) -> str:
    with pytest.raises(RefusedError) as found:
        read(project)
    return str(found.value)


@pytest.mark.parametrize("check", [False, True])
def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_read(tmp_path: Path, check: bool) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    output = tmp_path / "diary.txt" / "site"
    command = ["site", "--output", str(output), *(["--check"] if check else [])]
    with pytest.raises(RefusedError) as found:
        app(command, standalone_mode=False)
    assert str(found.value) == (
        f"{output}-source cannot be written: a folder on its way is a file."
        " Write another folder after --output."
    )
    assert found.value.misused


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody may make one")
def test_a_folder_without_rights_is_refused() -> None:
    with pytest.raises(
        RefusedError, match=r"^/proc/site-source cannot be written: .*\. Write another folder"
    ):
        app(["site", "--output", "/proc/site"], standalone_mode=False)


def test_pages_of_everywhere(project: Project) -> None:
    site = read(project)
    assert set(site.pages) == {
        "index.md",
        "errors.md",
        "limits.md",
        "changelog.md",
        "examples.md",
        "examples/sync.md",
        "guides/index.md",
    }
    assert site.files == {"surface.txt": b"names\n"}
    program = site.pages["examples/sync.md"]
    assert program.startswith(
        "# Sync\n\nCopy what \\*changed\\*.\n\n```text\npython sync.py\n```\n\n## sync.py\n"
    )
    assert '```python\n"""Copy what *changed*.' in program


def test_links_fit_the_site(project: Project) -> None:
    pages = read(project).pages
    assert "[a program](examples/sync.md), [what is new](changelog.md)" in pages["limits.md"]
    assert "[The limits](limits.md), [read me](index.md)" in pages["changelog.md"]
    assert "[Sync](examples/sync.md)" in pages["examples.md"]


def test_a_file_without_a_page(project: Project) -> None:
    assert "a file (`compose.yaml`)" in read(project).pages["limits.md"]
    project.change("pyproject.toml", 'repository = ""', 'repository = "https://git.example/it"')
    assert "[a file](https://git.example/it/blob/main/compose.yaml)" in read(project).pages["limits.md"]


def test_a_folder_is_one_program(project: Project) -> None:
    project.write(
        "examples/app/README.md", "# An app\n\nStart [it](app.py), see [limits](../../docs/limits.md).\n"
    )
    project.write("examples/app/app.py", "print('```')\n")
    project.write("examples/app/node_modules/x.js", "no\n")
    project.write("examples/app/data.bin", "no\n")
    page = read(project).pages["examples/app.md"]
    assert page.startswith(
        "# An app\n\nStart [it](app.md#apppy), see [limits](../limits.md).\n\n## app.py\n\n````python\n"
    )
    assert page.count("\n## ") == 1


def test_sections_and_their_menus(project: Project) -> None:
    pages = read(project).pages
    assert "- [Errors and retries](../errors.md): Which error says what." in pages["guides/index.md"]
    assert list(list_toctree("guides/index.md", pages["guides/index.md"])) == [
        "errors.md",
        "limits.md",
        "changelog.md",
        "examples.md",
    ]
    assert list(list_toctree("index.md", pages["index.md"])) == ["guides/index.md"]
    assert list(list_toctree("examples.md", pages["examples.md"])) == ["examples/sync.md"]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("docs/errors.md", "limits.md#", "limit.md#", "docs/errors.md:3: limit.md#how-fast does not exist"),
        ("docs/errors.md", "[limits](limits.md", "![x](../compose.yaml", "is not in docs/images/"),
        (
            "docs/limits.md",
            "../compose.yaml",
            "../../out.md",
            "docs/limits.md:5: ../../out.md does not exist",
        ),
        ("docs/limits.md", "../compose.yaml", "/etc/hosts", "docs/limits.md:5: /etc/hosts does not exist"),
        (
            "pyproject.toml",
            'repository = ""',
            'repository = "https://me:secret@git.example/o/n"',
            "is not an address that links can be made from",
        ),
        (
            "docs/site/navigation.toml",
            '  { page = "limits"',
            '  # { page = "limits"',
            "limits.md is in no list",
        ),
        ("docs/site/navigation.toml", '"limits"', '"errors"', "errors.md is in 2 lists"),
        ("docs/site/navigation.toml", '"limits"', '"limit"', "leads to limit.md, which does not exist"),
        ("docs/site/navigation.toml", "line =", "optional = true, line =", "argument 'optional'"),
        ("docs/site/navigation.toml", "title =", "titel =", "a list of sections: 'title'"),
        ("docs/site/navigation.toml", "line =", "lines =", "a list of sections: "),
    ],
)
def test_what_does_not_fit_is_refused(project: Project, name: str, old: str, new: str, message: str) -> None:
    project.change(name, old, new)
    assert message in refused(project)


def test_a_generated_page_is_a_page_like_any_other(project: Project) -> None:
    def generate(pages: dict[str, str]) -> Site:
        generated = GeneratedPages(pages=pages, downloads={"_downloads/a.csv": b"1"})
        return read_site(project.root, str, lambda *_: generated)

    entry = '{ page = "reference/all", title = "Everything", line = "All of it." },'
    project.change("docs/site/navigation.toml", '  { page = "errors"', f'  {entry}\n  {{ page = "errors"')
    site = generate({"reference/all.md": "# All\n\n[Errors](../errors.md), [CSV](../_downloads/a.csv)\n"})
    assert "reference/all.md" in site.pages
    assert "[Everything](../reference/all.md)" in site.pages["guides/index.md"]
    for text in ("[x](../error.md)", "[x](../_downloads/b.csv)"):
        with pytest.raises(RefusedError, match=r"reference/all.md:3: .* does not exist"):
            generate({"reference/all.md": f"# All\n\n{text}\n"})
    with pytest.raises(RefusedError, match=r"Two pages are errors.md"):
        generate({"errors.md": "# Mine\n"})


READERS = {
    "merchant-backend",
    "data-engineer",
    "qa",
    "partner-app",
    "fleet-operator",
    "tool-author",
    "maintainer",
}


@pytest.fixture(scope="module")
def whole() -> Site:
    """Everything that people wrote, as it is now; of the pages that are generated, the titles."""
    sections = read_navigation(ROOT / FILE)
    entries = [one for section in sections for one in section.entries if one.page.startswith("reference/")]
    assert len(entries) == 5
    titles = {f"{one.page}.md": f"# {one.title}\n" for one in entries}
    return read_site(ROOT, str, lambda *_: GeneratedPages(pages=titles, downloads={}))


def test_every_page_of_docs_is_on_the_site(whole: Site) -> None:
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert len(written) > 50
    assert {name.replace("README.md", "index.md") for name in written} - set(whole.pages) == set()


def test_each_reader_has_a_page_with_what_to_read_next(whole: Site) -> None:
    section = next(one for one in whole.sections if one.folder == "start")
    assert {Path(entry.page).name for entry in section.entries} == READERS
    for reader in READERS:
        text = whole.pages[f"start/{reader}.md"]
        assert "## A first result\n" in text
        steps = text.partition("## What to read next\n")[2]
        assert 4 <= len(re.findall(r"^\d+\. ", steps, re.MULTILINE)) <= 8


def test_the_landing_page_says_of_each_reader_what_the_navigation_says(whole: Site) -> None:
    section = next(one for one in read_navigation(ROOT / FILE) if one.folder == "start")
    for entry in section.entries:
        assert f"- [{entry.title}]({entry.page}.md): {entry.line}\n" in whole.pages["index.md"]
