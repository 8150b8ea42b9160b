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
    """Return words as a span of code, also for the cell of a table. Without any, an empty string."""
    line = " ".join(words.split())
    if not line:
        return ""
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}".replace("|", "\\|")


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
    return "| " + " | ".join(cells) + " |"


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


def code_block(source: str, language: str) -> str:
    """Return a block of code, with a fence that is longer than every run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{source.rstrip()}\n{fence}\n"
