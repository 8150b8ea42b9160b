"""The reader of an export of orders."""

from __future__ import annotations

import io

import pytest

from aftership_tracking.csv_files.findings import Finding
from aftership_tracking.csv_files.orders import ORDER_COLUMNS, Order, read_orders
from aftership_tracking.csv_files.reading import CsvFile

HEADER = ",".join(ORDER_COLUMNS)


def read(text: str) -> tuple[list[Order], list[Finding]]:
    found = list(read_orders(CsvFile(stream=io.BytesIO(text.encode()))))
    return (
        [each for each in found if isinstance(each, Order)],
        [each for each in found if isinstance(each, Finding)],
    )


def test_the_example_of_the_page() -> None:
    day = "2022-01-20T15:56:12+08:00"
    row = f"My store,shopify,5453980762400,850110,{day},2022-01-20,2022-01-20T15:56:12,partially_fulfilled,"
    (order,), findings = read(f"{HEADER},product_price\r\n{row},12.50\r\n")
    assert findings == []
    assert order == Order(
        line=2,
        store="My store",
        source="shopify",
        order_number="5453980762400",
        order_id="850110",
        order_date=day,
        order_import_date="2022-01-20",
        order_latest_update_date="2022-01-20T15:56:12",
        fulfillment_status="partially_fulfilled",
        payment_status=None,
        other={"product_price": "12.50"},
    )
    # The cells whose meaning is not known are not shown in logs.
    assert "12.50" not in repr(order)


@pytest.mark.parametrize("day", ["20.1.2022", "2022-13-01", "2022-01-20 15:56", "2022-01-20T15:56"])
def test_a_date_of_another_form_is_reported_and_stays(day: str) -> None:
    (order,), (finding,) = read(f'order_number,order_date\n"1\n2",{day}\n')
    assert (finding.name, finding.line, finding.column) == ("order_date", 3, 4)
    assert order.order_date == day


@pytest.mark.parametrize(
    ("text", "name", "line", "column"),
    [
        ("tracking_number\nA1\n", "no_order", 1, 1),
        ("order_id,x,x\n1,2,3\n", "duplicate_column", 1, 12),
        ("order_id,x\n1\n", "column_count", 2, 2),
        ('order_id,x\n1,a"\n', "quote_inside", 2, 4),
    ],
)
def test_what_cannot_be_read(text: str, name: str, line: int, column: int) -> None:
    _, (finding,) = read(text)
    assert (finding.name, finding.line, finding.column) == (name, line, column)
