"""Rows in CSV files and workbooks: cells, types, and what a spreadsheet makes of them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aftership_tracking import Tracking
from aftership_tracking.errors import UsageError
from aftership_tracking.export import CsvWriter, XlsxWriter, columns, flatten, open_writer
from aftership_tracking.recipes.rows.typed_rows import TypedTable
from aftership_tracking.recipes.writers import spreadsheet
from reading_support.account import CURSORS, Account
from reading_support.feed import feed

# CSV


def read_csv(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True), strict=True))


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_csv_is_the_flat_row(name: str, tmp_path: Path) -> None:
    account = Account(CURSORS, 1)
    account.client.trackings.create(
        tracking_number="ITE010D-3-643642", slug="testing-courier", title='Grüße, "zwei"\nZeilen'
    )
    account.clock.advance(days=5)
    trackings = list(account.client.trackings.list())
    with open_writer(tmp_path / name, Tracking) as writer:
        writer.write_all(trackings)
    found = read_csv(tmp_path / name)
    assert list(found[0]) == [one.name for one in columns(Tracking)]
    for row, tracking in zip(found, trackings, strict=True):
        (flat,) = flatten(tracking)
        filled = {key: value for key, value in row.items() if value}
        assert filled == {
            key: json.dumps(value) if isinstance(value, bool | int | float) else value
            for key, value in flat.items()
            if value != ""
        }


FORMULAS = ["=1+1", "+49 30 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]


def test_cells_that_a_spreadsheet_would_execute_stay_strings(tmp_path: Path) -> None:
    trackings = [Tracking.from_dict({"title": text, "on_time_difference": -2}) for text in FORMULAS]
    plain = Tracking.from_dict({"title": "a=1"})
    for escape in (True, False):
        with CsvWriter(tmp_path / "a.csv", Tracking, escape_formulas=escape) as writer:
            writer.write_all([*trackings, plain])
        found = read_csv(tmp_path / "a.csv")
        assert [row["title"] for row in found[:-1]] == [f"'{one}" if escape else one for one in FORMULAS]
        assert found[-1]["title"] == "a=1"
        # A number is written by this package, and stays a number.
        assert {row["on_time_difference"] for row in found[:-1]} == {"-2.0"}
    with XlsxWriter(tmp_path / "a.xlsx", Tracking) as writer:
        writer.write_all(trackings)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    position = [cell.value for cell in sheet[1]].index("title")
    cells = [row[position] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:4] == FORMULAS[:4]


# Workbooks


def test_a_workbook_has_types(tmp_path: Path) -> None:
    given = {
        "id": "t1",
        "active": True,
        "created_at": "2024-02-06T02:15:30-08:00",
        "shipment_delivery_date": "2024-02-09",
        "custom_estimated_delivery_date": {"datetime": "2024-02-08", "datetime_min": "0900-01-01"},
        "transit_time": 3,
        "failed_delivery_attempts": 2**60,
        "title": "https://example.com",
        "note": "",
    }
    with open_writer(tmp_path / "a.xlsx", Tracking) as writer:
        writer.write(Tracking.from_dict(given))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["trackings"]
    names, values = ([cell.value for cell in row] for row in book.active.iter_rows())
    assert names == [one.name for one in TypedTable(Tracking).columns]
    found = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    assert found == {
        "id": "t1",
        "active": True,
        "created_at": dt.datetime(2024, 2, 6, 10, 15, 30),  # noqa: DTZ001
        "shipment_delivery_date_text": "2024-02-09",
        "custom_estimated_delivery_date_datetime": dt.datetime(2024, 2, 8),  # noqa: DTZ001
        "custom_estimated_delivery_date_datetime_min": "0900-01-01",
        "transit_time": 3,
        "failed_delivery_attempts": str(2**60),
        "title": "https://example.com",
        "note": "",
    }
    assert book.active["I2"].hyperlink is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1900-01-02T00:00:00Z", dt.datetime(1900, 1, 2)),  # noqa: DTZ001
        ("9999-12-31T23:59:59Z", dt.datetime(9999, 12, 31, 23, 59, 59)),  # noqa: DTZ001
        # A sheet makes a time of day of the first, and nothing of the last.
        ("1900-01-01T10:00:00Z", "1900-01-01T10:00:00+00:00"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999+00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_the_first_and_the_last_day_of_a_sheet(text: str, found: Any, tmp_path: Path) -> None:
    days = {"datetime": "1900-01-02", "datetime_min": "1900-01-01", "datetime_max": "9999-12-31"}
    given = Tracking.from_dict({"id": "t1", "created_at": text, "custom_estimated_delivery_date": days})
    with open_writer(tmp_path / "a.xlsx", Tracking) as writer:
        writer.write(given)
    names, values = openpyxl.load_workbook(tmp_path / "a.xlsx").active.values
    row = dict(zip(names, values, strict=True))
    assert row["created_at"] == found
    assert [row[f"custom_estimated_delivery_date_{name}"] for name in days] == [
        dt.datetime(1900, 1, 2),  # noqa: DTZ001
        "1900-01-01",
        dt.datetime(9999, 12, 31),  # noqa: DTZ001
    ]


def test_what_a_sheet_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    longest = Tracking.from_dict({"id": "t7", "note": "é" * 32_767})
    too_long = Tracking.from_dict({"id": "t8", "note": "é" * 32_768})
    with XlsxWriter(path, Tracking) as writer:
        writer.write(longest)
    assert openpyxl.load_workbook(path).active.max_row == 2
    path.unlink()
    with pytest.raises(UsageError, match=r"note of tracking t8 has 32,768 characters.*Omit the column note"):  # noqa: SIM117
        with XlsxWriter(path, Tracking) as writer:
            writer.write(too_long)
    monkeypatch.setattr(spreadsheet, "_MOST_ROWS", 3)
    with pytest.raises(UsageError, match=r"a sheet holds 2 rows.*CSV or Parquet"):  # noqa: SIM117
        with XlsxWriter(path, Tracking) as writer:
            writer.write_all(feed(3))
    assert list(tmp_path.iterdir()) == []
