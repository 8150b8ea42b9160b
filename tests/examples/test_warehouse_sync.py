"""The warehouse: types of its times, what changed, and a run that is killed."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from aftership_tracking import AfterShip, Tracking
from aftership_tracking.changes import Batch
from aftership_tracking.mock import FaultBody, Mock
from aftership_tracking.testing.mock_on_port import MockOnPort
from examples.warehouse_sync.questions import QUESTIONS
from examples.warehouse_sync.sync import DONE, SOMEBODY_HAS_TO_ACT, TRY_AGAIN_LATER, sync
from examples.warehouse_sync.warehouse import open_warehouse, write
from tests.examples.conftest import Example, assert_shows

pytestmark = pytest.mark.pages

KEY = "key-of-examples"


@pytest.fixture
def mock() -> Mock:
    return Mock(keys=[KEY])


@pytest.fixture
def client(mock: Mock) -> Iterator[AfterShip]:
    with httpx.Client(transport=mock.transport()) as http:
        yield AfterShip(KEY, http_client=http, max_retries=0)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database) as warehouse:
        warehouse.execute("SET TimeZone = 'UTC'")
        return warehouse.execute(query).fetchall()


def everything(database: Path) -> dict[str, int]:
    """How many checkpoints each parcel has. A parcel or checkpoint that is there twice is an error."""
    query = "SELECT number, count(position) FROM parcels LEFT JOIN checkpoints ON id = parcel GROUP BY ALL"
    found = rows(database, query)
    assert rows(database, "SELECT count(*), count(DISTINCT number) FROM parcels") == [(len(found),) * 2]
    return dict(found)


def listed(client: AfterShip) -> dict[str, int]:
    return {each.tracking_number: len(each.checkpoints) for each in client.trackings.list(limit=200)}


def test_the_command_prints_what_its_page_shows(example: Example) -> None:
    ended = example.run()
    assert ended.code == 0, ended.printed
    assert_shows(example.shown, ended.printed)
    for question in QUESTIONS:
        assert question in ended.printed
    assert sorted(path.name for path in example.folder.iterdir()) == [
        example.name
    ]  # it leaves nothing behind


def test_times_have_the_types_that_their_strings_have(client: AfterShip, mock: Mock, tmp_path: Path) -> None:
    written = {
        "ZONED1": "2026-07-01T23:30:00+09:00",
        "LOCAL1": "2026-07-01T23:30:00",
        "DAYONLY1": "2026-07-01",
    }
    mock.seed(
        [
            {"tracking_number": number, "slug": "ups", "tag": "Delivered", "shipment_delivery_date": time}
            for number, time in written.items()
        ]
    )
    assert sync(client, tmp_path / "p.duckdb") == DONE
    with open_warehouse(tmp_path / "p.duckdb") as warehouse:
        found = warehouse.execute(
            "SELECT number, typeof(delivered_at), delivered_at::VARCHAR, typeof(delivered_local), "
            "delivered_local::VARCHAR, typeof(delivered_day), delivered_day::VARCHAR, delivered_as_sent "
            "FROM parcels"
        ).fetchall()
    types = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "DATE")
    assert {(row[1], row[3], row[5]) for row in found} == {types}
    assert {row[0]: (row[2], row[4], row[6], row[7]) for row in found} == {
        "ZONED1": ("2026-07-01 14:30:00+00", None, "2026-07-01", written["ZONED1"]),
        "LOCAL1": (None, "2026-07-01 23:30:00", "2026-07-01", written["LOCAL1"]),
        "DAYONLY1": (None, None, "2026-07-01", written["DAYONLY1"]),
    }


def test_a_later_run_reads_what_changed(
    client: AfterShip, mock: Mock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "warehouse_sync")
    now = datetime.now(UTC)
    created = {"slug": "dhl", "created_at": (now - timedelta(hours=30)).isoformat(), "journey": "delivered"}
    mock.seed([{"tracking_number": "MOVES1", **created}, {"tracking_number": "STAYS1", "slug": "ups"}])
    database = tmp_path / "p.duckdb"
    for expected in (2, 0):
        assert sync(client, database) == DONE
        assert f"done: {expected} parcels" in caplog.messages[-1]
    mock.advance("3d")
    assert sync(client, database) == DONE
    assert "done: 1 parcels" in caplog.messages[-1]
    assert everything(database) == listed(client)
    [(status, late)] = rows(
        database, "SELECT status, delivered_day >= estimated_day FROM parcels WHERE courier = 'dhl'"
    )
    assert (status, late) == ("Delivered", True)


def test_what_a_courier_takes_back_is_removed(tmp_path: Path, client: AfterShip, mock: Mock) -> None:
    mock.seed([{"tracking_number": "TAKENBACK1", "slug": "ups", "tag": "OutForDelivery"}])
    [tracking] = client.trackings.list()
    shorter = Tracking.from_dict({**tracking.to_dict(), "checkpoints": tracking.to_dict()["checkpoints"][:1]})
    with open_warehouse(tmp_path / "p.duckdb") as warehouse:
        for written in (tracking, shorter):
            write(warehouse, [written])
            found = warehouse.execute("SELECT count(*) FROM checkpoints").fetchall()
            assert found == [(len(written.checkpoints),)]


def test_a_run_that_is_killed_loses_and_doubles_nothing(
    example: Example, client: AfterShip, mock: Mock
) -> None:
    mock.seed(count=900, template={"tracking_number": "KILLED{n}", "slug": "ups", "tag": "InTransit"})
    with MockOnPort(mock) as served:
        environment = {"AFTERSHIP_BASE_URL": served.url, "AFTERSHIP_API_KEY": KEY}
        running = example.start(**environment)
        running.read_until("200 parcels so far")
        os.killpg(running.process.pid, signal.SIGKILL)
        assert running.end().code == -signal.SIGKILL
        database = example.folder / "parcels.duckdb"
        assert 200 <= len(everything(database)) < 900
        ended = example.run(**environment)
        assert ended.code == 0, ended.printed
        expected = listed(client)
    assert len(expected) == 900
    assert everything(database) == expected


def test_a_page_that_comes_twice_is_there_once(
    client: AfterShip, mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock.seed(count=30, template={"tracking_number": "TWICE{n}", "slug": "ups", "tag": "InTransit"})

    def die(_batch: Batch[Tracking]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "commit", die)
        with pytest.raises(KeyboardInterrupt):
            sync(client, tmp_path / "p.duckdb")
    assert len(everything(tmp_path / "p.duckdb")) == 30
    assert sync(client, tmp_path / "p.duckdb") == DONE
    assert everything(tmp_path / "p.duckdb") == listed(client)


def test_the_exit_code_says_who_has_to_do_something(
    client: AfterShip, mock: Mock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mock.seed(count=3, template={"tracking_number": "CODES{n}", "slug": "ups"})
    database = tmp_path / "p.duckdb"
    for status, code in ((503, TRY_AGAIN_LATER), (401, SOMEBODY_HAS_TO_ACT)):
        mock.faults.add(status)
        assert sync(client, database) == code
    assert sync(client, database) == DONE
    # Without the database, a state that says "all was read" would lose everything.
    database.unlink()
    assert sync(client, database) == SOMEBODY_HAS_TO_ACT
    assert "p.state.sqlite says that it was filled" in caplog.messages[-1]
    (tmp_path / "p.state.sqlite").unlink()
    assert sync(client, database) == DONE
    assert len(everything(database)) == 3


def test_a_new_status_is_written_and_logged(example: Example, mock: Mock) -> None:
    mock.seed(count=2, template={"tracking_number": "NEW{n}", "slug": "ups"})
    mock.faults.add(
        operation="trackings.list", body=FaultBody(kind="unknown-enum", at="data.trackings.0.tag")
    )
    with MockOnPort(mock) as served:
        ended = example.run(AFTERSHIP_BASE_URL=served.url, AFTERSHIP_API_KEY=KEY)
    assert ended.code == 0, ended.printed
    assert "the service differs from its document" in ended.printed
    statuses = [status for (status,) in rows(example.folder / "parcels.duckdb", "SELECT status FROM parcels")]
    assert len(statuses) == 2
    assert len({*statuses} - {"Pending"}) == 1
