"""`aftership csv export`: shipments in files, with columns of our own."""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from aftership_tracking.recipes.rows.shipment_rows import SHIPMENT_COLUMNS
from tests.cli.conftest import Run, Sandbox

NAMES = [one.name for one in SHIPMENT_COLUMNS]


@pytest.fixture
def export(call: Run) -> Run:
    return partial(call, "csv", "export")


@pytest.fixture
def shipments(call: Run, sandbox: Sandbox) -> None:
    for number, title in (("ITE010D-3-643642", "=cmd()"), ("ITD-20-1", "lamp")):
        given = ("--tracking-number", number, "--slug", "testing-courier", f"--title={title}")
        assert call("trackings", "create", *given).exit_code == 0
    sandbox.mock.advance("3d")


@pytest.mark.usefixtures("shipments")
@pytest.mark.parametrize("version", ["2024-01", "2026-07"])
def test_every_version_has_the_same_columns(export: Run, tmp_path: Path, version: str) -> None:
    path = tmp_path / "shipments.csv"
    result = export(path, "--api-version", version)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"2 rows are in {path}." in result.stderr
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*NAMES, "unfit"]
    found = {row["tracking_number"]: row for row in rows}
    first = found["ITE010D-3-643642"]
    assert (first["courier"], first["title"]) == ("testing-courier", "'=cmd()")
    assert int(first["events"]) >= 1
    assert first["last_event_time"]
    assert {row["unfit"] for row in rows} == {""}


@pytest.mark.usefixtures("shipments")
def test_formats_filters_and_results(export: Run, tmp_path: Path) -> None:
    path = tmp_path / "out"
    made = export(path, "--to", "xlsx", "--omit", "note", "--json")
    assert json.loads(made.stdout) == {"file": str(path), "rows": "shipments", "trackings": 2}
    with path.open("rb") as file:
        sheet = openpyxl.load_workbook(file).active
    assert sheet.max_row == 3
    assert "note" not in [cell.value for cell in sheet[1]]
    for filters, count in {
        ("--slug", "usps"): 0,
        ("--slug", "usps", "--slug", "testing-courier"): 2,
        ("--created-at-min", "2099-09-02T00:00:00+00:00"): 0,
        ("--tag", "Pending"): 0,
    }.items():
        made = export(path, "--to", "ndjson", *filters, "--json")
        assert json.loads(made.stdout)["trackings"] == count, filters
    refused = export(path, "--to", "tsv")
    assert (refused.exit_code, "must be one of csv" in refused.stderr) == (2, True)
