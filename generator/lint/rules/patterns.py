"""Rules about patterns: one that a reader does not know, or that fits no length, refuses everything."""

from __future__ import annotations

import re
import warnings

# No public function says how long a match can be. Only this tool for development depends on it.
from re import _parser  # type: ignore[attr-defined]
from typing import NamedTuple

from generator.document import pointer as pointers
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node


class _Lengths(NamedTuple):
    """How long the strings are that a pattern takes."""

    shortest: int
    longest: int | None
    """None: of any length, because the pattern is only about a part of the string."""


@rule("pattern-language", "Client and mock check a pattern in Python; one of JavaScript alone takes nothing.")
def pattern_language(view: View) -> Hits:
    for node in view.all("schema"):
        if isinstance(node.value.get("pattern"), str):
            problem = _problem(node.value["pattern"])
            if problem is not None:
                yield (
                    pointers.child(node.pointer, "pattern"),
                    f"Python does not know this pattern: {problem}. Write it with what Python and "
                    "JavaScript share, or say it in the description.",
                )


@rule("pattern-length", "A pattern and a length that exclude each other refuse every value.")
def pattern_length(view: View) -> Hits:
    for node in view.all("schema"):
        pattern = node.value.get("pattern")
        if not isinstance(pattern, str) or _problem(pattern) is not None:
            continue
        shortest, longest = _lengths(pattern)
        if shortest > node.value.get("maxLength", shortest):
            yield _excluded(node, "maxLength", f"at least {shortest}")
        if longest is not None and longest < node.value.get("minLength", 0):
            yield _excluded(node, "minLength", f"at most {longest}")


def _excluded(node: Node, key: str, taken: str) -> tuple[str, str]:
    return (
        pointers.child(node.pointer, key),
        f"{key} is {node.value[key]}, and the pattern takes {taken} characters, so nothing fits. Correct one "
        "of the two.",
    )


def _problem(pattern: str) -> str | None:
    try:
        with warnings.catch_warnings():
            # Such as "possible nested set": Python reads it in another way than JavaScript.
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
    except (re.error, FutureWarning) as error:
        return str(error)
    return None


def _lengths(pattern: str) -> _Lengths:
    parsed = _parser.parse(pattern)
    shortest, longest = parsed.getwidth()
    whole = len(parsed) > 1 and str(parsed[0][1]) == "AT_BEGINNING" and str(parsed[-1][1]) == "AT_END"
    return _Lengths(shortest, longest if whole else None)
