"""The result file of an import: one row for each row of the file, in its order."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from aftership_tracking.cli.failures import describe
from aftership_tracking.cli.output import CommandError
from aftership_tracking.recipes.formulas import defuse

if TYPE_CHECKING:
    # It brings the models, which `--help` does not need.
    from aftership_tracking.writing import RowResult

COLUMNS: Final = (
    *("line", "tracking_number", "courier", "outcome", "tracking_id", "code", "message", "hint"),
    *("in_earlier_run", "after_lost_response"),
)
OUTCOMES: Final = ("created", "existing", "duplicate", "failed", "unknown", "not_tried")
"""`unknown`: a request was under way when the run ended; the same command again finds out."""
UNFINISHED: Final = ("failed", "unknown", "not_tried")
"""The outcomes of rows that the same command again tries."""


class Source(NamedTuple):
    """The row that a result is about."""

    line: int
    number: str
    courier: str


class ResultFile:
    """Writes results in the order of their rows, and counts them. The file appears whole, at the end.

    Until then it is `NAME.part`. What a killed run has left of that is replaced.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        """The errors of failed rows, by code."""
        self._part = part_of(path)
        self._stream: BinaryIO | None = None
        self._waiting: dict[int, list[Any]] = {}
        self._next = 0

    def add_result(self, index: int, source: Source, result: RowResult[Any]) -> None:
        """Add the result of a row. Raises CommandError if the file cannot be written."""
        code, message, hint = "", "", ""
        if result.error is not None:
            described = describe(result.error, source.courier)
            assert described is not None  # noqa: S101 - for type checkers; it is an AfterShipError
            code = str(described.facts.get("code") or type(result.error).__name__)
            message, hint = described.message, described.hint or ""
            self.codes[code] += 1
        self._add(
            index,
            source,
            result.outcome,
            [result.tracking_id or "", code, message, hint],
            [_flag(result.recorded), _flag(result.after_lost_response)],
        )

    def add_other(self, index: int, source: Source, outcome: str) -> None:
        """Add a row without a result: `unknown` or `not_tried`."""
        self._add(index, source, outcome, [""] * 4, [""] * 2)

    def _add(self, index: int, source: Source, outcome: str, about: list[str], flags: list[str]) -> None:
        self.counts[outcome] += 1
        number, courier, *rest = map(defuse, (source.number, source.courier, *about))
        self._waiting[index] = [source.line, number, courier, outcome, *rest, *flags]
        while self._next in self._waiting:
            self._write(self._waiting.pop(self._next))
            self._next += 1

    def has(self, index: int) -> bool:
        """Return whether the row was added."""
        return index < self._next or index in self._waiting

    def finish(self) -> None:
        """Make the file appear. Raises CommandError."""
        # Every row was added: none waits any more.
        try:
            self._open().close()
            self._part.replace(self.path)
        except OSError as error:
            raise self._broken(error) from None

    def _write(self, row: list[Any]) -> None:
        text = io.StringIO()
        csv.writer(text).writerow(row)
        try:
            # Half a character is possible in JSON, and not in UTF-8.
            self._open().write(text.getvalue().encode(errors="backslashreplace"))
        except OSError as error:
            raise self._broken(error) from None

    def _open(self) -> BinaryIO:
        if self._stream is None:
            # Only one run can have the journal, which is open by now: nobody else writes this.
            self._part.unlink(missing_ok=True)
            self._stream = self._part.open("xb")
            self._stream.write(",".join(COLUMNS).encode() + b"\r\n")
        return self._stream

    def _broken(self, error: OSError) -> CommandError:
        return CommandError(
            f"{self.path} cannot be written: {error.strerror or type(error).__name__}.",
            hint="The journal has the outcomes: run the same command again, with another --results.",
        )


_WORDS: Final = {
    "UsageError": "the row cannot be sent",
    "ConnectError": "no connection",
    "TimeoutError": "no response in time",
    "TransportError": "the connection broke",
    "DecodeError": "the response cannot be read",
    "ServerError": "the service failed",
}
"""What the code of a row means that is not one of the API."""


def describe_codes(codes: Counter[str]) -> str:
    """Return why rows failed, for people, the most frequent reason first."""
    return ", ".join(
        f"{count:,} x {_WORDS.get(code, f'code {code}' if code.isdecimal() else code)}"
        for code, count in codes.most_common()
    )


def part_of(path: Path) -> Path:
    """Where the rows of a result file are until they are complete."""
    return path.with_name(f"{path.name}.part")


def _flag(value: bool) -> str:
    return "yes" if value else ""
