"""An import that is killed with -9 at three points: every row exactly once, and a report that adds up.

CSV_ROWS=10000 is the long form, of `make deep`.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from aftership_tracking.mock import Mock, MockRequest
from csv_support.fast_import import FastClock
from patience import PATIENCE
from writing_support.loopback import Served, serve_mock
from writing_support.wire import ReadOnce

ROWS = int(os.environ.get("CSV_ROWS", "600"))
KILLS = 3
FACTOR = 20.0
SUPPORT = Path(__file__).resolve().parents[2] / "support"
PHASES = ("before", "after", "responded")


class Killer:
    """Kills the process when the mock has created so many trackings, at a phase of the next create."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._at, self._phase = 0, ""
        self.cut: set[str] = set()
        """Numbers whose create was carried out and got no response."""

    def aim(self, process: subprocess.Popen[str], at: int, phase: str) -> None:
        with self._lock:
            self._process, self._at, self._phase = process, at, phase

    def __call__(self, phase: str, number: str) -> bool:
        with self._lock:
            process = self._process
            if process is None:
                return False
            if len(self._served.created) >= self._at and phase == self._phase:
                process.kill()
                process.wait()
            is_dead = process.poll() is not None
            # A create that was refused, because of the rate limit, is not one.
            if is_dead and phase == "after" and number in self._served.created:
                self.cut.add(number)
            return is_dead


def start(arguments: list[str], clock: FastClock, folder: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AFTERSHIP_")}
    return subprocess.Popen(
        [sys.executable, "-m", "csv_support.fast_import", str(clock.factor), str(clock.start), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(SUPPORT)},
    )


def stored_numbers(mock: Mock, clock: FastClock) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        # Lists have a rate limit too.
        clock.advance(1)
        path = f"/tracking/2026-07/trackings?limit=200{cursor}"
        data = mock.handle(MockRequest.to("GET", path, key="test-key")).json["data"]
        found += [each["tracking_number"] for each in data["trackings"]]
        if not data["pagination"]["has_next_page"]:
            return sorted(found)
        cursor = f"&cursor={data['pagination']['next_cursor']}"


def test_every_row_exactly_once_and_a_report_that_adds_up(tmp_path: Path) -> None:
    numbers = [f"PARCEL{index:06}" for index in range(ROWS)]
    with (tmp_path / "parcels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["tracking_number", "courier", "order_id", "email", "note to self"])
        writer.writerows([each, "usps", index, "a@x.com,b@x.com", "-"] for index, each in enumerate(numbers))
    draw = random.Random(15)
    points = sorted(draw.sample(range(10, ROWS - 10), KILLS))
    clock = FastClock(FACTOR)
    mock = Mock(clock=clock, documents=ReadOnce, enforce_limits=True)
    with serve_mock(mock) as served:
        killer = served.interfere = Killer(served)
        command = [
            "csv",
            "import",
            "parcels.csv",
            "--base-url",
            served.url,
            "--api-key",
            "test-key",
            "--json",
        ]
        for at in points:
            process = start(command, clock, tmp_path)
            killer.aim(process, at, draw.choice(PHASES))
            _, wrong = process.communicate(timeout=PATIENCE * max(1, ROWS // 1000))
            assert process.returncode == -signal.SIGKILL, wrong
            # A run that was killed leaves no result file that looks whole.
            assert not (tmp_path / "parcels.csv.results.csv").exists()
        served.interfere = lambda _phase, _number: False
        for _ in range(5):
            process = start(command, clock, tmp_path)
            output, wrong = process.communicate(timeout=PATIENCE * max(1, ROWS // 1000))
            if process.returncode == 0:
                break
            # On a machine that is busy the fast clock may leave a row too little time. It is tried again.
            assert set(json.loads(output)["codes"]) == {"429"}, wrong
        assert process.returncode == 0, wrong
        assert stored_numbers(mock, clock) == numbers
        assert Counter(served.created) == Counter(numbers)

    report = json.loads(output)
    with (tmp_path / "parcels.csv.results.csv").open(newline="") as file:
        results = list(csv.DictReader(file))
    # Each row of the file has one row there, in its order.
    assert [(int(each["line"]), each["tracking_number"]) for each in results] == list(enumerate(numbers, 2))
    outcomes = Counter(each["outcome"] for each in results)
    assert set(outcomes) <= {"created", "existing"}
    assert outcomes == {name: report[name] for name in outcomes}
    assert sum(outcomes.values()) == report["rows"] == ROWS
    # "existing" is said where nobody can know better: the process died during the create.
    for each in results:
        assert (each["outcome"] == "existing") == (each["after_lost_response"] == "yes")
    existing = {each["tracking_number"] for each in results if each["outcome"] == "existing"}
    assert killer.cut <= existing
    assert len(existing) <= KILLS * 8
    assert sum(each["in_earlier_run"] == "yes" for each in results) >= points[-1] - 8 * KILLS
    # The column that is not sent was said once in each run, and not once for each row.
    assert wrong.count("note to self") == 2
    assert "The column 'note to self' is not sent" in wrong
    left = {each.name for each in tmp_path.iterdir()} - {"config", "cache"}
    assert left == {"parcels.csv", "parcels.csv.results.csv", "parcels.csv.journal"}


def test_an_interrupt_ends_in_a_report_of_all_rows(tmp_path: Path) -> None:
    (tmp_path / "parcels.csv").write_text(
        "tracking_number,courier\n" + "".join(f"PARCEL{number:06},usps\n" for number in range(100))
    )
    # By the real clock: 20 rows in a second, so that there is time to be interrupted.
    clock = FastClock(1.0)
    with serve_mock(Mock(clock=clock, documents=ReadOnce)) as served:
        command = ["csv", "import", "parcels.csv", "--json", "--base-url", served.url, "--api-key", "any"]
        process = start(command, clock, tmp_path)
        once = threading.Lock()

        def interrupt(phase: str, _number: str) -> bool:
            # Once: a second Ctrl-C does not wait for the calls under way.
            if phase == "responded" and len(served.created) >= 20 and once.acquire(blocking=False):
                process.send_signal(signal.SIGINT)
            return False

        served.interfere = interrupt
        output, wrong = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, wrong
        report = json.loads(output)
        assert report["created"] + report["unknown"] + report["not_tried"] == 100
        assert ("a call was under way when the run ended" in wrong) == (report["unknown"] > 0)
        # What was under way is not said to be done, and not said to be untouched.
        assert report["created"] <= len(served.created) <= report["created"] + report["unknown"]
        assert report["not_tried"] > 0
        served.interfere = lambda _phase, _number: False
        process = start(command, FastClock(FACTOR), tmp_path)
        output, wrong = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, wrong
        assert json.loads(output)["created"] == len(served.created) == 100


def test_a_second_interrupt_does_not_wait_for_a_service_that_hangs(tmp_path: Path) -> None:
    (tmp_path / "parcels.csv").write_text("tracking_number,courier\nPARCEL000001,usps\n")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = ["csv", "import", "parcels.csv", "--json", "--base-url", url, "--api-key", "any"]
        process = start(command, FastClock(1.0), tmp_path)
        with silent.accept()[0]:
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            # It says what it waits for. Before, it said nothing, and waited.
            while "Ctrl-C again" not in (line := process.stderr.readline()):
                assert line, "it ended without a word"
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            output, wrong = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in wrong
    assert output == ""
    assert (tmp_path / "parcels.csv.journal").exists()
