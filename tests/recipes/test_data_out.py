"""Data for other programs: typed times, unknown fields, cells of spreadsheets, streams of Arrow."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pyarrow
import pytest

from aftership_tracking import AfterShip, Tracking
from aftership_tracking.errors import UsageError
from aftership_tracking.export import CsvWriter, columns, flatten, open_writer, to_arrow
from aftership_tracking.recipes.rows.shipment_rows import SHIPMENT_COLUMNS
from aftership_tracking.recipes.rows.typed_rows import TypedTable
from aftership_tracking.runtime import registry
from reading_support.account import CURSORS, NUMBERED, Account
from reading_support.feed import Feed, feed

VERSIONS = registry.versions()

UTC = dt.UTC


def model_of(version: str) -> Any:
    return registry.package(version).Tracking


def typed(version: str = CURSORS, rows: Any = "trackings", **fields: Any) -> dict[str, Any]:
    (found,) = TypedTable(model_of(version), rows).rows(model_of(version).from_dict(fields))
    return found


# Typed times


def test_a_query_by_month_runs_on_a_parquet_file(tmp_path: Path) -> None:
    account = Account(CURSORS, 2)
    path = tmp_path / "a.parquet"
    with open_writer(path, model_of(CURSORS)) as writer:
        writer.write_all(account.client.trackings.list())
    with duckdb.connect() as database:
        database.execute("set TimeZone = 'UTC'")
        query = f"select date_trunc('month', created_at)::varchar, count(*) from '{path}' group by 1"
        ((month, count),) = database.sql(query).fetchall()
    assert (month[:7], count) == (account.clock.now().strftime("%Y-%m"), 2)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-02-06T10:15:30+00:00", dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)),
        ("2024-02-06T02:15:30-08:00", dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)),
        ("2024-02-06T10:15:30Z", dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC)),
        ("2024-02-06T10:15:30", None),
        ("2024-02-06 10:15:30", None),
        ("2024-02-06", None),
        ("06 Feb 2024 10:15 PST", None),
        ("12/11/2024", None),
        ("soon", None),
        ("0001-01-01T00:00:00+10:00", None),
    ],
)
def test_a_time_is_an_instant_only_with_a_zone_and_its_text_stays(text: str, instant: Any) -> None:
    row = typed(shipment_delivery_date=text)
    assert row.get("shipment_delivery_date") == instant
    assert row["shipment_delivery_date_text"] == text
    assert "unfit" not in row
    # A time that must have a zone has no column for its text: what has none is unfit.
    row = typed(created_at=text, transit_time="three")
    assert row.get("created_at") == instant
    rest = {} if instant else {"created_at": text}
    assert json.loads(row["unfit"]) == {"transit_time": "three", **rest}


@pytest.mark.parametrize(
    ("text", "day"), [("2024-02-06", dt.date(2024, 2, 6)), ("20240206", None), ("x", None)]
)
def test_a_day_is_a_day_or_unfit(text: str, day: Any) -> None:
    row = typed(custom_estimated_delivery_date={"datetime": text})
    name = "custom_estimated_delivery_date_datetime"
    assert row.get(name) == day
    assert row.get("unfit") == (None if day else json.dumps({name: text}, separators=(",", ":")))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_time_of_a_version_has_a_typed_column(version: str) -> None:
    for rows in ("trackings", "checkpoints", "shipments"):
        table = TypedTable(model_of(version), rows)
        names = [one.name for one in table.columns]
        assert len(set(names)) == len(names)
        assert {one.kind for one in table.columns} <= {
            *("text", "json", "integer", "number", "boolean", "timestamp", "date")
        }
        for column in columns(model_of(version), rows):
            found = next(one for one in table.columns if one.name == column.name)
            assert found.kind == ("timestamp" if column.kind == "time" else column.kind)
            assert (f"{column.name}_text" in names) == (column.kind == "time")


def test_leaving_out_a_time_leaves_out_its_text() -> None:
    every = TypedTable(Tracking, "checkpoints").columns
    without = TypedTable(Tracking, "checkpoints", ["checkpoint_time"]).columns
    assert {one.name for one in every} - {one.name for one in without} == {
        "checkpoint_time",
        "checkpoint_time_text",
    }
    only = TypedTable(Tracking, "checkpoints", ["checkpoint_time_text"]).columns
    assert len(only) == len(every) - 1
    with pytest.raises(UsageError, match="no column checkpoint_times"):
        TypedTable(Tracking, "checkpoints", ["checkpoint_times"])
    for take in (TypedTable, columns):
        with pytest.raises(UsageError, match="not one string"):
            take(Tracking, "trackings", "note")


# What the document does not have


def test_unknown_fields_are_in_one_column() -> None:
    given = {"id": "t", "mood": "good", "shipment_weight": {"value": 1, "density": 3}}
    (row,) = flatten(Tracking.from_dict(given))
    assert json.loads(str(row["extra"])) == {"mood": "good", "shipment_weight": {"density": 3}}
    assert row["shipment_weight_value"] == 1
    (row,) = flatten(Tracking.from_dict({"checkpoints": [{"city": "Oslo", "mood": "bad"}]}), "checkpoints")
    assert json.loads(str(row["extra"])) == {"mood": "bad"}
    assert "extra" not in next(flatten(Tracking.from_dict({"id": "t"})))


# Arrow


def test_the_schema_does_not_depend_on_the_values() -> None:
    empty = to_arrow([], Tracking)
    full = to_arrow(feed(3), Tracking)
    assert empty.schema == full.schema
    assert [[one.num_rows for one in reader] for reader in (empty, full)] == [[0], [3]]


@pytest.mark.parametrize("version", [NUMBERED, CURSORS])
def test_batches_of_rows(version: str) -> None:
    account = Account(version, 5)
    page = account.client.trackings.list()
    batches = list(to_arrow(page, model_of(version), batch_size=2))
    assert [one.num_rows for one in batches] == [2, 2, 1]
    found = pyarrow.Table.from_batches(batches).to_pylist()
    assert {row["id"]: row["updated_at"].isoformat() for row in found} == account.everything()
    lines = to_arrow(feed(3), Tracking, rows="checkpoints", omit=["message"]).read_all()
    assert lines.column("tracking_number").to_pylist() == ["AB000000000", "AB000000001", "AB000000002"]
    assert lines.column("checkpoint_time")[0].as_py() == dt.datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert "message" not in lines.column_names


def test_a_list_is_read_while_the_stream_is_read() -> None:
    transport = Feed(500)
    client = AfterShip("k", http_client=httpx.Client(transport=transport), limiter=None)
    reader = to_arrow(client.trackings.list(limit=50), Tracking, batch_size=50)
    assert transport.pages == 1
    reader.read_next_batch()
    assert transport.pages == 1
    assert sum(one.num_rows for one in reader) == 450
    assert transport.pages == 10


def test_what_breaks_off_a_list_comes_out_of_the_stream() -> None:
    def other() -> Any:
        yield from feed(1)
        yield model_of(NUMBERED).from_dict({"id": "x"})

    def stopped() -> Any:
        yield from feed(1)
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        to_arrow(stopped(), Tracking, batch_size=1).read_all()
    with pytest.raises(UsageError, match=r"made for .*v2026_07.*, not for .*v2024_01"):
        to_arrow(other(), Tracking).read_all()


def test_arrow_arguments_that_cannot_work() -> None:
    class Later:
        def __aiter__(self) -> Any: ...

    for size in (0, True, 2.5):
        with pytest.raises(UsageError, match="batch_size must be at least 1"):
            to_arrow([], Tracking, batch_size=size)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"an iterable, not Later.*not async"):
        to_arrow(Later(), Tracking)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="Tracking of an API version"):
        to_arrow([], dict)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no column"):
        to_arrow([], Tracking, omit=["nothing"])


def test_the_source_for_dlt_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from aftership_tracking.dlt import aftership_source

    monkeypatch.setitem(sys.modules, "dlt", None)
    with AfterShip("k") as client, pytest.raises(UsageError, match=r"aftership-tracking-client\[dlt\]"):
        aftership_source(client)


def test_duckdb_reads_the_stream() -> None:
    batches = to_arrow(feed(120), Tracking, rows="checkpoints", batch_size=50)
    with duckdb.connect() as database:
        database.execute("set TimeZone = 'UTC'")
        database.register("checkpoints", batches)
        query = "select hour(checkpoint_time), checkpoint_time_text, count(*) from checkpoints group by all"
        assert database.sql(query).fetchall() == [(8, "2026-07-01T10:00:00+02:00", 120)]


def test_files_of_one_version_are_one_table(tmp_path: Path) -> None:
    """An empty file, one with few fields and one with all have the same schema."""
    for name, trackings in {
        "a": [],
        "b": [Tracking.from_dict({"id": "1"})],
        "c": list(feed(2)),
        "d": [Tracking.from_dict({"id": "2", "order_date": "odd", "transit_time": 3, "active": None})],
    }.items():
        with open_writer(tmp_path / f"{name}.parquet", Tracking) as writer:
            writer.write_all(trackings)
    schemas = {pyarrow.parquet.read_schema(path) for path in tmp_path.glob("*.parquet")}
    assert len(schemas) == 1
    query = f"select count(*), max(transit_time) from '{tmp_path}/*.parquet'"
    assert duckdb.sql(query).fetchall() == [(4, 3)]


# The choice


def test_the_name_of_a_file_chooses_its_writer(tmp_path: Path) -> None:
    for name, kind in {
        "a.CSV": "CsvWriter",
        "a.csv.gz": "CsvWriter",
        "a.ndjson": "NdjsonWriter",
        "a.jsonl.gz": "NdjsonWriter",
        "a.parquet": "ParquetWriter",
        "a.xlsx": "XlsxWriter",
    }.items():
        with open_writer(tmp_path / name, Tracking) as writer:
            assert type(writer).__name__ == kind
    with open_writer(tmp_path / "b", Tracking, format="csv", omit=["id"]) as writer:
        assert isinstance(writer, CsvWriter)
    assert not (tmp_path / "b").read_text().startswith("id,")
    for wrong, arguments in {
        "does not say its format": {"path": "a.txt"},
        "format must be one of csv": {"path": "a.csv", "format": "tsv"},
        "only NDJSON holds documents": {"path": "a.csv", "rows": "documents"},
        "rows must be": {"path": "c.csv", "rows": "parcels"},
    }.items():
        path = tmp_path / arguments.pop("path")
        with pytest.raises(UsageError, match=wrong):
            open_writer(path, Tracking, **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "c.csv").exists()


# Shipments: columns of our own


def test_shipments_have_the_same_columns_in_every_version() -> None:
    names = [one.name for one in SHIPMENT_COLUMNS]
    missing = {}
    for version in VERSIONS:
        found = columns(model_of(version), "shipments")
        assert [one.name for one in found] == [*names, "unfit"]
        flat = {one.name: one.kind for one in columns(model_of(version))}
        missing[version] = []
        for column in SHIPMENT_COLUMNS:
            source = next((one for one in column.sources if one in flat), None)
            if source is not None:
                assert flat[source] in (column.kind, "date" if column.kind == "time" else column.kind)
            elif column.sources:
                missing[version].append(column.name)
    # A source that is misspelled would be missing everywhere.
    assert missing[CURSORS] == []
    assert missing[NUMBERED] == ["failed_attempts"]


@pytest.mark.parametrize("version", [NUMBERED, CURSORS])
def test_a_shipment_as_people_read_it(version: str) -> None:
    country = "origin_country_iso3" if version == NUMBERED else "origin_country_region"
    given = {
        "id": "t",
        "slug": "usps",
        "tag": "InTransit",
        country: "DEU",
        "order_promised_delivery_date": "2024-02-09"
        if version == NUMBERED
        else {"promised_delivery_date": "2024-02-09"},
        "shipment_weight": 1.5 if version == NUMBERED else {"value": 1.5, "unit": "kg"},
        "shipment_tags": ["a", "b"],
        "checkpoints": [
            {"checkpoint_time": "2024-02-06T10:00:00", "message": "new", "location": "Oslo"},
            {"checkpoint_time": "2024-02-05T10:00:00", "message": "old"},
        ],
        "transit_time": "three",
    }
    (row,) = flatten(model_of(version).from_dict(given), "shipments")
    row.pop("weight_unit", None)
    assert row == {
        "id": "t",
        "courier": "usps",
        "status": "InTransit",
        "origin_country": "DEU",
        "promised_delivery": "2024-02-09",
        "weight": 1.5,
        "tags": "a, b",
        "events": 2,
        "last_event_time": "2024-02-06T10:00:00",
        "last_event_message": "new",
        "last_event_location": "Oslo",
        "unfit": '{"transit_time":"three"}',
    }
    few = model_of(version).from_dict({"id": "t", "shipment_tags": [], "checkpoints": []})
    assert next(flatten(few, "shipments")) == {"id": "t", "events": 0}
    assert next(flatten(model_of(version).from_dict({"id": "t"}), "shipments")) == {"id": "t"}
