"""docs/csv.md names every finding and every column."""

from __future__ import annotations

import re

from aftership_tracking.csv_files import COLUMNS, FINDINGS, IMPORT_ERRORS, ORDER_COLUMNS
from docs_support.pages import ROOT


def test_the_page_names_every_finding_with_its_level() -> None:
    text = (ROOT / "docs" / "csv.md").read_text("utf-8")
    for level in ("error", "warning", "hint"):
        (row,) = re.findall(rf"^\| {level} \|.*\| (.*) \|$", text, re.MULTILINE)
        names = {name for name, kind in FINDINGS.items() if kind.level == level}
        assert set(re.findall(r"`(\w+)`", row)) == names - {"no_order", "order_date"}
    for name in (*IMPORT_ERRORS, *ORDER_COLUMNS, *(column.name for column in COLUMNS)):
        assert name in text
