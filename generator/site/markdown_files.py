"""A file of plain Markdown beside each page, and `llms.txt`: the site for tools and for language models."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.site.assemble import Site
from generator.site.links import relative, split_fences
from generator.site.navigation import HOME, list_toctree

INDEX = "llms.txt"
WHOLE = "llms-full.txt"
# The whole text is for people who use the package: these sections are for looking up, and for maintainers.
_NOT_IN_WHOLE = {"reference", "project"}

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(
    r"(?P<fence>`{3,})\{(?P<name>[a-z-]+)\} *(?P<title>.*)\n"
    r"(?P<options>(?::.*\n)*)(?P<body>(?:.*\n)*?)(?P=fence)`*\n?"
)
_ANCHOR = re.compile(r"^\((?P<name>[^()\s]+)\)=$", re.MULTILINE)
_COMMENT = re.compile(r"^<!--.*?-->\n+", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)


def markdown_files(site: Site) -> dict[str, bytes]:
    """Return the files by path: `errors.md`, `llms.txt`, `llms-full.txt`."""
    titles = {page: title_of(text) for page, text in site.pages.items()}
    plain = {page: plain_page(page, text, titles) for page, text in site.pages.items()}
    files = {**plain, INDEX: index_text(site), WHOLE: _whole_text(site, plain)}
    return {name: text.encode() for name, text in files.items()}


def title_of(text: str) -> str:
    """Return the title of a page, as Markdown."""
    found = _TITLE.search(text)
    return found["title"].strip() if found else ""


def plain_page(page: str, text: str, titles: Mapping[str, str]) -> str:
    """Return a page without what only Sphinx understands.

    A list of pages that it shows becomes links, and what is folded away below a title stands below it.
    """
    return _plain_parts(page, _FRONT_MATTER.sub("", text), titles).rstrip() + "\n"


def _plain_parts(page: str, text: str, titles: Mapping[str, str]) -> str:
    def write(is_fence: bool, part: str) -> str:
        if not is_fence:
            return _ANCHOR.sub(r'<a id="\g<name>"></a>', _COMMENT.sub("", part))
        directive = _DIRECTIVE.fullmatch(part)
        if directive is None:
            return part
        if directive["name"] != "toctree":
            body = _plain_parts(page, directive["body"], titles)
            return f"**{directive['title']}**\n\n{body.strip()}\n"
        if ":hidden:" in directive["options"]:
            return ""
        targets = list_toctree(page, part)
        return "".join(f"- [{titles[target]}]({relative(page, target)})\n" for target in targets)

    return "".join(write(is_fence, part) for is_fence, part in split_fences(text))


def index_text(site: Site) -> str:
    """Return `llms.txt`: a title, a summary, and the pages of each section with a line each (llmstxt.org)."""
    home = site.pages[HOME]
    summary = _summary(home)
    parts = [f"# {title_of(home)}", f"> {summary}"]
    for section in site.sections:
        links = [f"- [{entry.title}]({entry.page}.md): {entry.line}" for entry in section.entries]
        parts.append(f"## {section.title}\n\n{section.text}\n\n" + "\n".join(links))
    return "\n\n".join(parts) + "\n"


def _summary(home: str) -> str:
    """The first paragraph of the landing page."""
    paragraphs = _COMMENT.sub("", home).split("\n\n")
    return " ".join(paragraphs[1].split())


def _whole_text(site: Site, plain: Mapping[str, str]) -> str:
    sections = [section for section in site.sections if section.folder not in _NOT_IN_WHOLE]
    pages = [f"{entry.page}.md" for section in sections for entry in section.entries]
    return "\n".join(f"<!-- {page} -->\n\n{plain[page]}" for page in [HOME, *pages])
