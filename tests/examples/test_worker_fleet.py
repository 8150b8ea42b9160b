"""A fleet of workers: nothing is refused, lost or there twice, and urgent numbers go first."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aftership_tracking.mock import Mock
from aftership_tracking.testing.mock_on_port import MockOnPort
from examples.worker_fleet import jobs as queue
from examples.worker_fleet.jobs import Job, Jobs
from patience import wait_until
from receiver_support.redis_server import running_redis
from tests.examples.conftest import Example, assert_shows

pytestmark = pytest.mark.pages

KEY = "key-of-examples"
# A machine that stalls a process for long lets a request arrive in the next second. That proves nothing about
# the fleet, so it runs again. A fleet whose workers count alone is refused in every run.
TRIES = 5


def test_the_command_prints_what_its_page_shows(example: Example) -> None:
    for _ in range(TRIES):
        ended = example.run()
        assert ended.code == 0, ended.printed
        if "refused 0 of them" in ended.printed:
            break
    assert_shows(example.shown, ended.printed)
    assert "Traceback" not in ended.printed


@contextmanager
def limiter(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield str(folder / "shared.db")
    else:
        with running_redis(folder) as url:
            yield url


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_ctrl_c_stops_after_the_jobs_at_hand_and_the_next_run_does_the_rest(
    example: Example, tmp_path: Path, kind: str
) -> None:
    numbers = [f"FLEET{number:04}" for number in range(70)]
    with (tmp_path / "numbers.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("number", "courier", "priority"), *((each, "ups", 0) for each in numbers)])
        writer.writerow(("URGENT1", "ups", 10))
    mock = Mock(enforce_limits=True, keys=[KEY])
    with limiter(kind, tmp_path) as shared, MockOnPort(mock) as served:
        settings = {"AFTERSHIP_BASE_URL": served.url, "AFTERSHIP_API_KEY": KEY, "FLEET_LIMITER": shared}
        running = example.start("--numbers", str(tmp_path / "numbers.csv"), "--workers", "3", **settings)
        wait_until(lambda: len(mock.journal) > 0, "the fleet works")
        running.interrupt()
        ended = running.end()
        created = [number for number, status in creates(mock) if status == 201]
        assert ended.code == 0, ended.printed
        assert "Traceback" not in ended.printed
        assert f"created: {len(created)}" in ended.printed
        assert created[:3].count("URGENT1") == 1  # it was added last, and three workers take at once
        done = example.run("--workers", "3", **settings)
    assert done.code == 0, done.printed
    assert "created: 71" in done.printed
    created = [number for number, status in creates(mock) if status == 201]
    assert sorted(created) == sorted([*numbers, "URGENT1"])
    # None was sent twice. A 429 is possible only where the machine stalled a process.
    assert {status for _, status in creates(mock)} <= {201, 429}


def creates(mock: Mock) -> list[tuple[str, int]]:
    return [(each.body["tracking_number"], each.status) for each in mock.journal]


def test_what_passes_is_tried_again_and_what_does_not_is_said(example: Example, tmp_path: Path) -> None:
    mock = Mock(keys=[KEY])
    mock.faults.add(503, operation="trackings.create", times=None)
    settings = {"AFTERSHIP_API_KEY": KEY}
    jobs_file = example.folder / "jobs.db"
    with Jobs(jobs_file) as jobs:
        jobs.add([Job(number="GOOD1", courier="ups", priority=1), Job(number="WRONG1", courier="nobody")])
    with MockOnPort(mock) as served:
        settings["AFTERSHIP_BASE_URL"] = served.url
        assert example.run("--workers", "1", **settings).code == 0
        with Jobs(jobs_file) as jobs:
            assert jobs.ask("SELECT count(*) FROM jobs WHERE outcome IS NOT NULL") == [(0,)]
            for number, courier in (("GOOD1", "ups"), ("WRONG1", "nobody")):
                jobs.give_back(Job(number=number, courier=courier), -1)  # the pause is over
        mock.faults.clear()
        ended = example.run("--workers", "1", **settings)
        assert ended.code == 0, ended.printed
        with Jobs(jobs_file) as jobs:
            found = jobs.ask("SELECT number, outcome, message LIKE '%slug%' FROM jobs ORDER BY number")
        assert found == [("GOOD1", "created", None), ("WRONG1", "failed", 1)]
        # A wrong key is not the fault of any number.
        with Jobs(jobs_file) as jobs:
            jobs.add([Job(number="GOOD2", courier="ups")])
        ended = example.run("--workers", "1", **{**settings, "AFTERSHIP_API_KEY": "wrong"})
        assert ended.code == 1
        assert "waiting: 1" in ended.printed
        assert "401" in ended.printed
        assert "Traceback" not in ended.printed


def test_a_limiter_that_cannot_be_used_ends_the_fleet_and_its_password_is_not_printed(
    example: Example,
) -> None:
    """Against the mock, too, where urgent numbers wait for the first one to be done."""
    ended = example.run("--workers", "1", "--count", "1", FLEET_LIMITER="redis://:my-password@127.0.0.1:x/0")
    assert ended.code == 1
    assert "the URL of the limiter's Redis cannot be used" in ended.printed
    assert "waiting: 1" in ended.printed
    assert "my-password" not in ended.printed
    assert "Traceback" not in ended.printed


def test_a_job_of_a_dead_worker_is_taken_by_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Jobs(tmp_path / "jobs.db") as one, Jobs(tmp_path / "jobs.db") as other:
        low, high = Job(number="LOW1", courier="ups"), Job(number="HIGH1", courier="ups", priority=10)
        one.add([low, high, low])
        assert [one.take("one"), other.take("other"), one.take("one")] == [high, low, None]
        one.finish(high, "created")
        later = queue.time.time() + queue.LEASE + 1
        monkeypatch.setattr(queue.time, "time", lambda: later)
        assert [other.take("other"), other.take("other")] == [low, None]
