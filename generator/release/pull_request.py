"""What a pull request does to the documents, as text for a comment: this tree beside another commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.diff.comparing.finding import join_words
from generator.diff.report.printing import SIGN, as_markdown
from generator.output.guides import lower_headings
from generator.release.api_comparison import ApiChanges, compare_api, read_api
from generator.release.repository import Repository

COMMENT_LIMIT = 65_000
"""Characters. A comment of GitHub holds 65,536."""


def describe_trees(root: Path, base: str, *, whole: bool = False) -> str:
    """Compare the documents in `root` with those that were generated at the commit `base`, as Markdown.

    Without `whole`, what is too long for a comment is cut, and says so. Raises `RefusedError` for a commit
    that git does not know, `SpecError` for a document with faults.
    """
    api = read_api(root / "spec", Repository(root).documents(base))
    text = describe_changes(compare_api(api), newest=api.now[-1].version)
    return text if whole else cut_text(text, COMMENT_LIMIT)


def describe_changes(changes: ApiChanges, newest: str) -> str:
    """The changes as Markdown; `newest` is the newest version of this tree."""
    return "\n".join(_sections(changes, newest))


def cut_text(text: str, limit: int) -> str:
    """The text, or as many whole lines of it as fit into `limit` characters, and a line that says so."""
    if len(text) <= limit:
        return text
    note = "(Cut for a comment; {} more lines with `python -m generator diff-trees --whole BASE`.)"
    room = limit - len(note) - 10
    shown = text[:room].rpartition("\n")[0]
    left = len(text[len(shown) :].splitlines()) - 1
    return f"{shown}\n\n{note.format(left)}\n"


def _sections(changes: ApiChanges, newest: str) -> Iterator[str]:
    yield "# API documents\n"
    if not (changes.gone or changes.corrected or changes.new):
        yield "No document changed.\n"
    for name in changes.gone:
        yield f"- {SIGN} API {name} is gone.\n"
    if changes.new:
        verb = "is" if len(changes.new) == 1 else "are"
        yield f"API {join_words(changes.new)} {verb} new.\n"
    for name, found in changes.corrected.items():
        yield lower_headings(as_markdown(f"{name} of the base", f"{name} of this tree", found))
    if changes.came_from:
        yield lower_headings(as_markdown(changes.came_from, newest, changes.entry))
