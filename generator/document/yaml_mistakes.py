"""What is wrong with a file that is not YAML, in the words of somebody who wrote the line.

A parser says what it expected next, which seldom is what the author did. The usual mistakes can be seen in
the line itself: a tab, a string that needs quotes, a key that is indented in another way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from generator.errors import SpecError

_VALUE = re.compile(r"\s*(?:- +)*(?P<key>[^\s:#]+): +(?P<first>\S)")
_BARE_PATH = re.compile(r"[\w.]+\[\][\w.\[\]]*")
_CLOSING = {"[": "bracket", "{": "brace", '"': "quote"}


class Mistake(NamedTuple):
    """A sentence without its full stop, and what to do."""

    sentence: str
    hint: str


def syntax_error(error: yaml.YAMLError, text: str, file: str) -> SpecError:
    """What the parser refused, as one sentence with a position."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    line = column = None
    if mark is not None:
        # At the end of the file the parser names a line after the last one.
        line, column = min(mark.line, text.count("\n")) + 1, mark.column + 1
    elif isinstance(getattr(error, "position", None), int):
        line = text.count("\n", 0, error.position) + 1  # type: ignore[attr-defined]
    if "expected a single document" in str(error):
        problem = "a second document begins here"
    written = text.splitlines()[line - 1] if line is not None and line <= len(text.splitlines()) else ""
    found = _mistake_of_line(written, problem) or _mistake_of_parser(problem)
    return SpecError(
        f"This is not valid YAML: {found.sentence}.", file=file, line=line, column=column, hint=found.hint
    )


def _mistake_of_line(written: str, problem: str) -> Mistake | None:
    """The mistake that can be seen in the line, or nothing."""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return Mistake("the line is indented with a tab", "Indent with spaces.")
    value = _VALUE.match(written)
    key, first = (value["key"], value["first"]) if value else ("", "")
    if "mapping values" in problem and value and re.search(r":\s", written[value.end() :]):
        return Mistake(f'the value of "{key}" has a colon before a space', "Put the whole value in quotes.")
    if "cannot start any token" in problem or "expected alphabetic" in problem:
        return (
            Mistake(f"a string without quotes cannot begin with {first}", "Put it in quotes.")
            if first
            else None
        )
    bare = _BARE_PATH.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", written))
    if "expected ',' or" in problem and bare:
        return Mistake(
            f"the path {bare[0]} stands between braces or brackets without quotes", f"Write '{bare[0]}'."
        )
    if "expected key" in problem and first == "'":
        return Mistake(
            "a string in single quotes ends at its first apostrophe",
            "Write the apostrophe twice, or use double quotes.",
        )
    if "expected key" in problem and first in _CLOSING:
        return Mistake(
            f'the value of "{key}" goes on after the closing {_CLOSING[first]}',
            "Put the whole value in quotes, single ones if it has double quotes.",
        )
    if "expected key" in problem or "'-' indicator" in problem or "mapping values" in problem:
        return Mistake(
            "the line is not indented like those that it belongs to",
            "Indent the keys of one entry alike, and what belongs to a key deeper than the key.",
        )
    return None


def _mistake_of_parser(problem: str) -> Mistake:
    """The parser's own words, with a hint."""
    if "control characters" in problem or "special characters" in problem:
        return Mistake(problem, "Write such a character as an escape in double quotes.")
    if "anchor" in problem or "alias" in problem:
        return Mistake(problem, "Write the value out, or share it with $ref.")
    if problem == "a second document begins here":
        return Mistake(problem, "Have one document in each file.")
    return Mistake(problem, "Check indentation, quotes and colons here and just above.")
