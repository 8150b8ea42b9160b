"""What is found in a file of shipments, and what is not said about a right one."""

from __future__ import annotations

import codecs
import io
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from aftership_tracking import couriers
from aftership_tracking.csv_files.check import CheckSummary, check_file
from aftership_tracking.csv_files.columns import COLUMNS, FULL
from aftership_tracking.csv_files.findings import FINDINGS, IMPORT_ERRORS, Finding
from aftership_tracking.csv_files.reading import LARGEST, CsvFile
from aftership_tracking.errors import UsageError

DIRECTORY = couriers.load(use_live=False, version="2024-01")
RIGHT = "tracking_number,courier\r\n9400110200881000000008,usps\r\n"
HEADER = "tracking_number,courier,destination_country\n"


def find(content: str | bytes, **options: Any) -> list[Finding]:
    raw = content.encode() if isinstance(content, str) else content
    return list(check_file(io.BytesIO(raw), directory=DIRECTORY, **options))


# name -> content, line, column, and a part of the message or the hint.
CASES: dict[str, tuple[str | bytes, int, int, str]] = {
    "empty": ("", 1, 1, "empty"),
    "no_rows": ("tracking_number\n", 1, 16, "no row"),
    "too_large": ("tracking_number,title\n" + f"1,{'x' * 999}\n" * 5_300, 1, 1, "5 MB"),
    "nearly_too_large": ("tracking_number,title\n1," + "x" * 5_000_000, 1, 1, "not documented"),
    "too_many_rows": ("tracking_number\n" + "".join(f"A{n}\n" for n in range(10_001)), 10_002, 1, "10,000"),
    "encoding_unknown": (b"tracking_number\n\xc3\xa9A1\nA\x81\n", 3, 2, "not UTF-8"),
    "encoding_guessed": (b"tracking_number,title\r\n1,caf\xe9\r\n", 2, 6, "cp1252"),
    "encoding": (codecs.BOM_UTF8 + b"tracking_number\nA1\n", 1, 1, "not documented"),
    "delimiter": ("tracking_number;courier\n1;ups\n", 1, 16, "';'"),
    "line_ends": ("tracking_number,courier\r\nA1,ups\nA2,ups\n", 2, 7, "in another way"),
    "nul": ("tracking_number,courier\nA1,u\0ps\n", 2, 5, "NUL"),
    "quote_inside": ('tracking_number,courier\nA1,u"ps\n', 2, 5, "quote"),
    "after_quote": ('tracking_number,courier\nA1,"ups" \n', 2, 9, "follows the quote"),
    "unclosed_quote": ('tracking_number,courier\nA1,"ups\n\n', 2, 4, "never closed"),
    "too_long": ("tracking_number\n" + "x" * (LARGEST + 1), 2, 1, "longer"),
    "empty_line": ("tracking_number\n\nA1\n", 2, 1, "empty"),
    "column_count": ("tracking_number,courier\nA1,ups,x\n", 2, 8, "3 cells"),
    "control_character": ('tracking_number,title\nA1,"x\ny\x07"\n', 3, 2, "U+0007"),
    "no_tracking_number": ("Tracking Number,courier\nA1,ups\n", 1, 1, "no column"),
    "duplicate_column": ("tracking_number,courier,courier\nA1,ups,ups\n", 1, 25, "same name"),
    "unnamed_column": ("tracking_number,,courier\nA1,,ups\n", 1, 17, "no name"),
    "unknown_column": ("tracking_number,Order-ID\nA1,1\n", 1, 17, "Was order_id meant?"),
    "former_column": ("tracking_number,email\nA1,a@x.de\n", 1, 17, "up to about 2024"),
    "column_twice": ("tracking_number,sms,phone\nA1,,\n", 1, 21, "same field"),
    "no_number": (HEADER + "A1,ups,\n ,ups,\n", 3, 1, "no tracking number"),
    "number_damaged": (HEADER + "9.40011E+21,usps,\n", 2, 1, "rounded"),
    "number_spaces": (HEADER + "A1 B,ups,\n", 2, 3, "white space"),
    "check_digit": (HEADER + "9400110200881000000001,usps,\n", 2, 1, "check digit"),
    "duplicate_row": (HEADER + "A1,ups,\nA1,usps,\nA1,ups,\n", 4, 1, "line 2"),
    "unknown_courier": (HEADER + "A1,deutch-post,\n", 2, 4, "Was deutsch-post meant?"),
    "required_field": (HEADER + "A1,gls-spain,\n", 2, 4, "2024"),
    "country": (HEADER + "A1,ups,DE\n", 2, 8, "Write DEU."),
    "date": ("tracking_number,tracking_ship_date\nA1,20260229\n", 2, 4, "no such day"),
    "email": ('tracking_number,email\nA1,"a@x.de, nobody"\n', 2, 13, "e-mail"),
    "phone": ("tracking_number,sms\nA1,0201 5550123\n", 2, 4, "country code"),
    "url": ("tracking_number,order_path\nA1,/orders/1\n", 2, 4, "URL"),
    "formula": ("tracking_number,title\nA1,=1+1\n", 2, 4, "formula"),
    "mapped_column": ("tracking_number,Order No\nA1,1\n", 1, 17, "order_id by --map"),
}
MAPS = {"mapped_column": {"Order No": "order_id"}}


