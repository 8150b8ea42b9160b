"""CSV files of AfterShip's admin, without a call: check a file of shipments, read it, or an export of orders.

    summary = csv_files.CheckSummary()
    for finding in csv_files.check_file(stream, summary=summary):
        print(finding.line, finding.column, finding.message)

Everything that is said about a file is said with its line and column.
"""

from __future__ import annotations

from aftership_tracking.csv_files.cells import Cell, Row
from aftership_tracking.csv_files.check import CheckSummary, check_file
from aftership_tracking.csv_files.columns import COLUMNS, Column, ColumnContent
from aftership_tracking.csv_files.encodings import EncodingName, Reading
from aftership_tracking.csv_files.fields import LEFT_OUT, ColumnTarget, FieldPlan, TargetNames
from aftership_tracking.csv_files.findings import FINDINGS, IMPORT_ERRORS, Finding, FindingKind, FindingLevel
from aftership_tracking.csv_files.orders import ORDER_COLUMNS, Order, read_orders
from aftership_tracking.csv_files.reading import CsvFile

__all__ = [
    "COLUMNS",
    "FINDINGS",
    "IMPORT_ERRORS",
    "LEFT_OUT",
    "ORDER_COLUMNS",
    "Cell",
    "CheckSummary",
    "Column",
    "ColumnContent",
    "ColumnTarget",
    "CsvFile",
    "EncodingName",
    "FieldPlan",
    "Finding",
    "FindingKind",
    "FindingLevel",
    "Order",
    "Reading",
    "Row",
    "TargetNames",
    "check_file",
    "read_orders",
]
