"""All pages of the site as Markdown, from `docs/`, from other folders, and from the generated references.

Pages are paths below the source folder, and links between them are relative to the page, so the same
text is the source of the HTML and of the Markdown files beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.errors import RefusedError
from generator.site import example_pages, markdown
from generator.site.links import relative, resolve, rewrite_links
from generator.site.navigation import (
    HOME,
    Section,
    find_navigation_faults,
    section_pages,
    with_toctrees,
)

DOCS = "docs"
# Those parts of docs/ are not pages: how the site is built.
_NOT_PAGES = f"{DOCS}/site/"
# Pages that stand elsewhere, because tools and people look for them there.
ELSEWHERE = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "LICENSE": "license.md",
    "spec/README.md": "specification.md",
    "benchmarks/README.md": "benchmarks.md",
}
_ALSO_HOME = "README.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Everything that the site is made of."""

    pages: Mapping[str, str]
    """Markdown by path: `errors.md`."""
    files: Mapping[str, bytes]
    """What is there as it is, by path: pictures, and tables to download."""
    sections: list[Section]


def assemble(
    root: Path,
    sections: list[Section],
    generated: Mapping[str, str],
    downloads: Mapping[str, bytes],
    repository: str,
) -> Site:
    """Put all pages together. `repository`: the address of the repository, empty where it is not known.

    Raises:
        RefusedError: A link leads to nothing, or the navigation does not have each page once.
    """
    written = _written_pages(root)
    pages_of_files = {**written, _ALSO_HOME: HOME}
    files = {
        path.relative_to(root / DOCS).as_posix(): path.read_bytes()
        for path in sorted((root / DOCS).rglob("*"))
        if path.is_file() and path.suffix != ".md" and not _is_part(root, path)
    }
    pages = {
        page: _read(root, source, _decide(root, source, page, pages_of_files, files, repository))
        for source, page in written.items()
    }
    for page, example in example_pages.example_pages(root).items():
        decide = _decide(root, example.source, page, pages_of_files, files, repository)
        pages[page] = rewrite_links(example.text, decide)
    for page, text in {**section_pages(sections), **generated}.items():
        if page in pages:
            raise RefusedError(f"Two pages are {page}.", "Rename one of them.")
        pages[page] = text
    pages = with_toctrees(pages, sections)
    site = Site(pages=pages, files={**files, **downloads}, sections=sections)
    faults = [*find_navigation_faults(pages), *_find_dead_links(site)]
    if faults:
        raise RefusedError("\n".join(faults), "Mend that, and build again.")
    return site


def _is_part(root: Path, path: Path) -> bool:
    return path.relative_to(root).as_posix().startswith(_NOT_PAGES)


def _written_pages(root: Path) -> dict[str, str]:
    """The pages that people write, and those of docs/ that the generator writes: from file to page."""
    found = {}
    for path in sorted((root / DOCS).rglob("*.md")):
        if not _is_part(root, path):
            page = path.relative_to(root / DOCS)
            name = "index.md" if page.name == "README.md" else page.name
            found[path.relative_to(root).as_posix()] = page.with_name(name).as_posix()
    return {**found, **{file: page for file, page in ELSEWHERE.items() if (root / file).exists()}}


def _read(root: Path, source: str, decide: Callable[[str, bool, int], str | None]) -> str:
    text = (root / source).read_text("utf-8")
    if not source.endswith(".md"):
        return markdown.page(source.capitalize(), markdown.fenced("text", text))
    return rewrite_links(text, decide)


def _decide(
    root: Path,
    source: str,
    page: str,
    pages_of_files: Mapping[str, str],
    files: Mapping[str, bytes],
    repository: str,
) -> Callable[[str, bool, int], str | None]:
    """How a link of a file of the project is written on its page."""

    def decide(target: str, is_image: bool, line: int) -> str | None:
        path, anchor = resolve(source, target)
        if path in pages_of_files:
            return relative(page, pages_of_files[path]) + (anchor if path != _ALSO_HOME else "")
        if path.startswith(f"{example_pages.FOLDER}/") and (root / path).exists():
            return relative(page, example_pages.page_of(path)) + (anchor or example_pages.anchor_of(path))
        if path == example_pages.FOLDER:
            return relative(page, example_pages.INDEX)
        inner = path.removeprefix(f"{DOCS}/")
        if inner != path and inner in files:
            return relative(page, inner)
        if (root / path / "README.md").exists() and f"{path}/README.md" in pages_of_files:
            return relative(page, pages_of_files[f"{path}/README.md"]) + anchor
        if path.startswith(("..", "/")) or not (root / path).exists():
            hint = "Mend the link: it is relative to its file."
            raise RefusedError(f"{source}:{line}: {target} does not exist.", hint)
        if is_image:
            raise RefusedError(f"{source}:{line}: {target} is not in docs/images/.", "Put pictures there.")
        return f"{repository}/blob/main/{path}{anchor}" if repository else None

    return decide


def _find_dead_links(site: Site) -> list[str]:
    """Links to pages and files that are not there. Sphinx looks at the anchors."""
    faults: list[str] = []
    for page, text in site.pages.items():

        def look(target: str, is_image: bool, line: int, page: str = page) -> str:
            path, _ = resolve(page, target)
            if path not in site.files and (is_image or path not in site.pages):
                faults.append(f"{page}:{line}: {target} does not exist.")
            return target

        rewrite_links(text, look)
    return faults