@pytest.mark.parametrize("name", CASES)
def test_each_finding(name: str) -> None:
    content, line, column, words = CASES[name]
    found = {each.name: each for each in find(content, mapping=MAPS.get(name), most_of_a_name=1)}
    assert name in found, sorted(found)
    finding = found[name]
    assert (finding.line, finding.column) == (line, column)
    assert words in f"{finding.message} {finding.hint}"
    # One fault, and nothing else that refuses the file.
    errors = {each.name for each in found.values() if each.level == "error"}
    allowed = {"delimiter": {"no_tracking_number"}, "too_long": {"too_large"}}
    assert errors - {name} <= allowed.get(name, set())


def test_every_name_has_a_case() -> None:
    # Another file is needed for `same_file`; the last two are of orders.
    assert set(FINDINGS) - set(CASES) == {"same_file", "no_order", "order_date"}
    assert {kind.import_error for kind in FINDINGS.values()} - {None} == set(IMPORT_ERRORS)


def test_mapped_columns_are_judged_by_what_they_mean() -> None:
    content = "No,Carrier,Warehouse,Ship to,title\n9.40011E+21,deutch-post,7,DE,x\nA1,ups,7,DEU,x\n"
    mapping = {"No": "tracking_number", "Carrier": "slug", "Warehouse": "-", "Ship to": "destination_country"}
    findings = find(content, mapping={**mapping, "Other": "note"})
    found = [(each.name, each.line, each.header) for each in findings]
    assert found == [
        *(("mapped_column", 1, name) for name in mapping),
        ("number_damaged", 2, "No"),
        ("country", 2, "Ship to"),
        ("unknown_courier", 2, "Carrier"),
    ]


def test_the_number_is_suggested_for_what_others_call_it() -> None:
    assert [find(f"{name},x\n")[0].hint for name in ("tracking_no", "Tracking ID", "AWB")] == [
        "Was tracking_number meant?"
    ] * 3


def test_a_right_file_has_no_findings() -> None:
    summary = CheckSummary()
    assert find(RIGHT, summary=summary) == []
    assert summary.rows == 1
    assert summary.reading is not None
    assert (summary.reading.encoding, summary.reading.is_certain) == ("utf-8", True)


def test_the_example_of_each_column_is_right() -> None:
    columns = [column for column in COLUMNS if column.example]
    assert set(FULL) <= set(columns)
    header = ",".join(column.name for column in columns)
    row = ",".join(f'"{column.example}"' for column in columns)
    found = find(f"{header}\r\n{row}\r\n")
    assert {each.name for each in found} <= {"former_column"}


def test_hints_of_the_directory_refuse_nothing() -> None:
    for name in ("required_field", "check_digit", "unknown_courier"):
        assert FINDINGS[name].level != "error"
    required = next(each for each in find(CASES["required_field"][0]) if each.name == "required_field")
    assert required.level == "hint"
    # A list says when it was seen, and the field is one that the file can have.
    assert "tracking_postal_code" in required.message
    filled = "tracking_number,courier,tracking_postal_code\nA1,gls-spain,10115\n"
    assert "required_field" not in {each.name for each in find(filled)}


def test_the_limit_of_rows_can_be_raised_and_rows_above_are_not_looked_into() -> None:
    rows = "tracking_number\n" + "".join(f"A{n}\n" for n in range(10_001)) + "=1\n"
    summary = CheckSummary()
    found = find(rows, summary=summary)
    assert [each.name for each in found] == ["too_many_rows"]
    assert summary.rows == 10_002
    assert [each.name for each in find(rows, most_rows=60_000)] == ["formula"]


def test_the_same_file_again_is_reported_and_a_changed_one_is_not() -> None:
    earlier = io.BytesIO(RIGHT.encode())
    (found,) = find(RIGHT, earlier=[earlier])
    assert (found.name, found.import_error) == ("same_file", "ErrorCsvDuplicate")
    assert find(RIGHT.replace("usps", "ups"), earlier=[earlier]) == []


