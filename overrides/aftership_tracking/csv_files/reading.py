"""Reads a file from its first byte to its last row, and says what is wrong with it as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from aftership_tracking.csv_files.cells import Cell, Fault, Row
from aftership_tracking.csv_files.encodings import NAMES, Reading, find_encoding
from aftership_tracking.csv_files.findings import Finding
from aftership_tracking.csv_files.tokenizer import LONGEST_ROW, read_lines, tokenize
from aftership_tracking.errors import UsageError

__all__ = ["LARGEST", "CsvFile", "count_problem"]

LARGEST: Final = LONGEST_ROW
"""Bytes: the larger reading of 5 MB."""
_SURELY_SMALL: Final = 5_000_000

_FAULTS: Final = {
    "nul": ("there is a NUL character", "Is it a file of CSV at all? Export it again."),
    "quote_inside": (
        "a quote stands inside of a cell that does not begin with one",
        'Put the whole cell in quotes, and write each quote in it twice: "".',
    ),
    "after_quote": (
        "something follows the quote that closes a cell",
        'Inside of quotes write each quote twice: "".',
    ),
    "unclosed_quote": ("the quote that begins here is never closed", "Close it, or write it twice."),
    "too_long": ("the line is longer than a whole file may be", "Is it a file of CSV at all?"),
}
_NAMES: Final = {
    "utf-8-sig": "UTF-8 with a mark at its start",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "cp1252",
}
_SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}


class CsvFile:
    """A file of CSV. Iterate over `read` once; it yields findings about the file as such, and its rows.

    Args:
        stream: A binary file that is seekable. It stays open.
        delimiter: What stands between cells.
        encoding: `utf-8`, `utf-16` or `cp1252`. Default: it is found, and a guess is a finding.
    Raises: UsageError for a delimiter that is not one character, and for another encoding.
    """

    def __init__(self, stream: BinaryIO, *, delimiter: str = ",", encoding: str | None = None) -> None:
        if len(delimiter) != 1 or delimiter in '"\r\n\0':
            raise UsageError("the delimiter must be one character, and not a quote")
        if encoding is not None and encoding not in NAMES:
            raise UsageError(f"the encoding must be one of {', '.join(NAMES)}, not {encoding!r}")
        self.stream: BinaryIO = stream
        self.delimiter: str = delimiter
        self.encoding: str | None = encoding
        self.header: Row | None = None
        """The first row, as soon as it is read."""
        self.reading: Reading | None = None
        """How it is encoded, as soon as that is known."""

    def read(self) -> Iterator[Finding | Row]:
        """Yield findings and rows, in the order of the file. The first row is the header. Empty lines are not
        yielded as rows.
        """
        reading = self.reading = find_encoding(self.stream, self.encoding)
        yield from self._judge_bytes(reading)
        if reading.encoding is None:
            return
        first_end: str | None = None
        is_mixed = is_cut = False
        rows = 0
        for item in tokenize(read_lines(self.stream, reading.encoding), self.delimiter):
            if isinstance(item, Fault):
                is_cut = item.is_last
                message, hint = _FAULTS[item.name]
                yield Finding(name=item.name, line=item.line, column=item.column, message=message, hint=hint)
                continue
            if first_end is None:
                first_end = item.line_end
                if first_end == "\r":
                    yield _line_end(item, "the rows end with CR alone")
            elif item.line_end not in (first_end, "") and not is_mixed:
                # Once: a file of two halves would repeat it for each row.
                is_mixed = True
                yield _line_end(item, "the rows before this one end in another way")
            if item.is_empty:
                yield Finding(
                    name="empty_line",
                    line=item.line,
                    column=1,
                    message="the line is empty",
                    hint="Remove it.",
                )
                continue
            if self.header is None:
                self.header = item
                yield from self._judge_delimiter(item)
            else:
                rows += 1
            yield item
        if self.header is None and not is_cut:
            yield Finding(name="empty", line=1, column=1, message="the file is empty")
        elif self.header is not None and not rows and not is_cut:
            line, column = self.header.end
            yield Finding(name="no_rows", line=line, column=column, message="there is a header and no row")

    def _judge_bytes(self, reading: Reading) -> Iterator[Finding]:
        line, column = reading.problem or (1, 1)
        if reading.size > _SURELY_SMALL:
            is_certain = reading.size > LARGEST
            yield Finding(
                name="too_large" if is_certain else "nearly_too_large",
                line=1,
                column=1,
                message=f"the file has {reading.size:,} bytes, and the limit is 5 MB"
                + ("" if is_certain else "; which kind of MB counts is not documented"),
                hint="Split it.",
            )
        if reading.encoding is None:
            what = f"this is not {self.encoding}" if self.encoding else "this is not UTF-8, nor cp1252"
            yield Finding(
                name="encoding_unknown", line=line, column=column, message=what, hint="Save it as UTF-8."
            )
        elif not reading.is_certain:
            found = reading.encoding
            option = "utf-16" if found.startswith("utf-16") else found
            what = "this is not UTF-8" if reading.problem else "the file has no mark"
            yield Finding(
                name="encoding_guessed",
                line=line,
                column=column,
                message=f"{what}; it was read as {found}, which is a guess",
                hint=f"Save it as UTF-8, or confirm the guess: --encoding {option}",
            )
        elif reading.encoding != "utf-8":
            yield Finding(
                name="encoding",
                line=1,
                column=1,
                message=f"the file is written in {_NAMES[reading.encoding]}; which encodings AfterShip reads "
                "is not documented",
                hint="Save it as UTF-8 without a mark.",
            )

    def _judge_delimiter(self, header: Row) -> Iterator[Finding]:
        if self.delimiter != ",":
            yield Finding(
                name="delimiter",
                line=header.line,
                column=1,
                message="RFC 4180, which AfterShip's upload takes, separates cells by commas",
            )
        elif len(header.cells) == 1:
            only = header.cells[0]
            for sign, name in _SEPARATORS.items():
                offset = only.text.find(sign)
                if offset >= 0:
                    line, column = only.position(offset)
                    yield Finding(
                        name="delimiter",
                        line=line,
                        column=column,
                        message=f"the header has no comma; its cells seem to be separated by {name}",
                        hint="Save it with commas, or read it with --delimiter.",
                    )
                    return


def _line_end(row: Row, message: str) -> Finding:
    line, column = row.end
    return Finding(
        name="line_ends",
        line=line,
        column=column,
        message=message,
        hint="Save it with the line ends of RFC 4180: CRLF.",
    )


def count_problem(row: Row, header: Sequence[Cell]) -> Finding | None:
    """What is wrong with the number of cells of a row; None if it is that of the header."""
    found, expected = len(row.cells), len(header)
    if found == expected:
        return None
    # The first cell that is too much, or where one is missing.
    line, column = (row.cells[expected].line, row.cells[expected].column) if found > expected else row.end
    return Finding(
        name="column_count",
        line=line,
        column=column,
        message=f"the row has {found:,} cell{'' if found == 1 else 's'}, and the header has {expected:,}",
        hint="A cell with a comma needs quotes around it." if found > expected else None,
    )
