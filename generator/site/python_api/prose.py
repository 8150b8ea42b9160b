"""Makes Markdown from the words of docstrings: code stays code, everything else is plain words."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from generator.site import markdown

# A span of code ends at as many backticks as it begins with.
_SPAN = re.compile(
    r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)|\b(?:[A-Z][a-z]\w*(?:Error|Warning)|AFTERSHIP_[A-Z_]+[A-Z])\b"
    r"|(?<![\w-])--[a-z][a-z-]*[a-z]\b"
)
_ITEM = re.compile(r"[-*] +")

FindLink = Callable[[str], str | None]
"""Gives the target of what a span of code names, or None if it is not a name with a location on the site."""


def inline(words: str, find_link: FindLink | None = None) -> str:
    """Return one line of Markdown with the spans of code in words preserved. Errors, variables and options
    of commands are code, marked or not.
    """
    line = " ".join(words.split())
    parts: list[str] = []
    end = 0
    for span in _SPAN.finditer(line):
        parts.append(_plain_part(line[end : span.start()]))
        name = span[2] or span[0]
        parts.append(code_link(name, find_link(name) if find_link is not None else None))
        end = span.end()
    parts.append(_plain_part(line[end:]))
    return "".join(parts).strip()


def _plain_part(words: str) -> str:
    """Return plain words with the space that parts them from code beside them."""
    before = " " if words.startswith(" ") else ""
    after = " " if words.strip() and words.endswith(" ") else ""
    return f"{before}{markdown.plain(words)}{after}"


def code_link(words: str, target: str | None) -> str:
    """Return words as code, which is a link if there is a target."""
    return markdown.code(words) if target is None else markdown.code_link(words, target)


def paragraph(words: str, find_link: FindLink | None = None) -> str:
    """Return words as a paragraph: its first character does not begin a list, a target or a comment."""
    line = inline(words, find_link)
    numbered = re.match(r"\d+(?=[.)])", line)
    if numbered:
        return f"{numbered[0]}\\{line[numbered.end() :]}"
    return rf"\{line}" if re.match(r"[-+=%(:~^@.,;/?\"']", line) else line


def blocks(text: str, find_link: FindLink | None = None) -> str:
    """Return several paragraphs, lists and indented blocks of code."""
    return "\n\n".join(_render(block, find_link) for block in _split(text))


def fence(lines: str, language: str) -> str:
    """Return a block of code, whatever it holds."""
    longest = max((len(run) for run in re.findall("`{3,}", lines)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n{lines}\n{ticks}"


def indent(block: str) -> str:
    """Return a block as what an item of a list holds."""
    return "\n".join(f"  {line}" if line else "" for line in block.splitlines())


def _split(text: str) -> Iterator[list[str]]:
    """Yield the blocks. An indented one goes on over empty lines."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            if block and not block[-1] and not line.startswith("    "):
                yield _without_end(block)
                block = []
            block.append(line)
        elif block and block[0].startswith("    "):
            block.append("")
        elif block:
            yield block
            block = []
    if _without_end(block):
        yield _without_end(block)


def _without_end(block: list[str]) -> list[str]:
    while block and not block[-1]:
        block = block[:-1]
    return block


def _render(block: list[str], find_link: FindLink | None) -> str:
    if all(line.startswith("    ") or not line for line in block):
        lines = "\n".join(line[4:] for line in block)
        return fence(lines, "python" if _is_python(lines) else "text")
    if _ITEM.match(block[0]):
        items: list[str] = []
        for line in block:
            if _ITEM.match(line):
                items.append(_ITEM.sub("", line, count=1))
            else:
                items[-1] += f" {line.strip()}"
        return "\n".join(f"- {paragraph(item, find_link)}" for item in items)
    return paragraph(" ".join(block), find_link)


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True
