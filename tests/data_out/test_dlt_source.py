"""The source for dlt, end to end into DuckDB. `make dlt` runs this in an environment that has dlt."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

# Before dlt is imported: no test reports anything to anybody.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
dlt = pytest.importorskip("dlt", reason="make dlt runs it")

from aftership_tracking import AfterShip, AsyncAfterShip  # noqa: E402
from aftership_tracking.dlt import aftership_source  # noqa: E402
from aftership_tracking.errors import UsageError  # noqa: E402
from aftership_tracking.runtime import registry  # noqa: E402
from data_out_support.shop import Shop  # noqa: E402

CHILD = Path(__file__).resolve().parents[1] / "support" / "data_out_support" / "pipeline_child.py"


class Target:
    """A pipeline into a DuckDB file, and what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "parcels.duckdb"

    def pipeline(self) -> Any:
        return dlt.pipeline(
            "parcels",
            destination=dlt.destinations.duckdb(str(self.path)),
            dataset_name="aftership",
            pipelines_dir=str(self.folder / "pipelines"),
        )

    def run(self, source: Any, **settings: Any) -> dict[str, int]:
        """Run once, and return how many rows of each table were loaded."""
        pipeline = self.pipeline()
        pipeline.run(source, **settings)
        counts: dict[str, int] = dict(pipeline.last_trace.last_normalize_info.row_counts)
        return {name: count for name, count in counts.items() if not name.startswith("_")}

    def query(self, text: str) -> list[tuple[Any, ...]]:
        import duckdb

        with duckdb.connect(str(self.path), read_only=True) as database:
            database.execute("set schema = 'aftership'; set TimeZone = 'UTC'")
            return database.execute(text).fetchall()

    def rows(self) -> dict[str, tuple[str, int]]:
        """The title and the number of checkpoints of every tracking. Nothing is there twice."""
        found = self.query(
            "select t.id, any_value(t.title), count(c.position), count(distinct c.position) "
            "from trackings t left join checkpoints c on c.tracking_id = t.id group by t.id"
        )
        ((every, different),) = self.query("select count(*), count(distinct id) from trackings")
        assert every == different == len(found)
        assert all(one[2] == one[3] for one in found)
        assert self.query("select count(*) from checkpoints where is_removed") == [(0,)]
        return {identifier: (title, count) for identifier, title, count, _ in found}


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(tmp_path)


def new_client(shop: Shop, url: str, version: str = "2026-07") -> Any:
    with shop.clocks():
        return registry.package(version).AfterShip("k", base_url=url, limiter=None)


def test_a_second_run_loads_only_what_changed(target: Target) -> None:
    shop = Shop(12)
    shop.clock.advance(days=5)
    with shop.serve() as url, new_client(shop, url) as client:
        assert target.run(aftership_source(client, limit=5))["trackings"] == 12
        assert target.rows() == shop.rows()
        assert sum(count for _, count in target.rows().values()) > 8
        assert target.run(aftership_source(client, limit=5)) == {}
        shop.change(shop.added[0], "new title")
        shop.add()
        assert target.run(aftership_source(client, limit=5))["trackings"] == 2
        assert target.rows() == shop.rows()
        # What is deleted at the service stays.
        shop.client.trackings.delete(shop.added[1])
        target.run(aftership_source(client, limit=5))
    assert set(target.rows()) - set(shop.rows()) == {shop.added[1]}
    days = "select distinct date_trunc('day', checkpoint_time) from checkpoints"
    assert len(target.query(days)) == 1
    types = dict(target.query("select column_name, data_type from information_schema.columns"))
    assert (types["updated_at"], types["transit_time"]) == ("TIMESTAMP WITH TIME ZONE", "BIGINT")


def test_one_table_alone_and_everything_once_more(target: Target) -> None:
    shop = Shop(3)
    shop.clock.advance(days=5)
    with shop.serve() as url, new_client(shop, url) as client:
        assert set(target.run(aftership_source(client).with_resources("trackings"))) == {"trackings"}
        # The mark belongs to both: what did not change since is not read again.
        assert target.run(aftership_source(client)) == {}
        loaded = target.run(aftership_source(client), refresh="drop_sources")
    assert loaded["trackings"] == 3
    assert target.rows() == shop.rows()


def test_the_oldest_version_has_numbered_pages(target: Target) -> None:
    shop = Shop(7)
    with shop.serve() as url, new_client(shop, url, "2024-01") as client:
        assert target.run(aftership_source(client, limit=2))["trackings"] == 7
        assert target.run(aftership_source(client, limit=2)) == {}
    # Its ids are others.
    assert len(target.rows()) == len(shop.rows())


# A run that is killed


