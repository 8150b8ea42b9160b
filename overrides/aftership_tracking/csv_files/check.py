"""Checks a file of shipments before it is uploaded or imported. Nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, BinaryIO, Final

from aftership_tracking.csv_files.cell_checks import judge_cell
from aftership_tracking.csv_files.cells import Cell, Row
from aftership_tracking.csv_files.columns import COLUMNS, OTHER_NAMES, Column, find_column, plain_name
from aftership_tracking.csv_files.courier_checks import CourierChecks
from aftership_tracking.csv_files.encodings import Reading, measure
from aftership_tracking.csv_files.fields import LEFT_OUT
from aftership_tracking.csv_files.findings import FINDINGS, Finding, short_name
from aftership_tracking.csv_files.reading import CsvFile, count_problem

if TYPE_CHECKING:
    from aftership_tracking.couriers import Directory

__all__ = ["MOST_ROWS", "MOST_ROWS_ON_REQUEST", "CheckSummary", "check_file", "meant_column"]

MOST_ROWS: Final = 10_000
MOST_ROWS_ON_REQUEST: Final = 60_000


class CheckSummary:
    """What a check counted. It is complete when all findings were read."""

    def __init__(self) -> None:
        self.rows: int = 0
        """Rows without the header and without empty lines."""
        self.names: Counter[str] = Counter()
        """The number of findings of each name, also of those that were not yielded."""
        self.reading: Reading | None = None
        """How the file is encoded; None before it was read."""

    def __repr__(self) -> str:
        return f"<CheckSummary of {self.rows} rows: {dict(self.levels)}>"

    @property
    def levels(self) -> Counter[str]:
        """The number of findings of each level."""
        found: Counter[str] = Counter()
        for name, count in self.names.items():
            found[FINDINGS[name].level] += count
        return found


def check_file(
    stream: BinaryIO,
    *,
    summary: CheckSummary | None = None,
    most_rows: int = MOST_ROWS,
    delimiter: str = ",",
    encoding: str | None = None,
    directory: Directory | None = None,
    earlier: Iterable[BinaryIO] = (),
    mapping: Mapping[str, str] | None = None,
    most_of_a_name: int | None = 100,
    read: Callable[[int], object] | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with a file of shipments, in the order of the file.

    It is read row by row. Rows above `most_rows` are counted and not looked into.

    Args:
        stream: A binary file that is seekable. It stays open.
        summary: Counts are stored here.
        most_rows: How many rows AfterShip takes: 10,000, or 60,000 where it allowed that.
        delimiter: What stands between cells. The upload takes commas.
        encoding: `utf-8`, `utf-16` or `cp1252`. Default: it is found, and a guess is reported.
        directory: The known couriers. Default: `couriers.load`, with the names of 2024-01.
        earlier: Files that were imported before; the same content again is reported.
        mapping: Names of columns to what they mean, as `FieldPlan` takes it. Each that the file has is a
            hint: the upload does not know it.
        most_of_a_name: How many findings of one name are yielded; None yields all.
        read: Called with the number of rows so far.
    Raises: when the findings are read: UsageError for wrong arguments, and if a country is checked and the
        package iso3166 is missing.
    """
    total = CheckSummary() if summary is None else summary
    digests = {measure(each)[1] for each in earlier}
    source = CsvFile(stream=stream, delimiter=delimiter, encoding=encoding)
    checks = _RowChecks(directory, mapping or {})
    for item in source.read():
        total.reading = source.reading
        found: Iterable[Finding]
        if isinstance(item, Finding):
            found = (item,)
        elif item is source.header:
            found = checks.read_header(item)
        else:
            total.rows += 1
            if read is not None:
                read(total.rows)
            if total.rows <= most_rows:
                found = checks.judge_row(item)
            else:
                found = _too_many(item, most_rows) if total.rows == most_rows + 1 else ()
        for each in found:
            total.names[each.name] += 1
            if most_of_a_name is None or total.names[each.name] <= most_of_a_name:
                yield each
    if source.reading is not None and source.reading.sha256 in digests:
        total.names["same_file"] += 1
        yield Finding(
            name="same_file",
            line=1,
            column=1,
            message="the file is the same as an earlier one",
            hint="AfterShip refuses it: change it, or leave it.",
        )


def _too_many(row: Row, most: int) -> Iterator[Finding]:
    yield Finding(
        name="too_many_rows",
        line=row.line,
        column=1,
        message=f"this is row {most + 1:,}, and {most:,} are allowed; no row from here on is looked into",
        hint="Split the file."
        if most > MOST_ROWS
        else "Split the file, or give --rows 60000 if AfterShip has allowed that for your account.",
    )


def meant_column(name: str, names: Iterable[str] = ()) -> str | None:
    """Return the documented column that was probably meant; `names` are further ones."""
    known = [*dict.fromkeys((*(column.name for column in COLUMNS), *names))]
    plain = plain_name(name)
    plain = OTHER_NAMES.get(plain, plain)
    if plain in known:
        return plain
    similar = get_close_matches(plain, known, n=1, cutoff=0.7)
    return similar[0] if similar else None


