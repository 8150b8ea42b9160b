"""Rows and cells of a file, and where they stand in it."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Cell", "Fault", "Row"]

LINE_END = re.compile("\r\n|\r|\n")


class Cell(NamedTuple):
    """One cell. Its position is that of its first character, which is the quote if it has one."""

    text: str
    """What it holds, without the quotes around it. Line ends are as they are in the file."""
    line: int
    """From 1."""
    column: int
    """The number of the character in its line, from 1."""
    is_quoted: bool = False

    def position(self, offset: int | None) -> tuple[int, int]:
        """Return line and column, in the file, of the character at an offset of `text`. None: of the cell."""
        if offset is None:
            return self.line, self.column
        before = self.text[:offset]
        line, column = self.line, self.column + self.is_quoted
        ends = list(LINE_END.finditer(before))
        if ends:
            line, column = line + len(ends), 1
            before = before[ends[-1].end() :]
        # A quote inside of quotes is written twice.
        return line, column + len(before) + (before.count('"') if self.is_quoted else 0)


class Row(NamedTuple):
    """One row."""

    cells: list[Cell]
    end: tuple[int, int]
    """Line and column after its last character."""
    line_end: str
    """CR, LF or both; empty at the end of the file."""
    is_faulty: bool = False
    """Whether a fault of the syntax is in it, so that its cells are a guess."""

    @property
    def line(self) -> int:
        """The line where it begins."""
        return self.cells[0].line

    @property
    def is_empty(self) -> bool:
        """Whether it is an empty line."""
        return len(self.cells) == 1 and not self.cells[0].text and not self.cells[0].is_quoted


class Fault(NamedTuple):
    """What RFC 4180 does not allow, at its position."""

    name: str
    """`quote_inside`, `after_quote`, `unclosed_quote`, `nul` or `too_long`."""
    line: int
    column: int
    is_last: bool = False
    """Whether nothing after it can be read."""
