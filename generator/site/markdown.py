"""Writes Markdown from words that may hold anything: what a document says never becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

# Emphasis, code, roles, links, HTML, tables, substitutions, mathematics, entities and headings.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~$#&!])")


def plain(words: str) -> str:
    """Return words as one line of Markdown that shows exactly them; line ends become spaces."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def code(words: str) -> str:
    """Return words as a span of code. Without any, an empty string."""
    line = " ".join(words.split())
    if not line:
        return ""
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def link(words: str, target: str) -> str:
    """Return a link with words as they are; `target` is one of our own pages, with `#anchor` if any."""
    return f"[{plain(words)}]({target})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, whose cells are Markdown already.

    Raises:
        ValueError: There are no rows, or one has another number of cells.
    """
    lines = [_row(head), _row(["---"] * len(head))]
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"A row of {len(row)} cells in a table of {len(head)}: {row!r}.")
        lines.append(_row(row))
    if len(lines) == 2:
        raise ValueError(f"A table without rows: {', '.join(head)}.")
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    # A table takes one backslash before a bar away, also in code: so each bar gets one more than it has.
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def toctree(pages: Iterable[str], *, depth: int = 1, hidden: bool = False, caption: str = "") -> str:
    """Return the list of pages below this one, as links relative to it without their ending."""
    options = [f":maxdepth: {depth}"]
    if hidden:
        options.append(":hidden:")
    if caption:
        options.append(f":caption: {caption}")
    return "\n".join(["```{toctree}", *options, "", *pages, "```"]) + "\n"


def anchor(name: str) -> str:
    """Return the line that gives the heading below it a fixed address: `page.md#name`."""
    return f"({name})=\n"


def page(title: str, body: str, *, front_matter: Mapping[str, str] | None = None) -> str:
    """Return a whole page; the title is plain words, the body is Markdown already."""
    head = ""
    if front_matter:
        head = "---\n" + "".join(f"{name}: {value}\n" for name, value in front_matter.items()) + "---\n"
    return f"{head}# {plain(title)}\n\n{body.strip()}\n"


def prose(words: str) -> str:
    """Return words as one line of Markdown; what stands between two backticks is code."""
    parts = re.split(r"`([^`]+)`", words)
    line = "".join(code(part) if index % 2 else _inside(part) for index, part in enumerate(parts))
    return line.strip()


def _inside(words: str) -> str:
    """The words as `plain`, with a space where they begin or end with one."""
    return (
        f"{' ' * words[:1].isspace()}{plain(words)}{' ' * words[-1:].isspace()}" if words.strip() else words
    )


# They begin a list, a directive, a comment, a target, or a line below a heading.
_STARTS_A_BLOCK = tuple("-+=:%(^@")


def paragraph(words: str) -> str:
    """Return words as a paragraph or the content of a list item: no beginning of theirs makes a block."""
    line = prose(words)
    number = re.match(r"\d+(?=[.)])", line)
    if number:
        return f"{number[0]}\\{line[number.end() :]}"
    return f"\\{line}" if line[:1] in _STARTS_A_BLOCK else line


def code_link(words: str, target: str) -> str:
    """Return a link whose words are code; `target` as in `link`."""
    return f"[{code(words)}]({target})"


def fenced(language: str, content: str) -> str:
    """Return a block of code, with a fence that no line of the content ends."""
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content.rstrip(chr(10))}\n{fence}\n"


def dropdown(title: str, body: str) -> str:
    """Return Markdown that is folded away below a title. The title is ours: no words of a document."""
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(4, longest + 1)
    return f"{fence}{{dropdown}} {title}\n{body.rstrip(chr(10))}\n{fence}\n"
