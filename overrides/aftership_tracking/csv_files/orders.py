"""Reads an export of orders (Order CSV Export), as far as its columns are documented.

The public list is cut off: there are columns of shipments and prices whose names are not known. They come
through as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aftership_tracking.csv_files.cells import Row
from aftership_tracking.csv_files.findings import Finding, short_name
from aftership_tracking.csv_files.reading import CsvFile, count_problem

__all__ = ["ORDER_COLUMNS", "Order", "read_orders"]

_DATES: Final = ("order_date", "order_import_date", "order_latest_update_date")
ORDER_COLUMNS: Final = (
    *("store", "source", "order_number", "order_id"),
    *_DATES,
    *("fulfillment_status", "payment_status"),
)
"""The documented columns."""
_DATE = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-]\d{2}:?\d{2})?)?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One row of the export. None: the cell is empty, or there is no such column.

    Dates are as they are in the file: a day, or a time; one without a zone is in that of the organisation.
    """

    line: int
    """Where it begins in the file."""
    store: str | None = None
    """The shop that it came from."""
    source: str | None = None
    """The platform or channel, such as shopify."""
    order_number: str | None = None
    """The number that the shop shows to people."""
    order_id: str | None = None
    """The number that AfterShip made for it."""
    order_date: str | None = None
    """When it was placed."""
    order_import_date: str | None = None
    """When AfterShip got it."""
    order_latest_update_date: str | None = None
    """When it last changed."""
    fulfillment_status: str | None = None
    """Such as partially_fulfilled. The values are not documented."""
    payment_status: str | None = None
    """The values are not documented."""
    other: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The cells of all other columns that are not empty, by the names of the columns."""


def read_orders(file: CsvFile) -> Iterator[Finding | Order]:
    """Yield findings and orders, in the order of the file. Nothing is raised for what is in the file.

    A row that cannot be read is a finding with line and column: see `findings.FINDINGS`.
    """
    names: list[str] = []
    for item in file.read():
        if isinstance(item, Finding):
            yield item
        elif item is file.header:
            names = [cell.text for cell in item.cells]
            yield from _judge_header(item, names)
        elif not item.is_faulty:
            assert file.header is not None  # noqa: S101 - for type checkers; it comes first
            problem = count_problem(item, file.header.cells)
            if problem is not None:
                yield problem
                continue
            yield from _judge_dates(item, names)
            yield _read_order(item, names)


def _judge_header(header: Row, names: list[str]) -> Iterator[Finding]:
    is_export = "order_number" in names or "order_id" in names
    seen: set[str] = set()
    for cell in header.cells:
        if cell.text in seen:
            yield Finding(
                name="duplicate_column",
                line=cell.line,
                column=cell.column,
                header=short_name(cell.text) if is_export else None,
                message="two columns have the same name",
            )
        seen.add(cell.text)
    if not is_export:
        yield Finding(
            name="no_order",
            line=header.line,
            column=1,
            message="no column is called order_number or order_id: this is not an export of orders",
        )


def _judge_dates(row: Row, names: list[str]) -> Iterator[Finding]:
    for name, cell in zip(names, row.cells, strict=True):
        if name in _DATES and cell.text and not _DATE.fullmatch(cell.text):
            yield Finding(
                name="order_date",
                line=cell.line,
                column=cell.column,
                header=name,
                message="the date is not written as the documentation says: YYYY-MM-DD, or with a time",
            )


def _read_order(row: Row, names: list[str]) -> Order:
    cells = {name: cell.text for name, cell in zip(names, row.cells, strict=True) if cell.text}
    known = {name: cells.pop(name) for name in ORDER_COLUMNS if name in cells}
    return Order(line=row.line, **known, other=cells)
