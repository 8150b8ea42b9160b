"""Pages as Sphinx reads them: links to files, lists as cards, pictures of diagrams, a description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from generator.site.assemble import Site
from generator.site.diagrams import draw_diagrams
from generator.site.links import resolve, rewrite_links

# docs/site/conf.py knows this scheme: such a link is left as it is, and its file is not copied again.
FILE_SCHEME = "file-of-site"
_CARDS = re.compile(r"<!-- cards -->\n\n(?P<list>(?:- \[.*\n(?:  .*\n)*)+)")
_CARD = re.compile(r"- \[(?P<title>[^\]]+)\]\((?P<page>[^)#]+)\.md\): (?P<line>.*(?:\n  .*)*)\n")


def write_source(site: Site, folder: Path) -> None:
    """Write everything that Sphinx reads, below a folder that exists."""
    lines = {f"{entry.page}.md": entry.line for section in site.sections for entry in section.entries}
    lines |= {f"{section.page}.md": section.text for section in site.sections}
    for page, text in site.pages.items():
        shown, drawings = draw_diagrams(page, text)
        _write(folder / page, sphinx_page(page, shown, lines.get(page, ""), site.files).encode())
        for name, drawing in drawings.items():
            _write((folder / page).with_name(name), drawing)
    for name, content in site.files.items():
        _write(folder / name, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def sphinx_page(page: str, text: str, line: str, files: Mapping[str, bytes]) -> str:
    """Return one page as Sphinx reads it. `line`: what it is about, for its head."""

    def decide(target: str, is_image: bool, _line: int) -> str:
        is_file = not is_image and resolve(page, target)[0] in files
        return f"{FILE_SCHEME}:{target}" if is_file else target

    return _describe(_CARDS.sub(_grid, rewrite_links(text, decide)), line)


def _grid(found: re.Match[str]) -> str:
    cards = [
        f":::{{grid-item-card}} {card['title']}\n:link: {card['page']}\n:link-type: doc\n\n"
        + re.sub(r"\n  ", "\n", card["line"])
        + "\n:::"
        for card in _CARD.finditer(found["list"])
    ]
    return "\n".join(["::::{grid} 1 2 2 3", ":gutter: 3", "", *cards, "::::"]) + "\n"


def _describe(text: str, line: str) -> str:
    if not line or text.startswith("---\n"):
        return text
    words = re.sub(r"[`\\]|\[([^\]]*)\]\([^)]*\)", r"\1", line).replace('"', "'")
    return f'---\nmyst:\n  html_meta:\n    description: "{words}"\n---\n{text}'
