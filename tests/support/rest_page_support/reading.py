"""A page as a reader gets it: sections with tables and links. MyST itself parses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

EXTENSIONS = {"amsmath", "attrs_inline", "attrs_block", "colon_fence", "deflist", "dollarmath", "fieldlist",
              "html_admonition", "html_image", "strikethrough", "substitution", "tasklist"}  # fmt: skip
"""More than the site turns on: what is harmless with them is harmless with fewer."""


@dataclass
class Section:
    """What stands between two headings."""

    title: str
    anchors: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    """The rows of its tables, each cell as plain text, heads included."""
    items: dict[str, str] = field(default_factory=dict)
    """The items of its lists that begin with a name: the text of each, by name."""
    text: str = ""
    links: list[str] = field(default_factory=list)


@cache
def parser() -> MarkdownIt:
    """The parser of the site, with more extensions."""
    return create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)


@cache
def read_page(markdown: str) -> list[Section]:
    """The sections of a page, parsed once. What is above its title is one too."""
    sections = [Section("")]
    anchors: list[str] = []
    tokens = parser().parse(markdown)
    in_heading = False
    for index, token in enumerate(tokens):
        if token.type == "myst_target":
            anchors.append(token.content)
        elif token.type == "heading_open":
            in_heading = True
        elif token.type == "heading_close":
            in_heading = False
        elif token.type == "tr_open":
            sections[-1].rows.append([])
        elif token.type == "inline":
            shown = "".join(_text(token))
            if in_heading:
                sections.append(Section(shown, anchors))
                anchors = []
            elif tokens[index - 1].type in ("td_open", "th_open"):
                sections[-1].rows[-1].append(shown)
            elif tokens[index - 2].type == "list_item_open":
                sections[-1].items[_first_code(token)] = shown
            sections[-1].text += shown + "\n"
            sections[-1].links += [
                str(one.attrs["href"]) for one in token.children or () if one.type == "link_open"
            ]
        elif token.type == "fence" and token.info.startswith("{dropdown}"):
            sections[-1].text += "".join(one.text for one in read_page(token.content))
        elif token.type == "fence":
            sections[-1].text += token.content
    return sections


def _text(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield "\n"


def _first_code(token: Token) -> str:
    return next((one.content for one in token.children or () if one.type == "code_inline"), "")
