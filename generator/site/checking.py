"""Checks a built site: every link and anchor exists, and nothing is loaded from another host."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from generator.errors import RefusedError
from generator.release.project_address import read_address
from generator.site.links import resolve

ALLOWED = "docs/site/external-links.txt"
# What a browser loads without a click.
_LOADED = {"script", "img", "source", "iframe", "audio", "video", "embed", "object", "use", "image", "input"}
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_MAIL = re.compile(r"mailto:", re.IGNORECASE)
_DATA = re.compile(r"data:", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?P<target>[^"')\s]+)""")


@dataclass(kw_only=True, slots=True)
class _Page(HTMLParser):
    """What one page holds: its anchors, where it links to, and what it loads."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    in_style: bool = False

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors.update(values[name] for name in ("id", "name") if values.get(name))
        target = values.get("href") or values.get("src") or values.get("data")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") == "alternate":
            self.links.append(values.get("href", ""))
        elif target and (tag in _LOADED or tag == "link"):
            self.loaded.append(target)
        self.loaded += [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]
        self.loaded += _in_css(values.get("style", ""))
        self.in_style = tag == "style"
        if tag == "form" and values.get("action"):
            self.links.append(values["action"])
        # A page that moves its reader on by itself.
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.loaded.append(re.split(r"url=", values.get("content", ""), flags=re.IGNORECASE)[-1])

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.loaded += _in_css(data)

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"


def _in_css(text: str) -> list[str]:
    return [found["target"] for found in _CSS_ADDRESS.finditer(text)]


def check_site(root: Path, folder: Path, echo: Callable[[str], None]) -> None:
    """Check the pages of a site.

    Raises:
        RefusedError: Something was found; the message has a line for each fault.
    """
    allowed = read_allowed(root / ALLOWED)
    count, faults = find_faults(folder, allowed, read_address(root))
    if not count:
        raise RefusedError(f"{folder} has no pages.", "Build the site first: make site.")
    if faults:
        raise RefusedError("\n".join(faults), f"{len(faults)} faults in {count} pages.")
    echo(f"{count} pages were checked: every link and anchor exists, and nothing is loaded from elsewhere.")


def read_allowed(path: Path) -> list[str]:
    """Read the addresses of other hosts that a page may link to: one a line, and what it is after `#`."""
    lines = (line.partition(" #")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def find_faults(folder: Path, allowed: Iterable[str], repository: str = "") -> tuple[int, list[str]]:
    """Return the number of pages, and what is wrong with them.

    Pages may link to the addresses in `allowed`, and to files below that of the repository, if it has one.
    """
    pages = {path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*.html"))}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    addresses = set(allowed)
    faults = [fault for name in pages for fault in _judge(name, pages, files, addresses, repository)]
    for path in sorted(folder.rglob("*.css")):
        name = path.relative_to(folder).as_posix()
        targets = _in_css(path.read_text("utf-8"))
        faults += [fault for target in targets for fault in _judge_loaded(name, target, files)]
    return len(pages), faults


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    return page


def _judge(
    name: str, pages: Mapping[str, _Page], files: set[str], allowed: set[str], repository: str
) -> Iterator[str]:
    page = pages[name]
    for target in page.loaded:
        yield from _judge_loaded(name, target, files)
    for target in dict.fromkeys(page.links):
        if _MAIL.match(target):
            continue
        if _ADDRESS.match(target):
            if target not in allowed and not (repository and target.startswith(f"{repository}/")):
                yield f"{name} links to {target}, which is not in {ALLOWED}."
            continue
        path, mark, anchor = unquote(target).partition("#")
        path = resolve(name, path)[0] if path else name
        if path not in files:
            yield f"{name} links to {target}, which does not exist."
        elif mark and anchor and path in pages and anchor not in pages[path].anchors:
            yield f"{name} links to {target}, and there is no such anchor."


def _judge_loaded(name: str, target: str, files: set[str]) -> Iterator[str]:
    if _DATA.match(target) or target.startswith("#"):
        return
    if _ADDRESS.match(target):
        yield f"{name} loads {target} from another host."
        return
    path = resolve(name, re.split(r"[?#]", unquote(target))[0])[0]
    if path not in files:
        yield f"{name} loads {target}, which does not exist."
