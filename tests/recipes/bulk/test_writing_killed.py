"""Killing a run at any point and starting it again: every row exactly once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from aftership_tracking.mock import MockRequest
from aftership_tracking.recipes.bulk import Journal, read_counts
from writing_support.bulk_child import NUMBERS
from writing_support.loopback import Served, serve_mock
from writing_support.wire import new_mock

ROWS = 60
# How many times the process is killed before it may finish. For more, set BULK_KILLS=50.
KILLS = int(os.environ.get("BULK_KILLS", "3"))
PHASES = ("before", "after", "responded", "later")
SUPPORT = Path(__file__).resolve().parents[2] / "support"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AFTERSHIP_")},
    "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")]),
    "PYTHONWARNINGS": "error",
}


class Killer:
    """Kills each process of a run at one of its creates, chosen by a seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.cut: set[str] = set()
        """Numbers whose create was carried out and got no response."""

    def choose_phase(self, process: subprocess.Popen[bytes], longest: int) -> None:
        """Choose when this process dies."""
        with self._lock:
            self._process = process
            self._left = self._draw.randint(1, longest)
            self._phase = self._draw.choice(PHASES)
            self._delay = self._draw.uniform(0.0, 0.02)

    def let_live(self) -> None:
        """Kill no more."""
        with self._lock:
            self._process = None

    def __call__(self, phase: str, number: str) -> bool:
        with self._lock:
            process = self._process
            if process is None:
                return False
            self._left -= phase == "before"
            if self._left <= 0 and phase == self._phase:
                process.kill()
                process.wait()
            elif self._left <= 0 and self._phase == "later":
                threading.Timer(self._delay, process.kill).start()
            dead = process.poll() is not None
            if dead and phase == "after":
                self.cut.add(number)
            return dead


def start(served: Served, journal: Path, variant: str, method: str) -> subprocess.Popen[bytes]:
    arguments = [served.url, str(journal), variant, method, str(ROWS)]
    return subprocess.Popen(
        [sys.executable, "-m", "writing_support.bulk_child", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )


def stored_trackings(served: Served) -> list[dict[str, str]]:
    response = served.mock.handle(
        MockRequest.to("GET", "/tracking/2026-07/trackings?limit=200", key="test-key")
    )
    found: list[dict[str, str]] = response.json["data"]["trackings"]
    return found


@pytest.mark.parametrize("variant", ["sync", "async"])
def test_an_interrupt_ends_the_run_cleanly(variant: str, tmp_path: Path) -> None:
    journal = tmp_path / "run.journal"
    with serve_mock(new_mock()) as served:
        process = start(served, journal, variant, "create_many")
        creates: list[str] = []

        def interrupt(phase: str, number: str) -> bool:
            if phase == "before":
                creates.append(number)
                if len(creates) == 10:
                    process.send_signal(signal.SIGINT)
            return False

        served.interfere = interrupt
        _, wrong = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGINT
        assert b"KeyboardInterrupt" in wrong
        counts = read_counts(journal)
        assert 6 <= counts["created"] < ROWS
        if variant == "sync":
            # Threads finish their calls; tasks are cancelled.
            assert counts == {"created": len(served.created)}
        served.interfere = lambda _phase, _number: False
        output, wrong = start(served, journal, variant, "create_many").communicate(timeout=60)
        assert len(json.loads(output)) == ROWS, wrong.decode()
        assert len(stored_trackings(served)) == len(served.created) == ROWS


@pytest.mark.parametrize(
    ("variant", "method", "seed"),
    [("sync", "create_many", 1), ("async", "create_many", 2), ("sync", "upsert_many", 3)],
)
def test_every_row_exactly_once(variant: str, method: str, seed: int, tmp_path: Path) -> None:
    journal = tmp_path / "run.journal"
    numbers = [NUMBERS.format(index) for index in range(ROWS)]
    before = set(numbers[::2]) if method == "upsert_many" else set()
    killer, deaths = Killer(seed), 0
    with serve_mock(new_mock()) as served:
        for number in sorted(before):
            served.mock.handle(
                MockRequest.to(
                    "POST",
                    "/tracking/2026-07/trackings",
                    key="test-key",
                    json={"tracking_number": number, "slug": "usps", "note": "old"},
                )
            )
        served.interfere = killer
        for life in range(KILLS):
            process = start(served, journal, variant, method)
            killer.choose_phase(process, max(1, ROWS // KILLS))
            _, wrong = process.communicate(timeout=60)
            if process.returncode == 0:
                break
            assert process.returncode == -signal.SIGKILL, (life, wrong.decode())
            deaths += 1
        killer.let_live()
        process = start(served, journal, variant, method)
        output, wrong = process.communicate(timeout=60)
        assert process.returncode == 0, wrong.decode()
        stored = stored_trackings(served)

    assert deaths >= min(KILLS, 3)
    # The service has each of them, and created none twice.
    assert sorted(each["tracking_number"] for each in stored) == numbers
    assert Counter(served.created) == Counter(set(numbers) - before)
    assert all(each["note"] == "new" for each in stored)
    # The outcomes name each row once, and say "created" only if this is certain.
    reported = {index: (status, lost, recorded) for index, status, lost, recorded in json.loads(output)}
    assert sorted(reported) == list(range(ROWS))
    assert len(json.loads(output)) == ROWS
    for index, (status, lost, _) in reported.items():
        number = numbers[index]
        if status == "created":
            assert not lost
            assert number not in before | killer.cut
        else:
            assert status == ("existing" if method == "create_many" else "updated")
            assert lost or number in before
    assert any(recorded for _, _, recorded in reported.values())
    # And so does the journal.
    with closing(Journal(journal, method, served.url)) as again:
        counts = again.counts()
        assert sum(counts.values()) == ROWS
        assert not {"sent", "failed"} & set(counts)
        for index, number in enumerate(numbers):
            assert again.begin(again.digest((number, "usps")), index).state == reported[index][0]