class _RowChecks:
    """Judges the header, and row after row. It remembers numbers and couriers, to find duplicates."""

    def __init__(self, directory: Directory | None, mapping: Mapping[str, str]) -> None:
        self._couriers = CourierChecks(directory)
        self._mapping = mapping
        self._header: list[Cell] = []
        self._has_names = False
        self._columns: list[Column | None] = []
        self._number: int | None = None
        self._courier: int | None = None
        self._by_field: dict[str, int] = {}
        self._seen: dict[int, int] = {}

    def read_header(self, row: Row) -> Iterator[Finding]:
        self._header = row.cells
        self._columns = [self._find(cell.text) for cell in row.cells]
        # Else the first line may be a row, and its cells are not shown.
        self._has_names = any(column is not None for column in self._columns)
        names: dict[str, int] = {}
        reported = 0
        for index, (cell, column) in enumerate(zip(row.cells, self._columns, strict=True)):
            if cell.text in names and cell.text:
                yield self._about(
                    "duplicate_column",
                    cell,
                    f"the column at character {row.cells[names[cell.text]].column} has the same name",
                    "Rename one of them.",
                )
                continue
            names[cell.text] = index
            if not cell.text.strip():
                yield self._about("unnamed_column", cell, "the column has no name", "Name or remove it.")
            elif cell.text in self._mapping:
                yield from self._read_mapped(index, cell, column)
            elif column is None:
                reported += 1
                # Only so many are ever read.
                meant = meant_column(cell.text) if reported <= 100 else None
                yield self._about(
                    "unknown_column",
                    cell,
                    "the column is not documented; the public list is cut off, so it may be right",
                    None if meant is None else f"Was {meant} meant?",
                )
            else:
                yield from self._read_known(index, cell, column)
        self._number = self._by_field.get("tracking_number")
        self._courier = self._by_field.get("slug")
        if self._number is None:
            yield self._about(
                "no_tracking_number",
                row.cells[0],
                "no column is called tracking_number",
                "The first line must name the columns; start one with: aftership csv template. With other "
                "names of columns: aftership csv import --map 'NAME=tracking_number'",
            )

    def _find(self, name: str) -> Column | None:
        if name not in self._mapping:
            return find_column(name)
        # A map may also name the field that a documented column goes to.
        meaning = self._mapping[name]
        by_field = (column for column in COLUMNS if column.field == meaning)
        return find_column(meaning) or next(by_field, None)

    def _read_mapped(self, index: int, cell: Cell, column: Column | None) -> Iterator[Finding]:
        meaning = self._mapping[cell.text]
        yield self._about(
            "mapped_column",
            cell,
            "the column is left out by --map" if meaning == LEFT_OUT else f"the column is {meaning} by --map",
            "aftership csv import knows that. For an upload, name it as AfterShip documents it.",
        )
        if column is not None:
            yield from self._take(index, cell, column)

    def _read_known(self, index: int, cell: Cell, column: Column) -> Iterator[Finding]:
        if not column.is_current:
            yield self._about(
                "former_column",
                cell,
                f"the newest edition does not name this column, as far as it can be read; seen in "
                f"{column.editions}",
            )
        yield from self._take(index, cell, column)

    def _take(self, index: int, cell: Cell, column: Column) -> Iterator[Finding]:
        if column.field in self._by_field:
            other = self._header[self._by_field[column.field]].text
            yield self._about("column_twice", cell, f"the column {short_name(other)} means the same field")
        else:
            self._by_field[column.field] = index

    def judge_row(self, row: Row) -> Iterator[Finding]:
        # The cells of a row with a fault are a guess.
        if row.is_faulty:
            return
        problem = count_problem(row, self._header)
        if problem is not None:
            yield problem
            return
        for cell, head, column in zip(row.cells, self._header, self._columns, strict=True):
            if cell.text:
                for name, offset, message, hint in judge_cell(cell.text, column):
                    line, character = cell.position(offset)
                    yield Finding(
                        name=name,
                        line=line,
                        column=character,
                        header=self._shown(head),
                        message=message,
                        hint=hint,
                    )
        if self._number is not None:
            yield from self._judge_key(row, row.cells[self._number])

    def _judge_key(self, row: Row, number: Cell) -> Iterator[Finding]:
        if not number.text.strip():
            yield self._about("no_number", number, "the row has no tracking number", header="tracking_number")
            return
        courier = None if self._courier is None else row.cells[self._courier]
        slug = "" if courier is None else courier.text.strip()
        first = self._seen.setdefault(hash((number.text.strip(), slug)), row.line)
        if first != row.line:
            yield self._about(
                "duplicate_row",
                number,
                f"line {first} has the same number and courier; a number is imported once for each courier",
                header="tracking_number",
            )
        if courier is not None and slug:
            filled = {name for name, index in self._by_field.items() if row.cells[index].text.strip()}
            for name, message, hint in self._couriers.judge(slug, number.text.strip(), filled):
                cell = number if name == "check_digit" else courier
                yield self._about(name, cell, message, hint, header=self._header_of(cell, number))

    def _header_of(self, cell: Cell, number: Cell) -> str:
        index = self._number if cell is number else self._courier
        assert index is not None  # noqa: S101 - for type checkers
        return short_name(self._header[index].text)

    def _shown(self, head: Cell) -> str | None:
        """The name of a column, if the file has names for its columns."""
        return short_name(head.text) if self._has_names else None

    def _about(
        self, name: str, cell: Cell, message: str, hint: str | None = None, *, header: str | None = None
    ) -> Finding:
        """A finding about a cell. Without `header` that is a cell of the header itself."""
        return Finding(
            name=name,
            line=cell.line,
            column=cell.column,
            header=self._shown(cell) if header is None else header,
            message=message,
            hint=hint,
        )
