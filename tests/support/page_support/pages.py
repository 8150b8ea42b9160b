"""Reads pages as a browser does, and finds what a policy would refuse and what not everybody could use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

VOID = frozenset({"meta", "link", "input", "br", "img"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Element]:
        """Elements of a tag in it, in their order."""
        found = []
        for child in self.children:
            if child.tag == tag:
                found.append(child)
            found += child.all(tag)
        return found

    @property
    def whole_text(self) -> str:
        return self.text + "".join(child.whole_text for child in self.children)


class Reader(HTMLParser):
    """Reads a page into elements. What is opened and never closed is an error."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})
        self.feed(text)
        self.close()
        assert self.here is self.root, f"<{self.here.tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        # In the order of the page, as far as tests look.
        self.here.children.append(Element("#text", {}, self.here, text=data))


@dataclass(frozen=True)
class Seen:
    """A page that was read."""

    response: httpx.Response

    @property
    def root(self) -> Element:
        return Reader(self.response.text).root

    @property
    def text(self) -> str:
        """What a reader sees, without markup."""
        return re.sub(r"\s+", " ", self.root.all("body")[0].whole_text)

    def alert(self) -> str:
        """The sentence of an error."""
        (found,) = [each for each in self.root.all("p") if each.attributes.get("role") == "alert"]
        return found.whole_text

    def value(self, name: str, *, form: int = 0) -> str:
        """What a field holds: of the nth field of that name."""
        for tag in ("input", "textarea", "select"):
            found = [each for each in self.root.all(tag) if each.attributes.get("name") == name]
            if len(found) > form:
                return _value(found[form])
        raise AssertionError(f"there is no field {name}")


def _value(element: Element) -> str:
    if element.tag == "input":
        return element.attributes.get("value", "")
    if element.tag == "textarea":
        return element.whole_text
    chosen = [option for option in element.all("option") if "selected" in option.attributes]
    option = (chosen or element.all("option"))[0]
    return option.attributes.get("value", option.whole_text)


def read_page(text: str) -> Element:
    """Return the outermost element of a page."""
    return Reader(text).root


FORBIDDEN = re.compile(r"^on|^style$")
"""Attributes that hold code or style."""


def find_faults(root: Element) -> Iterator[str]:
    """What a reader with another device than a screen and a mouse could not use."""
    if len(root.all("h1")) != 1:
        yield f"{len(root.all('h1'))} headings of the first level"
    if len(root.all("main")) != 1 or not root.all("title")[0].whole_text.strip():
        yield "no main part, or no title"
    ids = [each.attributes["id"] for tag in _tags(root) for each in root.all(tag) if "id" in each.attributes]
    yield from (f"two elements have the id {name}" for name in {each for each in ids if ids.count(each) > 1})
    labels = {each.attributes.get("for") for each in root.all("label")}
    for tag in ("input", "select", "textarea"):
        for each in root.all(tag):
            if each.attributes.get("type") != "hidden" and each.attributes.get("id") not in labels:
                yield f"the field {each.attributes} has no label"
    yield from ("a table has no caption" for each in root.all("table") if not each.all("caption"))
    yield from ("a header has no scope" for each in root.all("th") if "scope" not in each.attributes)
    yield from ("a button has no text" for each in root.all("button") if not each.whole_text.strip())
    yield from (
        f"the label of {each.attributes} is missing"
        for each in root.all("section")
        if not {"aria-label", "aria-labelledby"} & each.attributes.keys()
    )


def find_active(root: Element) -> Iterator[str]:
    """What the policy would refuse."""
    for tag in _tags(root):
        for each in root.all(tag):
            yield from (f"<{tag} {name}>" for name in each.attributes if FORBIDDEN.match(name))
            if tag in ("img", "iframe", "object", "style"):
                yield f"<{tag}>"
            if tag == "script" and (each.whole_text or not each.attributes["src"].startswith("/_mock/")):
                yield "<script>"


def _tags(root: Element) -> set[str]:
    return {root.tag, *(tag for child in root.children for tag in _tags(child))} - {"", "#text"}
