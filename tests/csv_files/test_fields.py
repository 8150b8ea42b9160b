"""Columns become the arguments of create, in every version."""

from __future__ import annotations

import io
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.csv_files.cells import Row
from aftership_tracking.csv_files.columns import COLUMNS
from aftership_tracking.csv_files.fields import FieldPlan, TargetNames
from aftership_tracking.csv_files.tokenizer import tokenize
from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.actions import argument_names
from aftership_tracking.runtime import registry

VERSIONS = documents.versions()


def plan(version: str, text: str, **mapping: str) -> tuple[FieldPlan, list[Row], list[str]]:
    rows = [item for item in tokenize(io.StringIO(text, newline="")) if isinstance(item, Row)]
    made = FieldPlan(names=TargetNames(version), mapping=mapping)
    problems = made.read_header(rows[0])
    return made, rows[1:], [each.name for each in problems]


def fields(version: str, text: str, **mapping: str) -> dict[str, Any]:
    made, (row,), problems = plan(version, text, **mapping)
    assert problems == []
    assert made.unknown == []
    return made.fields(row)


CONTACTS = 'tracking_number,courier,email,sms,customer_name\nA1,ups,"a@x.de, b@x.de",+49301,"Doe, Jane"\n'


@pytest.mark.parametrize("version", VERSIONS)
def test_several_addresses_in_a_cell_are_what_the_version_takes(version: str) -> None:
    found = fields(version, CONTACTS)
    assert (found.pop("tracking_number"), found.pop("slug")) == ("A1", "ups")
    if version >= "2025-01":
        assert found == {
            "customers": [
                {"name": "Doe, Jane", "email": "a@x.de", "phone_number": "+49301"},
                {"email": "b@x.de"},
            ]
        }
    else:
        assert found == {
            "emails": ["a@x.de", "b@x.de"],
            "smses": ["+49301"],
            "customer_name": "Doe, Jane",
        }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_documented_column_is_an_argument_of_every_version(version: str) -> None:
    columns = [column for column in COLUMNS if column.name != "phone"]
    header = ",".join(column.name for column in columns)
    row = ",".join(f'"{column.example or "DEU"}"' for column in columns)
    made, (first,), problems = plan(version, f"{header}\n{row}\n")
    assert problems == []
    arguments = _arguments(version)
    found = made.fields(first)
    assert set(found) <= arguments
    # 2025-04 has one country where older versions had two: which of two different ones is not sent is said.
    assert set(made.losses) == ({"tracking_origin_country_region"} if version >= "2025-04" else set())


def _arguments(version: str) -> set[str]:
    client = registry.package(version).AfterShip("key")
    return set(argument_names(type(client.trackings), "create"))


def test_columns_by_the_names_of_arguments() -> None:
    text = (
        "tracking_number,slug,note,shipment_tags,custom_fields.gift,order_promised_delivery_date\n"
        'A1,ups,hi,"a, b",yes,2026-01-31\n'
    )
    assert fields("2026-07", text) == {
        "tracking_number": "A1",
        "slug": "ups",
        "note": "hi",
        "shipment_tags": ["a", "b"],
        "custom_fields": {"gift": "yes"},
        "order_promised_delivery_date": {"promised_delivery_date": "2026-01-31"},
    }
    assert fields("2026-07", "tracking_number,shipment_direction\nA1,forward\n") == {
        "tracking_number": "A1",
        "shipment_direction": "forward",
    }


def test_empty_cells_are_left_out() -> None:
    assert fields("2026-07", "tracking_number,courier,email,title,custom_fields.a\n A1 ,, ,,\n") == {
        "tracking_number": "A1"
    }


def test_mapped_and_unknown_columns() -> None:
    made, (row,), problems = plan(
        "2026-07",
        "No,Order No,Internal,weird\nA1,17,x,y\n",
        **{"No": "tracking_number", "Order No": "order_id", "Internal": "-"},
    )
    assert problems == []
    assert [cell.text for cell in made.unknown] == ["weird"]
    assert made.fields(row) == {"tracking_number": "A1", "order_id": "17"}


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("tracking_number,tracking_number", "duplicate_column"),
        ("tracking_number,courier,slug", "column_twice"),
        ("tracking_number,destination_country,destination_country_region", "column_twice"),
        ("tracking_number,sms,phone", "column_twice"),
        ("tracking_number,customers", "unknown_column"),
        ("number,courier", "no_tracking_number"),
    ],
)
def test_columns_that_cannot_be_used(header: str, problem: str) -> None:
    assert plan("2026-07", f"{header}\n")[2] == [problem]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (" ", "line 2, column 4: there is no tracking number"),
        ("9.4E+21", "line 2, column 4: a spreadsheet has rounded"),
    ],
)
def test_a_row_that_cannot_be_sent(cell: str, message: str) -> None:
    made, (row,), _ = plan("2026-07", f"title,tracking_number\nXX,{cell}\n")
    with pytest.raises(UsageError, match=message):
        made.fields(row)
