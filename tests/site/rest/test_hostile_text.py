"""Words of a document come out as words, whatever they hold: no markup, HTML, role or link of theirs.

The same document is made twice, with hostile words and with harmless ones. Both must give the same structure.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from markdown_it.token import Token

from generator.site.markdown import code, plain, table
from generator.site.rest import Sources, rest_pages
from generator.site.rest.reading.reference import read_reference
from generator.site.rest.reading.sources import SlugGroup
from generator_support.documents import as_document, parcels
from rest_page_support.reading import parser

HOSTILE = (
    "</script><script>alert(1)</script>",
    "{role}`x` and {{ substitution }}",
    "a | b || c",
    "one ` backtick and ``` three",
    "$$x^2$$ $y$ \\begin{equation}",
    "[x](javascript:alert(1)) ![i](data:x) <https://example.com> [ref][x] [^1]",
    "*a* **b** _c_ ~~d~~ &amp; &#x41; \\* \\",
    "- item",
    "1. item",
    "# heading",
    ":::{note}\ninside\n:::",
    "```{include} /etc/passwd\n```",
    "(target)=",
    "% comment",
    "+++",
    "===",
    "> quotation\n\n    code",
    "---\n\n---",
    "[x]: https://example.com",
    "{#id .class} {attribute}",
    "<!-- comment --> <b>bold",
    "\u2028\u2029\x85 separators",
)
_WORDS = ("description", "summary", "meaning", "hint", "message", "x-retry-reason")


def _fill(value: Any, words: Callable[[], str], key: str = "") -> Any:
    """The value with other words where a document has words for people. Names and examples stay."""
    if isinstance(value, dict):
        if key in ("x-open-enum", "x-enum-meanings"):
            return {name: words() for name in value}
        return {
            name: words() if name in _WORDS and isinstance(inner, str) else _fill(inner, words, name)
            for name, inner in value.items()
        }
    return [_fill(one, words) for one in value] if isinstance(value, list) else value


def _pages(hostile: bool, rotation: int) -> dict[str, str]:
    raw = copy.deepcopy(parcels())
    raw["x-errors"] = {
        code: {"meaning": "m", "hint": "h", "message": "m", **one} for code, one in raw["x-errors"].items()
    }
    counter = iter(range(rotation, 10**6))
    filled = _fill(raw, lambda: HOSTILE[next(counter) % len(HOSTILE)] if hostile else "word")
    reference = read_reference([as_document(filled)], [])
    return rest_pages(
        Sources(reference=reference, groups=(SlugGroup(name="g", confidence="sdk", members=()),))
    )


def _structure(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            shown = []
            for child in token.children or ():
                if child.type in ("text", "code_inline"):
                    child_words = "words"
                else:
                    child_words = f"{child.type} {child.attrs.get('href', '')}{child.content}"
                if child_words != "words" or shown[-1:] != ["words"]:
                    shown.append(child_words)
            yield " ".join(shown)
        elif token.type == "fence" and token.info.startswith("{dropdown}"):
            yield token.info
            yield from _structure(parser().parse(token.content))
        elif token.type == "fence":
            yield f"fence {token.info}"
        else:
            yield f"{token.type} {token.content}"


def _text(tokens: list[Token]) -> str:
    found = ""
    for token in tokens:
        if token.type == "inline":
            found += "".join(
                one.content for one in token.children or () if one.type in ("text", "code_inline")
            )
            found += "\n"
        elif token.type == "fence":
            found += (
                _text(parser().parse(token.content)) if token.info.startswith("{dropdown}") else token.content
            )
    return found


def _shown(words: str) -> str:
    """What a reader sees: one line, and what stands between two backticks without them."""
    return re.sub(r"`([^`]+)`", r"\1", " ".join(words.split()))


@pytest.mark.parametrize("rotation", [0, 7, 13])
def test_hostile_words_change_no_structure(rotation: int) -> None:
    hostile, harmless = _pages(True, rotation), _pages(False, rotation)
    assert hostile.keys() == harmless.keys()
    assert len(hostile) > 5
    for path, page in hostile.items():
        assert list(_structure(parser().parse(page))) == list(_structure(parser().parse(harmless[path]))), (
            path
        )


def test_hostile_words_come_out_as_they_are() -> None:
    text = "".join(
        _text(parser().parse(page)) for rotation in (0, 7, 13) for page in _pages(True, rotation).values()
    )
    plain = re.sub(r"\s+", " ", text.replace("`", ""))
    missing = [one for one in HOSTILE if re.sub(r"\s+", " ", _shown(one).replace("`", "")) not in plain]
    assert missing == []


@pytest.mark.parametrize("name", ["a|b", "a`b", "``", "{x}`y`", "$a$", "<b>", "[x](y)", "*a*", "\\"])
def test_a_hostile_value_of_an_enum_is_code(name: str) -> None:
    raw = parcels()
    enum = next(
        key
        for key, one in raw["components"]["schemas"].items()
        if "x-open-enum" in one and one.get("type") == "string"
    )
    raw["components"]["schemas"][enum]["x-open-enum"] = {"harmless": "One.", name: "Two."}
    pages = rest_pages(Sources(reference=read_reference([as_document(raw)], [])))
    page = next(
        page
        for path, page in pages.items()
        if path.startswith("reference/enums/") and "Two." in page and "index" not in path
    )
    codes = [
        child.content
        for token in parser().parse(page)
        for child in token.children or ()
        if child.type == "code_inline"
    ]
    assert name in codes


@pytest.mark.parametrize(
    "name", ["a|b", "|", "a`|`b", "^(0[1-9]|1[0-2])$", r"^(a\|b)\\|$", "a\\", r"\|", "a\\\\|b"]
)
def test_code_with_a_bar_is_the_same_in_a_table_and_outside(name: str) -> None:
    page = f"- {code(name)}\n\n{table(['One', 'Two'], [[code(name), plain(name)]])}"
    shown = [
        child.content
        for token in parser().parse(page)
        for child in token.children or ()
        if child.type in ("code_inline", "text") and child.content not in ("One", "Two")
    ]
    assert shown == [name, name, name]
