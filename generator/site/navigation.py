"""Which page stands where: `docs/site/navigation.toml`, the pages of its sections, and what is wrong with it.

A page is in the navigation once. Pages that write a toctree of their own lead to those below them.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from generator.errors import RefusedError
from generator.site import markdown
from generator.site.links import resolve

FILE = "docs/site/navigation.toml"
HOME = "index.md"

_TOCTREE = re.compile(r"^```\{toctree\}\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLED = re.compile(r"^.*<(?P<page>[^<>]+)>$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One page: its path without ending, its title in the menu, and what it is about in one line."""

    page: str
    title: str
    line: str
    below: str = ""
    """A pattern of pages that are listed below this one, the last name first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One item of the bar on top. Its page is `<folder>/index.md`."""

    folder: str
    title: str
    text: str
    groups: Sequence[Group]

    @property
    def page(self) -> str:
        return f"{self.folder}/index"

    @property
    def entries(self) -> Iterator[Entry]:
        for group in self.groups:
            yield from group.entries


def read_navigation(path: Path) -> list[Section]:
    """Read the sections of the site.

    Raises:
        RefusedError: The file cannot be read, or a key is missing or unknown.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return [_section(item) for item in content["section"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        hint = (
            "A section has folder, title, text and groups; a group title and pages; a page page, title, line."
        )
        raise RefusedError(f"{path} is not a list of sections: {error}.", hint) from None


def _section(item: Mapping[str, Any]) -> Section:
    groups = [
        Group(title=group["title"], entries=[Entry(**entry) for entry in group["pages"]])
        for group in item["group"]
    ]
    return Section(folder=item["folder"], title=item["title"], text=item["text"], groups=groups)


def section_pages(sections: Iterable[Section]) -> dict[str, str]:
    """Return the page of each section, which lists its pages with a line each."""
    return {f"{section.page}.md": _section_page(section) for section in sections}


def _section_page(section: Section) -> str:
    parts = [section.text]
    for group in section.groups:
        if group.title and group.title != section.title:
            parts.append(f"## {group.title}")
        links = [
            f"- [{entry.title}]({_from_folder(section, entry)}.md): {entry.line}" for entry in group.entries
        ]
        parts.append("<!-- cards -->\n\n" + "\n".join(links))
    toctrees = [
        markdown.toctree(
            (f"{entry.title} </{entry.page}>" for entry in group.entries),
            hidden=True,
            caption=group.title,
        )
        for group in section.groups
    ]
    return markdown.page(section.title, "\n\n".join([*parts, *toctrees]))


def _from_folder(section: Section, entry: Entry) -> str:
    folder = f"{section.folder}/"
    return entry.page.removeprefix(folder) if entry.page.startswith(folder) else f"../{entry.page}"


def with_toctrees(pages: Mapping[str, str], sections: Iterable[Section]) -> dict[str, str]:
    """Return the pages with the toctrees of the navigation: the landing page, and those with pages below."""
    sections = list(sections)
    whole = dict(pages)
    names = [page.removesuffix(".md") for page in pages]
    top = [f"{section.title} <{section.page}>" for section in sections]
    whole[HOME] += "\n" + markdown.toctree(top, hidden=True)
    for section in sections:
        for entry in section.entries:
            below = [f"/{name}" for name in names if fnmatchcase(name, entry.below) and name != entry.page]
            if below:
                newest_first = sorted(below, reverse=True)
                whole[f"{entry.page}.md"] += "\n" + markdown.toctree(newest_first, hidden=True)
    return whole


def list_toctree(page: str, text: str) -> Iterator[str]:
    """Yield the pages that the toctrees of a page lead to, as paths with their ending."""
    for found in _TOCTREE.finditer(text):
        for line in found["body"].splitlines():
            name = line.strip()
            if not name or name.startswith(":"):
                continue
            titled = _TITLED.match(name)
            target = titled["page"] if titled else name
            if target.startswith("/"):
                yield f"{target[1:]}.md"
            else:
                yield f"{resolve(page, target)[0]}.md"


def find_navigation_faults(pages: Mapping[str, str]) -> list[str]:
    """Return what is wrong: a page that is in no toctree, or in two, and an entry without a page."""
    led: Counter[str] = Counter()
    faults: list[str] = []
    for page, text in pages.items():
        for target in list_toctree(page, text):
            led[target] += 1
            if target not in pages:
                faults.append(f"{page} leads to {target}, which does not exist.")
    faults += [f"{page} is in no list of pages. Add it to {FILE}." for page in _unled(pages, led)]
    faults += [f"{page} is in {count} lists of pages." for page, count in led.items() if count > 1]
    return faults


def _unled(pages: Collection[str], led: Mapping[str, int]) -> list[str]:
    return [page for page in pages if page != HOME and page not in led]
