"""The queries of pages over Parquet files find what their page says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import Tracking
from aftership_tracking.export import open_writer

duckdb = pytest.importorskip("duckdb")
DOCS = Path(__file__).resolve().parents[2] / "docs"


def query(page: str, marker: str) -> str:
    """The SQL of a page that contains a marker."""
    blocks = re.findall(r'f?"""\n(.*?)"""', (DOCS / page).read_text("utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if marker in block]
    return str(found)


def write(path: Path, *rows: dict[str, Any]) -> None:
    with open_writer(path, Tracking) as writer:
        writer.write_all(Tracking.from_dict(row) for row in rows)


def row(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "tracking_number": name, "slug": "ups", "tag": "InTransit", **fields}


def test_the_newest_row_of_each_parcel(tmp_path: Path) -> None:
    """Of the start page of data engineers: the first two files are those of a run that was killed before its
    commit, and of the one after it.
    """
    first, second = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+00:00"
    old = [row("a", updated_at=first), row("b", updated_at=first)]
    write(tmp_path / "trackings-1.parquet", *old)
    write(tmp_path / "trackings-2.parquet", *old, row("b", updated_at=second, tag="Delivered"))
    # A field that is computed from today: the same `updated_at`, and the later file is right.
    write(tmp_path / "trackings-3.parquet", row("a", updated_at=first, tag="Exception"))
    sql = query("start/data-engineer.md", "qualify").format(files=tmp_path / "trackings-*.parquet")
    assert "updated_at desc, filename desc" in sql
    with duckdb.connect() as database:
        found = [(name, tag) for name, tag, _ in database.sql(sql).fetchall()]
        assert sorted(found) == [("a", "Exception"), ("b", "Delivered")]
        # Without the condition, all that was written.
        assert len(database.sql(sql.partition("qualify")[0]).fetchall()) == 6


def test_late_parcels_although_days_have_no_instant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of docs/data-out.md: a typed column is null where the service sent a day."""
    monkeypatch.chdir(tmp_path)
    future = (dt.datetime.now(dt.UTC) + dt.timedelta(days=9)).date().isoformat()
    estimate, promise = "latest_estimated_delivery", "order_promised_delivery_date"
    write(
        Path("late.parquet"),
        row("day", **{estimate: {"datetime": "2024-02-10", "datetime_max": None}}),
        row("instant", **{estimate: {"datetime": "2024-02-10T10:00:00+02:00"}}),
        row("range", **{estimate: {"datetime": "2024-02-10", "datetime_max": future}}),
        row("promise", **{estimate: {"datetime": future}, promise: {"promised_delivery_date": "2024-02-10"}}),
        row(
            "in time", shipment_delivery_date="2024-02-10T23:00:00", **{estimate: {"datetime": "2024-02-10"}}
        ),
        row("after", shipment_delivery_date="2024-02-11", **{estimate: {"datetime": "2024-02-10"}}),
        row("nothing"),
    )
    found = duckdb.connect().sql(query("data-out.md", "from 'late.parquet'")).fetchall()
    assert {name for name, *_ in found} == {"day", "instant", "promise", "after"}
    typed = f"select tracking_number from 'late.parquet' where {estimate}_datetime < now()"
    assert duckdb.connect().sql(typed).fetchall() == [("instant",)]
