"""`aftership csv orders`: an export of orders, in other forms, and joined with trackings."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.cli.csv import orders
from tests.cli.conftest import Run

ORDERS = (
    "store,source,order_number,order_id,order_date,fulfillment_status,product\r\n"
    'My store,shopify,1001,850110,2022-01-20T15:56:12+08:00,partially_fulfilled,"Shirt, blue"\r\n'
    "My store,shopify,1002,850111,2022-01-21,unfulfilled,=1+1\r\n"
)
TRACKINGS = (
    '{"id": "t1", "order_number": "1001", "tracking_number": "A1", "slug": "ups", "tag": "Delivered"}\n'
    '\n{"id": "t2", "order_number": "1001", "tracking_number": "A2", "slug": null, "tag": "Pending"}\n'
    '{"id": "t3", "order_number": null, "tracking_number": "A3"}\n{"id": "t4"}\n'
)


def test_for_people(run: Run) -> None:
    lines = run("csv", "orders", "-", text=ORDERS).stdout.splitlines()
    assert lines[0].split() == ["order_number", "source", "order_date", "fulfillment_status"]
    assert lines[1].split()[0] == "1001"
    assert len(lines) == 3


def test_for_programs(run: Run) -> None:
    found = [
        json.loads(line) for line in run("csv", "orders", "-", "--ndjson", text=ORDERS).stdout.splitlines()
    ]
    assert [each["order_id"] for each in found] == ["850110", "850111"]
    assert found[0]["other"] == {"product": "Shirt, blue"}
    assert (found[0]["line"], found[0]["payment_status"]) == (2, None)
    chosen = run("csv", "orders", "-", "--ndjson", "--fields", "order_number,other.product", text=ORDERS)
    assert json.loads(chosen.stdout.splitlines()[0]) == {
        "order_number": "1001",
        "other.product": "Shirt, blue",
    }


def test_as_csv_with_its_own_columns_and_no_formula(run: Run) -> None:
    result = run("csv", "orders", "-", "--csv", text=ORDERS)
    rows = list(csv.reader(io.StringIO(result.stdout, newline="")))
    given = list(csv.reader(io.StringIO(ORDERS, newline="")))
    given[2][-1] = "'=1+1"
    assert rows == given
    assert "1 cell that a spreadsheet may run" in result.stderr


@pytest.mark.parametrize("cell", ["＝1+1", "＋1", "－1", "＠A1", "\n=1+1"])
def test_as_csv_no_cell_is_a_formula_that_the_export_would_defuse(run: Run, cell: str) -> None:
    text = f'order_number,product\r\n1001,"{cell}"\r\n'
    result = run("csv", "orders", "-", "--csv", text=text)
    assert list(csv.reader(io.StringIO(result.stdout, newline="")))[1] == ["1001", f"'{cell}"]
    assert "1 cell that a spreadsheet may run" in result.stderr


def test_a_join_is_marked_as_inferred(run: Run, tmp_path: Path) -> None:
    trackings = tmp_path / "trackings.ndjson"
    trackings.write_text(TRACKINGS)
    result = run("csv", "orders", "-", "--join", trackings, "--ndjson", text=ORDERS)
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["join"] == "inferred"
    assert [each["id"] for each in first["trackings"]] == ["t1", "t2"]
    assert (second["join"], second["trackings"]) == (None, [])
    assert "The join is inferred from the order number" in result.stderr
    as_csv = run("csv", "orders", "-", "--join", trackings, "--csv", text=ORDERS)
    row = next(csv.DictReader(io.StringIO(as_csv.stdout, newline="")))
    assert (row["tracking_ids"], row["tracking_numbers"], row["tracking_tags"], row["join"]) == (
        *("t1,t2", "A1,A2", "Delivered,Pending", "inferred"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tracking_number\nA1\n", "line 1, column 1: no column is called order_number or order_id"),
        ('order_id,x\n1,"2\n', "line 2, column 3: the quote that begins here is never closed"),
        ("order_id,x\n1,2\n1\n", "line 3, column 2: the row has 1 cell,"),
        ("", "the file is empty"),
    ],
)
def test_what_is_not_an_export_is_refused_before_the_first_line(run: Run, text: str, words: str) -> None:
    result = run("csv", "orders", "-", "--ndjson", text=text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in json.loads(result.stderr)["error"]["message"]


def test_an_export_without_orders_is_empty(run: Run) -> None:
    result = run("csv", "orders", "-", "--json", text="order_id,order_number\n")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_wrong_dates_are_said_and_stay(run: Run) -> None:
    text = "order_id,order_date\n" + "1,20.1.2022\n" * 8
    result = run("csv", "orders", "-", "--ndjson", text=text)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 8)
    assert "line 2, column 3: the date is not written as" in result.stderr
    assert "And 3 more of these." in result.stderr


@pytest.mark.parametrize(
    ("content", "words"), [("[1]\n", "line 1: this is not a JSON object"), ("{}\nx\n", "line 2: this is not")]
)
def test_a_wrong_file_of_trackings(run: Run, tmp_path: Path, content: str, words: str) -> None:
    trackings = tmp_path / "trackings.ndjson"
    trackings.write_text(content)
    result = run("csv", "orders", "-", "--join", trackings, text=ORDERS)
    assert result.exit_code == 1
    assert words in result.stderr


def test_csv_and_json_are_not_combined(run: Run) -> None:
    assert run("csv", "orders", "-", "--csv", "--json", text=ORDERS).exit_code == 2


def test_every_cell_that_a_spreadsheet_may_run_has_a_mark(run: Run) -> None:
    text = 'order_number,=note\n1,\uff1d1+1\n2,"\n=1"\n3,"\t=1"\n4,+49\n'
    result = run("csv", "orders", "-", "--csv", text=text)
    assert list(csv.reader(io.StringIO(result.stdout, newline=""))) == [
        ["order_number", "'=note"],
        ["1", "'\uff1d1+1"],
        ["2", "'\n=1"],
        ["3", "'\t=1"],
        ["4", "'+49"],
    ]
    assert "5 cells that a spreadsheet may run as a formula" in result.stderr


def test_a_file_that_changes_while_it_is_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "export.csv"
    file.write_text("order_number,order_id\n1,2\n")
    look_through = orders._look_through

    def change_after(*arguments: Any) -> None:
        look_through(*arguments)
        file.write_text("order_number\n9\n")

    monkeypatch.setattr(orders, "_look_through", change_after)
    assert run("csv", "orders", file, "--csv").stdout == "order_number,order_id\n1,2\n"


def test_half_a_character_in_a_tracking_is_written_as_an_escape(run: Run, tmp_path: Path) -> None:
    trackings = tmp_path / "trackings.ndjson"
    trackings.write_text('{"id": "\\ud800", "order_number": "1", "tracking_number": "A1", "tag": "Pending"}')
    for output in ("--csv", "--json", "--ndjson"):
        result = run("csv", "orders", "-", "--join", trackings, output, text="order_number\n1\n")
        assert (result.exit_code, "\\ud800" in result.stdout) == (0, True)