@pytest.mark.parametrize(
    ("encoding", "name", "is_certain"),
    [
        ("utf-8", "utf-8", True),
        ("utf-8-sig", "utf-8-sig", True),
        ("utf-16", "utf-16", True),
        ("utf-16-le", "utf-16-le", False),
        ("utf-16-be", "utf-16-be", False),
        ("cp1252", "cp1252", False),
    ],
)
def test_encodings_are_found_and_a_guess_is_never_silent(encoding: str, name: str, is_certain: bool) -> None:
    summary = CheckSummary()
    raw = "tracking_number,title\r\nA1,caf\xe9\r\n".encode(encoding)
    found = [each.name for each in find(raw, summary=summary)]
    assert summary.reading is not None
    assert (summary.reading.encoding, summary.reading.is_certain) == (name, is_certain)
    assert ("encoding_guessed" in found) == (not is_certain)
    # What the caller says is not a guess.
    given = {"utf-8-sig": "utf-8"}.get(encoding, encoding[:6])
    assert "encoding_guessed" not in [each.name for each in find(raw, encoding=given)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["1", "tracking_number,title\r\nA1,\u0100\u4e00\r\n"])
def test_utf_16_that_was_confirmed_has_the_order_of_its_zeros(encoding: str, text: str) -> None:
    """One letter whose lower byte is zero does not turn a file around."""
    file = CsvFile(io.BytesIO(text.encode(encoding)), encoding="utf-16")
    list(file.read())
    assert file.reading is not None
    assert file.reading.encoding == encoding


def test_an_encoding_that_does_not_fit_is_reported_where_it_does_not() -> None:
    (found,) = find("tracking_number,title\nA1,\xe9\nA2,caf\xe9\n".encode("cp1252"), encoding="utf-8")
    assert (found.name, found.line, found.column) == ("encoding_unknown", 2, 4)


@pytest.mark.parametrize("size", [65_534, 65_535, 65_536, 65_537])
def test_a_wrong_byte_is_found_beyond_the_first_piece(size: int) -> None:
    """Files are read in pieces, and a line end or a letter may lie across two of them."""
    begin = "tracking_number,title\r\n"
    row = "A1,\u00e9" + "x" * (size - len(begin) - 6) + "\r\n"
    (found,) = (
        each for each in find((begin + row).encode() + b"A2,\xe9y\r\n") if each.name == "encoding_guessed"
    )
    assert (found.line, found.column) == (3, 4)


@pytest.mark.parametrize("options", [{"delimiter": ""}, {"delimiter": '"'}, {"encoding": "latin-9"}])
def test_wrong_arguments_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="must be one"):
        find(RIGHT, **options)


def test_no_finding_holds_what_is_in_the_file() -> None:
    text = (
        "tracking_number,courier,email,sms,customer_name,order_path,destination_country,tracking_ship_date\n"
        '"SECRET 1",SECRET2,SECRET3,SECRET4,=SECRET5,SECRET6,SECRET7,SECRET8\nSECRET9\n'
        '"SECRET 1",SECRET2,,,,,,\n'
    )
    found = find(text)
    assert len(found) > 10
    assert "SECRET" not in repr(found)


def test_a_first_line_that_may_be_a_row_is_not_shown() -> None:
    found = find("SECRET1,SECRET2,SECRET2,=SECRET3\nSECRET4,SECRET5,=SECRET6,SECRET7\n")
    assert {"no_tracking_number", "unknown_column", "duplicate_column", "formula"} <= {
        each.name for each in found
    }
    assert "SECRET" not in repr(found)


def test_findings_of_a_name_are_cut_and_counted() -> None:
    text = "tracking_number,title\n" + "".join(f"A{n},=1\n" for n in range(50))
    summary = CheckSummary()
    assert len(find(text, summary=summary, most_of_a_name=20)) == 20
    assert summary.names == Counter(formula=50)
    assert summary.levels == Counter(warning=50)
    assert len(find(text, most_of_a_name=None)) == 50


class Rows(io.RawIOBase):
    """A file of many rows that is never in memory."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lines = self._make()

    def _make(self) -> Iterator[bytes]:
        yield b"tracking_number,title\n"
        for number in range(self._count):
            yield b"A%d,%s\n" % (number % 5_000, b"x" * 500)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._lines = self._make()
        return 0

    def read(self, size: int = -1) -> bytes:
        return b"".join(islice(self._lines, 100))

    def readinto(self, buffer: Any) -> int:
        line = next(self._lines, b"")
        buffer[: len(line)] = line
        return len(line)


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in check_file(Rows(count), directory=DIRECTORY, most_of_a_name=1):  # type: ignore[arg-type]
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(100)
    # A row is 500 bytes: 4,000 of them would be seen. What is remembered of each is its number.
    assert peak(6_000) < peak(2_000) + 1_000_000
