"""Reads the contacts of a file, line by line: CSV (RFC 4180) or one line of JSON for each row.

Nothing here needs more memory than a row. What is wrong is said with its line, and without its text.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.field_paths import find
from aftership_tracking.cli.output import CommandError, count_of

ContactType = Literal["email", "phone"]
LONGEST_LINE = 1_048_576
"""Bytes."""
MOST_LINES_OF_A_ROW = 1_000
"""A quote that is never closed makes one row of the rest of the file."""
_BOM = b"\xef\xbb\xbf"

KNOWN_COLUMNS: dict[ContactType, frozenset[str]] = {
    "email": frozenset(("email", "emails", "mail", "emailaddress", "customeremail", "customersemail")),
    "phone": frozenset(
        (
            *("phone", "phones", "phonenumber", "mobile", "mobilenumber", "mobilephone", "telephone", "tel"),
            *("sms", "smses", "customerphone", "customerphonenumber", "customersphonenumber"),
        )
    ),
}
"""The columns that are found without an option, in lower case and without spaces, `-`, `_` and `.`."""
_INNER: tuple[tuple[str, ContactType], ...] = (
    ("customers.email", "email"),
    ("customers.phone_number", "phone"),
)
"""Where a row of JSON has contacts besides its own fields."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """One contact of a file."""

    line: int
    column: str
    type: ContactType
    value: Any = field(repr=False)
    """A string, unless JSON holds something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadableRow:
    """A row that is not what the rest of the file is. The rows after it are read."""

    line: int
    reason: str


