"""Looks through a file before the first call, and reads it again for the calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from aftership_tracking.cli.csv.problems import Problems, select_refused
from aftership_tracking.csv_files.cells import Row
from aftership_tracking.csv_files.fields import FieldPlan
from aftership_tracking.csv_files.findings import Finding
from aftership_tracking.csv_files.reading import CsvFile, count_problem


@dataclass(kw_only=True)
class ImportSource:
    """A file that is imported. `look_through` comes first."""

    stream: BinaryIO = field(repr=False)
    name: str
    """In messages."""
    delimiter: str
    encoding: str | None
    plan: FieldPlan
    rows: int = 0
    header: list[str] = field(default_factory=list)

    def look_through(self) -> None:
        """Count the rows, and decide what the columns mean. Raises CommandError, with the lines and columns,
        for a file that cannot be read or whose columns cannot be used.
        """
        file = self._file()
        problems = Problems()
        separator: Finding | None = None
        for item in file.read():
            found: list[Finding] = []
            if isinstance(item, Finding):
                found = select_refused([item])
                if item.name == "delimiter" and self.delimiter == ",":
                    separator = item
            elif item is file.header:
                self.header = [cell.text for cell in item.cells]
                found = self.plan.read_header(item)
            else:
                self.rows += 1
                assert file.header is not None  # noqa: S101 - for type checkers; it comes first
                problem = None if item.is_faulty else count_problem(item, file.header.cells)
                found = [] if problem is None else [problem]
            problems.add(found)
        if separator is not None:
            # The column is there, behind another sign: mapping the one cell would not help.
            problems.replace("no_tracking_number", separator)
        problems.refuse(f"{self.name} is not imported")

    def read(self) -> Iterator[Row]:
        """The rows, after the file was looked through."""
        file = self._file()
        for item in file.read():
            if isinstance(item, Row) and item is not file.header:
                yield item

    def _file(self) -> CsvFile:
        return CsvFile(stream=self.stream, delimiter=self.delimiter, encoding=self.encoding)
