"""What can be found in a file of shipments: names, levels, and what AfterShip calls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["FINDINGS", "IMPORT_ERRORS", "Finding", "FindingKind", "FindingLevel", "short_name"]

FindingLevel = Literal["error", "warning", "hint"]
"""`error`: AfterShip would refuse it. `warning`: it is probably not what you mean. `hint`: it may be."""

IMPORT_ERRORS: Final = {
    "ErrorCsvInvalid": "the file cannot be read as CSV",
    "ErrorCsvTooLarge": "it has more than 5 MB",
    "ErrorCsvEmpty": "it is empty",
    "ErrorCsvTooManyRows": "it has more than 10,000 shipments, or 60,000 where AfterShip allowed that",
    "ErrorCsvNoRecord": "it has a header and no row",
    "ErrorCsvColumnsInconsistent": "a row has more or fewer cells than the header",
    "ErrorCsvDuplicate": "the same file was imported before",
}
"""The errors of AfterShip's own import whose names are known. The public list is cut off: there are more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingKind:
    """What the findings of one name have in common."""

    level: FindingLevel
    """How much it matters."""
    meaning: str
    """What is wrong, as words."""
    import_error: str | None = None
    """What AfterShip calls it, if that is documented."""


def _invalid(meaning: str) -> FindingKind:
    return FindingKind(level="error", meaning=meaning, import_error="ErrorCsvInvalid")


_LONGEST_NAME: Final = 60

FINDINGS: Final[dict[str, FindingKind]] = {
    # The file.
    "empty": FindingKind(level="error", meaning="the file is empty", import_error="ErrorCsvEmpty"),
    "no_rows": FindingKind(
        level="error", meaning="there is a header and no row", import_error="ErrorCsvNoRecord"
    ),
    "too_large": FindingKind(
        level="error", meaning="the file is larger than 5 MB", import_error="ErrorCsvTooLarge"
    ),
    "nearly_too_large": FindingKind(
        level="warning", meaning="whether 5 MB are 5,000,000 or 5,242,880 bytes is not documented"
    ),
    "too_many_rows": FindingKind(
        level="error", meaning="the file has more rows than allowed", import_error="ErrorCsvTooManyRows"
    ),
    "same_file": FindingKind(
        level="error", meaning="the file is the same as an earlier one", import_error="ErrorCsvDuplicate"
    ),
    # How it is written.
    "encoding_unknown": _invalid("the file is not written in UTF-8, UTF-16 or cp1252"),
    "encoding_guessed": FindingKind(
        level="warning", meaning="the encoding is a guess: it has no mark and is not UTF-8"
    ),
    "encoding": FindingKind(level="hint", meaning="which encodings AfterShip reads is not documented"),
    "delimiter": FindingKind(level="error", meaning="the cells are not separated by commas"),
    "line_ends": FindingKind(
        level="warning", meaning="rows end in different ways, or with CR alone; RFC 4180 ends them with CRLF"
    ),
    "nul": _invalid("the file holds a NUL character"),
    "quote_inside": _invalid("a quote stands inside of a cell that does not begin with one"),
    "after_quote": _invalid("something follows the quote that closes a cell"),
    "unclosed_quote": _invalid("a quote is never closed"),
    "too_long": _invalid("a line is longer than a whole file may be"),
    "empty_line": FindingKind(level="warning", meaning="a line is empty"),
    "column_count": FindingKind(
        level="error",
        meaning="a row has more or fewer cells than the header",
        import_error="ErrorCsvColumnsInconsistent",
    ),
    "control_character": FindingKind(
        level="warning", meaning="a cell holds a character that cannot be printed"
    ),
    # The header.
    "no_tracking_number": FindingKind(level="error", meaning="there is no column tracking_number"),
    "duplicate_column": FindingKind(level="error", meaning="two columns have the same name"),
    "unnamed_column": FindingKind(level="warning", meaning="a column has no name"),
    "unknown_column": FindingKind(
        level="warning", meaning="the column is not documented, as far as the list could be read"
    ),
    "former_column": FindingKind(
        level="hint", meaning="only former editions of the documentation name the column"
    ),
    "mapped_column": FindingKind(level="hint", meaning="only --map says what the column means"),
    "column_twice": FindingKind(level="warning", meaning="two columns mean the same field"),
    # Cells.
    "no_number": FindingKind(level="error", meaning="the row has no tracking number"),
    "number_damaged": FindingKind(level="error", meaning="a spreadsheet has rounded the number"),
    "number_spaces": FindingKind(level="warning", meaning="there is white space in the number"),
    "check_digit": FindingKind(level="hint", meaning="the check digit is wrong for this form of numbers"),
    "duplicate_row": FindingKind(level="warning", meaning="an earlier row has the same number and courier"),
    "unknown_courier": FindingKind(level="warning", meaning="the directory does not know the courier"),
    "required_field": FindingKind(level="hint", meaning="the courier needed a field, by a list with a date"),
    "country": FindingKind(level="warning", meaning="the country is not three letters by ISO 3166-1"),
    "date": FindingKind(level="warning", meaning="the date is not YYYYMMDD"),
    "email": FindingKind(level="warning", meaning="it is not written as an e-mail address"),
    "phone": FindingKind(
        level="warning", meaning="the phone number does not begin with + and a country code"
    ),
    "url": FindingKind(level="warning", meaning="it is not a URL"),
    # An export of orders.
    "no_order": FindingKind(level="error", meaning="there is neither order_number nor order_id"),
    "order_date": FindingKind(level="warning", meaning="a date of an order has another form than documented"),
    "formula": FindingKind(level="warning", meaning="a spreadsheet may run the cell as a formula"),
}
"""By name. Hints rest on lists with a date, or on what is not documented; they refuse nothing."""


def short_name(name: str) -> str:
    """Return the name of a column as it is shown; a whole file can be one name."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One finding, where it is in the file. It never holds a number, a name or a contact of the file."""

    name: str
    """One of `FINDINGS`."""
    line: int
    """From 1, as an editor counts."""
    column: int
    """The number of the character in its line, from 1."""
    header: str | None = None
    """The name of the column, if it is about one, by `short_name`."""
    message: str
    """What is wrong."""
    hint: str | None = None
    """What to do."""

    @property
    def level(self) -> FindingLevel:
        """`error`: file or row is refused. `warning`: probably not what was meant. `hint`: may be right."""
        return FINDINGS[self.name].level

    @property
    def import_error(self) -> str | None:
        """What AfterShip's import calls it; None if that is not documented."""
        return FINDINGS[self.name].import_error
