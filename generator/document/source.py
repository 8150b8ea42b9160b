"""A value that was read from a file, and the place in a file that each part of it came from.

The places form a tree of the same shape as the value. Whoever changes the value (the overlay applier) changes
the tree alongside, so a finding in a composed document still names the file and line where its text stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from generator.document import pointer as pointers


class Place(NamedTuple):
    """A position in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True, eq=False)
class Mark:
    """The place of one value: of its key in an object, of its first character elsewhere."""

    place: Place
    children: dict[str, Mark] | list[Mark] | None = None

    def find(self, parts: Iterable[str | int]) -> Mark:
        """The mark at the end of `parts`, or of the nearest parent that exists."""
        mark = self
        for part in parts:
            children = mark.children
            if isinstance(children, dict) and str(part) in children:
                mark = children[str(part)]
            elif isinstance(children, list) and str(part).isdecimal() and int(part) < len(children):
                mark = children[int(part)]
            else:
                break
        return mark

    @property
    def fields(self) -> dict[str, Mark]:
        """The marks of an object's values."""
        if not isinstance(self.children, dict):
            raise TypeError(f"no object stands at {self.place}")
        return self.children

    @property
    def items(self) -> list[Mark]:
        """The marks of a list's items."""
        if not isinstance(self.children, list):
            raise TypeError(f"no list stands at {self.place}")
        return self.children

    def copy(self) -> Mark:
        """A deep copy: the same places, to be changed apart."""
        children = self.children
        if isinstance(children, dict):
            return Mark(self.place, {key: child.copy() for key, child in children.items()})
        if isinstance(children, list):
            return Mark(self.place, [child.copy() for child in children])
        return Mark(self.place)


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file: JSON values, and where each stands."""

    file: str
    value: Any
    marks: Mark

    def place(self, pointer: str) -> Place:
        """Where the value at `pointer` stands; a pointer to nothing gives its nearest parent."""
        return self.marks.find(pointers.split(pointer)).place


def shown(path: Path) -> str:
    """The name of a file for people: relative to the working directory if it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
