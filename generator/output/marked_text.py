"""The part of a page that is generated: the lines between two marks. People write the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from generator.errors import SpecError


class Marks(NamedTuple):
    """The lines around what is generated."""

    begin: str
    end: str
    file: str
    """The page that has them, for errors."""
    content: str
    """What stands between them, for errors."""


def replace_between(text: str, marks: Marks, lines: Iterable[str]) -> str:
    """A page with these lines between its marks.

    Raises `SpecError` unless each of the two marks is there once, in the right order.
    """
    before, begin, rest = text.partition(f"{marks.begin}\n")
    _, end, after = rest.partition(marks.end)
    if not begin or not end or marks.begin in rest or marks.end in after:
        raise SpecError(
            f"The marks around {marks.content} are missing or doubled.",
            file=marks.file,
            hint=f"Have the line {marks.begin} once, and after it the line {marks.end}.",
        )
    return "\n".join([f"{before}{marks.begin}", "", *lines, f"{marks.end}{after}"])
