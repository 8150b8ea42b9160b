"""Looks through a file before the first call, and reads it again for the calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import CommandError
from aftership_tracking.csv_files.cells import Row
from aftership_tracking.csv_files.fields import FieldPlan
from aftership_tracking.csv_files.findings import FINDINGS, Finding
from aftership_tracking.csv_files.reading import CsvFile, count_problem

_MOST_NAMED: Final = 5
# What the upload of AfterShip's admin does not take, and the API never sees.
_ONLY_FOR_UPLOADS: Final = {"too_large", "delimiter"}
_REFUSED_WARNINGS: Final = {"encoding_guessed"}


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
        problems: list[Finding] = []
        count = 0
        for item in file.read():
            found: list[Finding] = []
            if isinstance(item, Finding):
                found = [item] if self._is_refused(item) else []
            elif item is file.header:
                self.header = [cell.text for cell in item.cells]
                found = self.plan.read_header(item)
            else:
                self.rows += 1
                assert file.header is not None  # noqa: S101 - for type checkers; it comes first
                problem = None if item.is_faulty else count_problem(item, file.header.cells)
                found = [] if problem is None else [problem]
            count += len(found)
            problems += found[: _MOST_NAMED - len(problems)]
        if problems:
            raise self._refuse(problems, count)

    def read(self) -> Iterator[Row]:
        """The rows, after the file was looked through."""
        file = self._file()
        for item in file.read():
            if isinstance(item, Row) and item is not file.header:
                yield item

    def _file(self) -> CsvFile:
        return CsvFile(stream=self.stream, delimiter=self.delimiter, encoding=self.encoding)

    def _is_refused(self, finding: Finding) -> bool:
        if finding.name in _ONLY_FOR_UPLOADS:
            return False
        return FINDINGS[finding.name].level == "error" or finding.name in _REFUSED_WARNINGS

    def _refuse(self, problems: list[Finding], count: int) -> CommandError:
        lines = []
        for each in problems:
            hint = f" {each.hint}" if each.hint else ""
            header = f" ({each.header})" if each.header else ""
            lines.append(f"line {each.line}, column {each.column}{header}: {each.message}.{hint}")
        if count > len(problems):
            lines.append(f"and {count - len(problems):,} more")
        return CommandError(
            f"{self.name} is not imported: {' | '.join(lines)}",
            FAILED,
            hint="Nothing was sent. For all that can be said: aftership csv check FILE",
            facts={
                "findings": [
                    {
                        "line": each.line,
                        "column": each.column,
                        "name": each.name,
                        "import_error": each.import_error,
                        "message": each.message,
                        "hint": each.hint,
                    }
                    for each in problems
                ]
            },
        )
