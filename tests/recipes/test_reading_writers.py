"""Files of trackings: streamed, equal for equal rows, and whole or not there."""

from __future__ import annotations

import errno
import gc
import gzip
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pyarrow
import pyarrow.parquet
import pytest

from aftership_tracking import AfterShip, Tracking
from aftership_tracking.errors import UsageError
from aftership_tracking.export import (
    CsvWriter,
    NdjsonWriter,
    ParquetWriter,
    XlsxWriter,
    columns,
    flatten,
    open_writer,
)
from aftership_tracking.recipes.atomic_file import AtomicFile
from aftership_tracking.recipes.rows.typed_rows import TypedTable
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models.json_writer import encode_model
from reading_support.account import CURSORS, NUMBERED, VERSIONS, Account
from reading_support.feed import Feed

WRITERS = (NdjsonWriter, ParquetWriter, CsvWriter, XlsxWriter)


def account(version: str = CURSORS) -> tuple[Any, list[Any]]:
    """Return the model of a version and some trackings with checkpoints."""
    found = Account(version, 3)
    found.client.trackings.create(tracking_number="ITE010D-3-643642", slug="testing-courier")
    found.clock.advance(days=5)
    return registry.package(version).Tracking, list(found.client.trackings.list())


def lines(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    assert content == b"" or content.endswith(b"\n")
    return [json.loads(line) for line in content.decode("utf-8").splitlines()]


def expected_rows(tracking: Any, rows: Any, model: Any) -> list[dict[str, Any]]:
    names = [one.name for one in columns(model, rows)]
    return [{name: row.get(name) for name in names} for row in flatten(tracking, rows)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rows", ["trackings", "checkpoints"])
@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz", "a.parquet"])
def test_what_is_written_can_be_read(version, rows, name, tmp_path):
    model, trackings = account(version)
    path = tmp_path / name
    with open_writer(path, model, rows=rows) as opened:
        assert opened.write_all(trackings) == opened.written == 4
    if name == "a.parquet":
        table = TypedTable(model, rows)
        expected = [
            {column.name: row.get(column.name) for column in table.columns}
            for tracking in trackings
            for row in table.rows(tracking)
        ]
        assert pyarrow.parquet.read_table(path).to_pylist() == expected
    else:
        expected = [row for tracking in trackings for row in expected_rows(tracking, rows, model)]
        assert lines(path) == expected
    assert len(expected) >= 2
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_documents_are_the_trackings_as_they_were_read(tmp_path):
    model, trackings = account()
    path = tmp_path / "a.ndjson"
    with NdjsonWriter(path, model, rows="documents") as writer:
        writer.write_all(trackings)
    assert lines(path) == [json.loads(encode_model(tracking)) for tracking in trackings]
    with pytest.raises(UsageError, match="no columns"):
        NdjsonWriter(path, model, rows="documents", omit=["id"])


def test_parquet_has_column_types_also_without_a_row(tmp_path):
    path = tmp_path / "a.parquet"
    with ParquetWriter(path, Tracking, omit=["unfit"]):
        pass
    schema = pyarrow.parquet.read_schema(path)
    types = {"text": "string", "json": "string", "integer": "int64", "number": "double", "boolean": "bool"}
    types |= dict.fromkeys(("timestamp", "time"), "timestamp[us, tz=UTC]") | {"date": "date32[day]"}
    found = columns(Tracking, omit=["unfit"])
    assert [name for name in schema.names if not name.endswith("_text")] == [one.name for one in found]
    assert {one.name: str(schema.field(one.name).type) for one in found} == {
        one.name: types[one.kind] for one in found
    }
    texts = [name for name in schema.names if name.endswith("_text")]
    assert texts == [f"{one.name}_text" for one in found if one.kind == "time"]


@pytest.mark.parametrize("group", [1, 2, 3, 100])
def test_groups_of_rows(group, tmp_path):
    model, trackings = account()
    with ParquetWriter(tmp_path / "a.parquet", model, group=group, compression="zstd") as writer:
        writer.write_all(trackings)
    opened = pyarrow.parquet.ParquetFile(tmp_path / "a.parquet")
    assert opened.num_row_groups == -(-4 // group)
    assert opened.read().num_rows == 4


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz", "a.csv.gz", "a.parquet", "a.xlsx"])
def test_equal_rows_give_equal_files(name, tmp_path):
    model, trackings = account()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        with open_writer(tmp_path / folder / name, model) as writer:
            writer.write_all(trackings)
    content = (tmp_path / "one" / name).read_bytes()
    assert content == (tmp_path / "two" / name).read_bytes()
    # The time in the gzip header is zero.
    assert not name.endswith(".gz") or content[4:8] == bytes(4)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_list_that_breaks_off_leaves_the_old_file(writer, tmp_path):
    model, trackings = account()
    path = tmp_path / "a.gz"
    path.write_bytes(b"old")

    def write() -> None:
        with writer(path, model) as opened:
            opened.write(trackings[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("writer", WRITERS)
def test_the_file_does_not_exist_before_the_end(writer, tmp_path):
    model, trackings = account()
    path = tmp_path / "a"
    opened = writer(path, model)
    opened.write(trackings[0])
    assert not path.exists()
    opened.close()
    opened.close()
    assert path.exists()
    with pytest.raises(UsageError, match="closed"):
        opened.write(trackings[0])
    opened.discard()
    assert path.exists()


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_raises_and_leaves_nothing(writer, tmp_path, monkeypatch):
    model, trackings = account()
    path = tmp_path / "a.gz"
    opened = writer(path, model)
    opened.write(trackings[0])

    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        opened.close()
    assert list(tmp_path.iterdir()) == []


class FullDisk(io.BufferedWriter):
    """A file on a disk without much space."""

    room = 0

    def write(self, content: Any) -> int:
        self.room -= len(content)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "no space left")
        return super().write(content)


@pytest.mark.usefixtures("small_heap")
@pytest.mark.parametrize("room", [0, 60, 700])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_disk_that_is_full_while_writing_raises_and_leaves_nothing(writer, room, tmp_path, monkeypatch):
    unraisable: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    model, trackings = account()
    before = AtomicFile.__init__

    def on_full_disk(self: Any, target: Any) -> None:
        before(self, target)
        self.stream = FullDisk(self.stream.detach())
        self.stream.room = room

    monkeypatch.setattr(AtomicFile, "__init__", on_full_disk)

    def write() -> None:
        with writer(tmp_path / "a.gz", model) as opened:
            opened.write_all(trackings)

    with pytest.raises(OSError, match="no space"):
        write()
    gc.collect()
    assert unraisable == []
    assert list(tmp_path.iterdir()) == [temporary]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_a_tracking_of_another_version_is_refused(writer, tmp_path):
    _, trackings = account()
    other, _ = account(NUMBERED)
    with writer(tmp_path / "a", other) as opened:
        with pytest.raises(UsageError, match=r"v2024_01\.models\.Tracking.*v2026_07\.models\.Tracking"):
            opened.write(trackings[0])
        with pytest.raises(UsageError):
            opened.write({"id": "x"})
        assert opened.written == 0


@pytest.mark.parametrize("writer", WRITERS)
def test_arguments_that_cannot_work_create_no_file(writer, tmp_path):
    for arguments in ({"rows": "parcels"}, {"omit": ["nothing"]}):
        with pytest.raises(UsageError):
            writer(tmp_path / "a", Tracking, **arguments)
    with pytest.raises(FileNotFoundError):
        writer(tmp_path / "nowhere" / "a", Tracking)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [{"group": 0}, {"compression": "magic"}])
def test_parquet_arguments_that_cannot_work_create_no_file(arguments, tmp_path):
    with pytest.raises(UsageError):
        ParquetWriter(tmp_path / "a", Tracking, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_of_an_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(UsageError, match=r"aftership-tracking-client\[parquet\]"):
        ParquetWriter(tmp_path / "a", Tracking)
    with pytest.raises(UsageError, match=r"aftership-tracking-client\[xlsx\]"):
        XlsxWriter(tmp_path / "a", Tracking)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz", "a.csv", "a.parquet", "a.xlsx"])
def test_memory_does_not_grow_with_the_file(name, tmp_path):
    def peak(size: int) -> int:
        client = AfterShip("k", http_client=httpx.Client(transport=Feed(size)), limiter=None)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        path = tmp_path / f"{size}-{name}"
        writer = (
            ParquetWriter(path, Tracking, group=100) if name == "a.parquet" else open_writer(path, Tracking)
        )
        with writer:
            writer.write_all(client.trackings.list(limit=100))
        assert writer.written == size
        return tracemalloc.get_traced_memory()[1] - before

    peak(100)
    tracemalloc.start()
    try:
        small, large = peak(200), peak(2_000)
    finally:
        tracemalloc.stop()
    # What pyarrow records for each group grows a little; all rows would be ten times as much.
    assert large < 2 * small