def run_child(url: str, shop: Shop, folder: Path, stage: str = "") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "RUNTIME__LOG_LEVEL": "ERROR"}
    now = str(shop.clock.now().timestamp())
    return subprocess.Popen(
        [sys.executable, str(CHILD), url, now, str(folder), *([stage] if stage else [])],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(child: subprocess.Popen[bytes]) -> int:
    _, trouble = child.communicate(timeout=300)
    assert child.returncode in (0, -signal.SIGKILL), trouble.decode()
    return child.returncode


@pytest.mark.parametrize("death", ["a request", "extract", "normalize", "any time"])
def test_a_killed_run_loses_nothing_and_doubles_nothing(target: Target, death: str) -> None:
    shop = Shop(24)
    shop.clock.advance(days=3)
    children: list[subprocess.Popen[bytes]] = []
    requests = 0

    def kill_at_a_request() -> None:
        nonlocal requests
        requests += 1
        if death == "a request" and requests % 4 == 0 and len(children) < 3:
            children[-1].send_signal(signal.SIGKILL)

    killed = 0
    with shop.serve(kill_at_a_request) as url:
        for number in range(2):
            stage = death if death in ("extract", "normalize") else ""
            children.append(run_child(url, shop, target.folder, stage))
            if death == "any time":
                time.sleep(random.Random(number).uniform(0.5, 2.5))
                children[-1].send_signal(signal.SIGKILL)
            killed += finish(children[-1]) == -signal.SIGKILL
            shop.change(shop.added[number], f"title {number}")
            shop.add()
        children.append(run_child(url, shop, target.folder))
        assert finish(children[-1]) == 0
    assert target.rows() == shop.rows()
    assert len(target.rows()) == 26
    # A fast machine may be done before the signal; the others are exact.
    assert killed == 2 or death == "any time"


# Trackings that come twice, or lose checkpoints


class Scripted:
    """A service that returns these pages, reading after reading."""

    def __init__(self) -> None:
        self.pages: list[list[dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("cursor") or 0)
        is_last = page + 1 >= len(self.pages)
        pagination = {
            "total": 1,
            "next_cursor": "" if is_last else str(page + 1),
            "has_next_page": not is_last,
        }
        body = {"meta": {"code": 200}, "data": {"pagination": pagination, "trackings": self.pages[page]}}
        return httpx.Response(200, content=json.dumps(body), request=request)


def tracking(identifier: str, minute: int, cities: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "updated_at": f"2026-07-02T00:{minute:02}:00+00:00",
        "title": f"{identifier} {minute}",
        "checkpoints": [{"city": city, "checkpoint_time": "2026-07-01T10:00:00"} for city in cities],
        **fields,
    }


@pytest.fixture
def scripted() -> Iterator[tuple[Scripted, Callable[[], Any]]]:
    service = Scripted()
    with httpx.Client(transport=httpx.MockTransport(service)) as http:
        client = AfterShip("k", http_client=http, limiter=None)
        yield service, lambda: aftership_source(client)


def test_checkpoints_are_those_of_the_last_state(target: Target, scripted: Any) -> None:
    service, source = scripted
    cities = (
        "select tracking_id, string_agg(city, '' order by position) from checkpoints group by 1 order by 1"
    )
    service.pages = [[tracking("a", 1, "xyz", mood="good"), tracking("b", 1, "xy"), tracking("c", 1, "")]]
    target.run(source())
    assert target.query(cities) == [("a", "xyz"), ("b", "xy")]
    assert target.query("select id, extra from trackings where extra is not null") == [
        ("a", '{"mood":"good"}')
    ]
    # A time without a zone is not an instant, and its text is there.
    assert target.query("select distinct checkpoint_time, checkpoint_time_text from checkpoints") == [
        (None, "2026-07-01T10:00:00")
    ]
    service.pages = [[tracking("a", 2, "z"), tracking("b", 2, ""), tracking("c", 2, "x")]]
    target.run(source())
    assert target.query(cities) == [("a", "z"), ("c", "x")]
    assert target.query("select count(*) from trackings") == [(3,)]


def test_a_tracking_that_changes_while_it_is_read_comes_with_the_next_run(
    target: Target, scripted: Any
) -> None:
    service, source = scripted
    service.pages = [[tracking("a", 1, "xyz"), tracking("b", 1, "x")], [tracking("a", 2, "y")]]
    assert target.run(source()) == {"trackings": 2, "checkpoints": 4}
    assert target.query("select title from trackings order by 1") == [("a 1",), ("b 1",)]
    service.pages = [[tracking("a", 2, "y"), tracking("b", 1, "x")]]
    assert target.run(source()) == {"trackings": 1, "checkpoints": 1}
    assert target.query("select title from trackings order by 1") == [("a 2",), ("b 1",)]
    assert target.query("select tracking_id, city from checkpoints order by 1") == [("a", "y"), ("b", "x")]
    assert target.run(source()) == {}


@pytest.mark.parametrize("identifier", [None, 5, ""])
def test_a_tracking_without_an_id_stops_the_run_and_is_named(
    identifier: Any, target: Target, scripted: Any
) -> None:
    """It cannot be merged. Nothing is loaded, and nothing is passed over."""
    service, source = scripted
    service.pages = [[tracking("a", 1, "x"), tracking("b", 1, "x", id=identifier, tracking_number="B1")]]
    with pytest.raises(Exception, match="the tracking with the number B1 has no id"):
        target.run(source())
    service.pages = [[tracking("a", 1, "x"), tracking("b", 1, "x")]]
    assert target.run(source()) == {"trackings": 2, "checkpoints": 2}


# Arguments


def test_arguments_that_cannot_work() -> None:
    with AfterShip("k") as client:
        for wrong in ({"fields": ["id"]}, {"cursor": "x"}, {"overlap": -1}, {"mood": 1}):
            with pytest.raises(UsageError):
                aftership_source(client, **wrong)
        assert set(aftership_source(client).resources) == {"changes", "trackings", "checkpoints"}
        assert set(aftership_source(client).selected_resources) == {"trackings", "checkpoints"}
    for other in (AsyncAfterShip("k"), "k", None):
        with pytest.raises(UsageError, match="needs a sync client"):
            aftership_source(other)
