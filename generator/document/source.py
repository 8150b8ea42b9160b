"""A value that was read from a file, and the location in a file that each part of it came from.

The locations form a tree of the same shape as the value. Whoever changes the value (the overlay applier)
changes the tree too, so a finding in a composed document still names the file and line of the text in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from generator.document import pointer as pointers
from generator.errors import SpecError


class Location(NamedTuple):
    """A position in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def error(self, pointer: str, message: str, hint: str = "") -> SpecError:
        """A mistake at this location, to be raised by the caller."""
        return SpecError(
            message, file=self.file, line=self.line, column=self.column, pointer=pointer, hint=hint
        )


@dataclass(slots=True, eq=False)
class Mark:
    """The location of one value: of its key in an object, of its first character elsewhere."""

    location: Location
    children: dict[str, Mark] | list[Mark] | None = None
    removed: dict[str, Location] | None = None
    """Where a child was taken away, by its name: the key, or for an item of a list `name_of_item`."""

    def find(self, parts: Iterable[str | int]) -> Mark:
        """The mark at the end of `parts`; of what was taken away there; or of the nearest parent."""
        mark = self
        for part in parts:
            children = mark.children
            if isinstance(children, dict) and str(part) in children:
                mark = children[str(part)]
            elif isinstance(children, list) and str(part).isdecimal() and int(part) < len(children):
                mark = children[int(part)]
            elif mark.removed is not None and str(part) in mark.removed:
                return Mark(mark.removed[str(part)])
            else:
                break
        return mark

    def locations(self) -> Iterator[Location]:
        """Where this value, all that is in it, and all that was taken out of it, was written."""
        yield self.location
        yield from (self.removed or {}).values()
        children = self.children
        for child in children.values() if isinstance(children, dict) else children or ():
            yield from child.locations()

    def note_removal(self, name: str, location: Location) -> None:
        """Remember that the child of this name is taken away at `location`."""
        self.removed = {**(self.removed or {}), name: location}

    @property
    def fields(self) -> dict[str, Mark]:
        """The marks of an object's values."""
        if not isinstance(self.children, dict):
            raise TypeError(f"expected an object at {self.location}")
        return self.children

    @property
    def items(self) -> list[Mark]:
        """The marks of a list's items."""
        if not isinstance(self.children, list):
            raise TypeError(f"expected a list at {self.location}")
        return self.children

    def copy(self) -> Mark:
        """A deep copy with the same locations, which can be changed independently."""
        children = self.children
        if isinstance(children, dict):
            copied = {key: child.copy() for key, child in children.items()}
            return Mark(self.location, copied, self.removed)
        if isinstance(children, list):
            return Mark(self.location, [child.copy() for child in children], self.removed)
        return Mark(self.location)


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file: JSON values, and the location of each."""

    file: str
    value: Any
    marks: Mark

    def location(self, pointer: str) -> Location:
        """The location of the value at `pointer`, or of its nearest parent if it does not exist."""
        return self.marks.find(pointers.split(pointer)).location

    def error(self, pointer: str, message: str, hint: str = "") -> SpecError:
        """A mistake at `pointer`, to be raised by the caller."""
        return self.location(pointer).error(pointer, message, hint)


def name_of_item(item: Any) -> str:
    """What tells an item of a list from the others: a plain value itself, of an object its name or code."""
    if not isinstance(item, dict):
        return str(item)
    if "$ref" in item:
        return str(item["$ref"]).rpartition("/")[2]
    return str(item.get("name", item.get("code", "")))


def display_path(path: Path) -> str:
    """The name of a file for people: relative to the working directory if the file is below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
