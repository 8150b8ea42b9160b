"""The Markdown beside each page is plain Markdown, and llms.txt has the form of llmstxt.org."""

from __future__ import annotations

import re

from generator.site.build import read_site
from generator.site.links import resolve, rewrite_links
from generator.site.markdown_files import markdown_files, plain_page, title_of
from tests.site.conftest import Project, no_references


def test_what_only_sphinx_understands_is_gone() -> None:
    text = (
        "---\nnosearch: true\n---\n# Title\n\n<!-- cards -->\n\n(an-anchor)=\n## Part\n\n"
        "```{toctree}\n:hidden:\n\na\n```\n\n```{toctree}\n:maxdepth: 1\n\na\nFirst <b>\n```\n\n"
        "```text\n(not-an-anchor)=\n<!-- stays -->\n```\n"
        "````{dropdown} Folded\n\n```json\n{}\n```\n````\n"
    )
    assert plain_page("x/y.md", text, {"x/a.md": "Page A", "x/b.md": "Page B"}) == (
        '# Title\n\n<a id="an-anchor"></a>\n## Part\n\n\n- [Page A](a.md)\n- [Page B](b.md)\n\n'
        "```text\n(not-an-anchor)=\n<!-- stays -->\n```\n"
        "**Folded**\n\n```json\n{}\n```\n"
    )


def test_the_files_of_a_site(project: Project) -> None:
    site = read_site(project.root, str, no_references)
    files = {name: content.decode() for name, content in markdown_files(site).items()}
    assert set(files) == {*site.pages, "llms.txt", "llms-full.txt"}
    for name, text in files.items():
        assert "{toctree}" not in text

        def look(target: str, _image: bool, _line: int, name: str = name) -> str:
            assert resolve(name, target)[0] in {*files, *site.files}
            return target

        if name != "llms-full.txt":
            rewrite_links(text, look)


def test_llms_txt(project: Project) -> None:
    text = markdown_files(read_site(project.root, str, no_references))["llms.txt"].decode()
    assert text.startswith(
        "# Tiny\n\n> A tiny project.\n\n## Guides\n\nWhat to call.\n\n- [Errors and retries](errors.md): "
    )
    links = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(links) == 4
    assert all(re.fullmatch(r"- \[[^\]]+\]\([^)]+\.md\): .+", line) for line in links)


def test_the_title_of_a_page() -> None:
    assert title_of("---\na: b\n---\n# The *title*\n\n# Another\n") == "The *title*"
