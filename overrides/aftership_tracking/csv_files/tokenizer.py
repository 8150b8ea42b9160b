"""Splits lines into rows and cells, strictly by RFC 4180, with the position of every cell and fault.

The module `csv` of Python gives a line for each row, and no column. Positions are the promise here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from typing import BinaryIO, Final

from aftership_tracking.csv_files.cells import Cell, Fault, Row
from aftership_tracking.errors import UsageError

__all__ = ["LONGEST_ROW", "read_lines", "tokenize"]

LONGEST_ROW: Final = 5 * 1024 * 1024
"""Characters. A whole file may not have more bytes: a longer row is not CSV, or a quote is not closed."""
QUOTE: Final = '"'


def read_lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a file with their ends, whatever these are. A line is cut above `LONGEST_ROW`.

    The stream is left open. Raises UsageError if the encoding does not fit.
    """
    text = TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        while line := text.readline(LONGEST_ROW + 1):
            yield line
    except UnicodeDecodeError:
        # The error of the library holds what was read. `find_encoding` found that it fits.
        raise UsageError("the file has changed while it was read") from None
    finally:
        if not stream.closed:
            text.detach()


def tokenize(lines: Iterable[str], delimiter: str = ",") -> Iterator[Row | Fault]:
    """Yield rows and faults, in their order in the file; the faults of a row come before it.

    A row with faults is read as well as that can be. Nothing is raised.
    """
    reader = _Reader(delimiter)
    for number, line in enumerate(lines, start=1):
        yield from reader.read_line(number, line)
        if reader.is_done:
            return
    yield from reader.finish()


class _Reader:
    """Takes line after line, and remembers the row that is not complete."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._cells: list[Cell] = []
        self._parts: list[str] = []
        """What the open quoted cell holds so far."""
        self._opened: tuple[int, int] | None = None
        """Where that cell began; None outside of quotes."""
        self._length = 0
        self._is_faulty = False
        self._last = (1, 1)
        self.is_done = False

    def read_line(self, number: int, line: str) -> Iterator[Row | Fault]:
        text = line.rstrip("\r\n") if line[-1:] in "\r\n" else line
        # More than one of these at the end cannot be: each of them ends a line.
        end = line[len(text) :]
        self._length += len(line)
        if self._length > LONGEST_ROW:
            yield self._too_long(number)
            return
        if "\0" in text:
            self._is_faulty = True
            yield Fault("nul", number, text.index("\0") + 1)
        self._last = (number, len(text) + 1)
        if self._opened is None and QUOTE not in text:
            self._split(number, text)
        else:
            yield from self._scan(number, text)
        if self._opened is None:
            yield Row(self._cells, self._last, end, self._is_faulty)
            self._cells, self._length, self._is_faulty = [], 0, False
        else:
            self._parts.append(end)

    def finish(self) -> Iterator[Row | Fault]:
        """What is said at the end of the file."""
        if self._opened is not None:
            yield Fault("unclosed_quote", *self._opened, is_last=True)
            self._close()
            yield Row(self._cells, self._last, "", is_faulty=True)

    def _too_long(self, number: int) -> Fault:
        self.is_done = True
        if self._opened is not None:
            return Fault("unclosed_quote", *self._opened, is_last=True)
        return Fault("too_long", number, 1, is_last=True)

    def _split(self, number: int, text: str) -> None:
        column = 1
        for part in text.split(self._delimiter):
            self._cells.append(Cell(part, number, column))
            column += len(part) + 1

    def _scan(self, number: int, text: str) -> Iterator[Fault]:
        """Read a line with quotes, or one that a quoted cell goes on in."""
        position = 0
        while True:
            if self._opened is None:
                if text.startswith(QUOTE, position):
                    self._opened = (number, position + 1)
                    position += 1
                else:
                    position, fault = self._read_plain(number, text, position)
                    if fault is not None:
                        self._is_faulty = True
                        yield fault
                    if position > len(text):
                        return
                    continue
            closing = text.find(QUOTE, position)
            if closing < 0:
                self._parts.append(text[position:])
                return
            self._parts.append(text[position:closing])
            position = closing + 1
            if text.startswith(QUOTE, position):
                self._parts.append(QUOTE)
                position += 1
                continue
            if position < len(text) and text[position] != self._delimiter:
                self._is_faulty = True
                yield Fault("after_quote", number, position + 1)
                following = text.find(self._delimiter, position)
                following = len(text) if following < 0 else following
                self._parts.append(text[position:following])
                position = following
            self._close()
            if position >= len(text):
                return
            position += 1

    def _read_plain(self, number: int, text: str, start: int) -> tuple[int, Fault | None]:
        """Read a cell without quotes. Returns where the next one begins, beyond the line if there is none."""
        end = text.find(self._delimiter, start)
        end = len(text) if end < 0 else end
        self._cells.append(Cell(text[start:end], number, start + 1))
        quote = text.find(QUOTE, start, end)
        return end + 1, None if quote < 0 else Fault("quote_inside", number, quote + 1)

    def _close(self) -> None:
        assert self._opened is not None  # noqa: S101 - for type checkers
        self._cells.append(Cell("".join(self._parts), *self._opened, is_quoted=True))
        self._parts, self._opened = [], None