class _RowError(Exception):
    """A row cannot be read. No message holds anything of it."""

    def __init__(self, line: int, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason
        self.hint = hint


@dataclass(kw_only=True, slots=True)
class Source:
    """A file that is read. `rows` and `bytes_read` count what was read so far."""

    file: BinaryIO
    name: str
    encoding: str
    delimiter: str
    columns: Mapping[ContactType, Sequence[str]]
    """The columns that the caller named. Without any: those of `KNOWN_COLUMNS`."""
    rows: int = 0
    bytes_read: int = 0
    never_found: set[str] = field(default_factory=set)
    """The named columns that no row of JSON had."""
    hints: dict[str, None] = field(default_factory=dict)
    """What to do about rows that could not be read, each hint once."""

    def read_csv(self) -> Iterator[Contact | UnreadableRow]:
        """The contacts of a CSV file with a header. Raises CommandError for a header that cannot be read."""
        lines = _Lines(self)
        previous = csv.field_size_limit(LONGEST_LINE)
        try:
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            header = self._read_header(reader, lines)
            chosen = self._choose_columns(header)
            while True:
                try:
                    row = self._next(reader, lines)
                    if row is None:
                        return
                    if not row:
                        continue
                    self._check_width(row, header, lines.first)
                except _RowError as error:
                    yield self._unreadable(error)
                    continue
                self.rows += 1
                for index, kind in chosen:
                    for part in _split(row[index]):
                        yield Contact(line=lines.first, column=header[index], type=kind, value=part)
        finally:
            csv.field_size_limit(previous)

    def read_ndjson(self) -> Iterator[Contact | UnreadableRow]:
        """The contacts of a file with one JSON object in each line."""
        self.never_found = {name for names in self.columns.values() for name in names}
        lines = _Lines(self)
        while True:
            try:
                text = next(lines, None)
                if text is None:
                    return
                if not text.strip():
                    continue
                row = _parse(text, lines.number)
            except _RowError as error:
                yield self._unreadable(error)
                continue
            self.rows += 1
            for path, kind, found in self._choose_values(row):
                for value in _flatten(found):
                    self.never_found.discard(path)
                    for part in _split(value) if isinstance(value, str) else (value,):
                        yield Contact(line=lines.number, column=path, type=kind, value=part)

    def _unreadable(self, error: _RowError) -> UnreadableRow:
        self.rows += 1
        if error.hint is not None:
            self.hints[error.hint] = None
        return UnreadableRow(line=error.line, reason=error.reason)

    def _read_header(self, reader: Iterator[list[str]], lines: _Lines) -> list[str]:
        try:
            header = self._next(reader, lines)
        except _RowError as error:
            # Without a header nobody knows what the cells are.
            raise CommandError(f"{self.name}, line {error.line}: {error.reason}.", hint=error.hint) from None
        if header is None:
            raise CommandError(f"{self.name} is empty.")
        return header

    def _check_width(self, row: Sequence[str], header: Sequence[str], line: int) -> None:
        if len(row) != len(header):
            hint = (
                f"Each row needs the {len(header)} cells of the header. The delimiter is {self.delimiter!r}; "
                "see --delimiter."
            )
            found = count_of(len(row), "cell")
            raise _RowError(line, f"the row has {found}, and the header has {len(header)}", hint)

    def _next(self, reader: Iterator[list[str]], lines: _Lines) -> list[str] | None:
        lines.begin_row()
        try:
            return next(reader, None)
        except csv.Error as error:
            # The message of the library names characters of the syntax, never those of a cell.
            raise _RowError(lines.first, f"this is not CSV: {error}") from None

    def _choose_columns(self, header: Sequence[str]) -> list[tuple[int, ContactType]]:
        if len(set(header)) != len(header) and any(self.columns.values()):
            raise CommandError(f"{self.name}: two columns of the header have the same name.")
        chosen: list[tuple[int, ContactType]] = []
        for named, names in self.columns.items():
            for name in names:
                if name not in header:
                    # What the file has is not shown: without a header it is a contact.
                    hint = "The first line must name the columns."
                    raise CommandError(f"{self.name} has no column '{name}'.", USAGE, hint=hint)
                chosen.append((header.index(name), named))
        if not chosen:
            chosen = [
                (index, kind) for index, name in enumerate(header) if (kind := _known(name)) is not None
            ]
        if not chosen:
            raise CommandError(
                f"{self.name} has no column whose name is that of a phone number or an e-mail address.",
                USAGE,
                hint="Name them: --email-column NAME, --phone-column NAME.",
            )
        return chosen

    def _choose_values(self, row: Mapping[str, Any]) -> Iterator[tuple[str, ContactType, Any]]:
        named: Sequence[tuple[str, ContactType]] = [
            (name, kind) for kind, names in self.columns.items() for name in names
        ]
        if not named:
            # The name of a field may hold a dot, which would begin an inner one in a path.
            for name, value in row.items():
                if (own := _known(name)) is not None:
                    yield name, own, value
        for path, kind in named or _INNER:
            yield path, kind, find(row, path)


def _parse(text: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        # The error of the library holds the line.
        raise _RowError(number, "this is not JSON") from None
    if not isinstance(row, dict):
        raise _RowError(number, "this is not a JSON object")
    return row


class _Lines:
    """The lines of a source as strings. `number` is that of the last one, `first` the line where the row that
    is read began. After an error the next line can be read.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.number = 0
        self._in_rows = False
        self.first = 1

    def begin_row(self) -> None:
        """A new row of several lines may begin."""
        self._in_rows = True
        self.first = self.number + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        source = self._source
        line = source.file.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        source.bytes_read += len(line)
        if len(line) > LONGEST_LINE:
            self._skip_rest(line)
            raise _RowError(self.number, f"it is longer than {LONGEST_LINE:,} bytes")
        if self._in_rows and self.number - self.first >= MOST_LINES_OF_A_ROW:
            raise _RowError(
                self.first,
                f"the row has more than {MOST_LINES_OF_A_ROW:,} lines; those to {self.number} are skipped",
                "A quote is probably not closed.",
            )
        if self.number == 1 and line.startswith(_BOM):
            if source.encoding == "latin-1":
                raise CommandError(
                    f"{source.name}, line 1: it begins with the mark of UTF-8.", hint="Leave out --encoding."
                )
            line = line.removeprefix(_BOM)
        try:
            return line.decode(source.encoding)
        except UnicodeDecodeError:
            # The error of the library holds the line.
            raise _RowError(
                self.number, f"it is not written in {source.encoding}", "Try --encoding latin-1."
            ) from None

    def _skip_rest(self, begun: bytes) -> None:
        """Read to the end of a line that is too long, a piece at a time."""
        while begun and not begun.endswith(b"\n"):
            begun = self._source.file.readline(LONGEST_LINE)
            self._source.bytes_read += len(begun)


def _known(name: str) -> ContactType | None:
    plain = "".join(letter for letter in name.lower() if letter not in " -_.")
    return next((kind for kind, names in KNOWN_COLUMNS.items() if plain in names), None)


def _split(text: str) -> Iterator[str]:
    """The contacts of a cell: several with commas between, as the API takes them. Empty ones are left out."""
    # A name in quotes may hold a comma.
    parts = [text] if '"' in text else text.split(",")
    return (part for part in parts if part.strip())


def _flatten(value: Any) -> Iterator[Any]:
    """The values in lists of lists; no recursion, because a file may nest them deep."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif each is not None:
            yield each
