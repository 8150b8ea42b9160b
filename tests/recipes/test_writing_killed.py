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
from writing_support.loopback import Served, serving
from writing_support.wire import new_mock

ROWS = 60
# So often the process is killed before it may end. More with BULK_KILLS=50.
KILLS = int(os.environ.get("BULK_KILLS", "5"))
MOMENTS = ("before", "after", "answered", "later")
SUPPORT = Path(__file__).resolve().parents[1] / "support"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AFTERSHIP_")},
    "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")]),
    "PYTHONWARNINGS": "error",
}


class Killer:
    """Ends the process of a run at one create of it, chosen by a seed: once in each life."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.cut: set[str] = set()
        """Numbers whose create was done and not answered."""

    def next_life(self, process: subprocess.Popen[bytes], longest: int) -> None:
        """Choose when this process dies."""
        with self._lock:
            self._process = process
            self._left = self._draw.randint(1, longest)
            self._moment = self._draw.choice(MOMENTS)
            self._delay = self._draw.uniform(0.0, 0.02)

    def let_live(self) -> None:
        """Kill no more."""
        with self._lock:
            self._process = None

    def __call__(self, moment: str, number: str) -> bool:
        with self._lock:
            process = self._process
            if process is None:
                return False
            self._left -= moment == "before"
            if self._left <= 0 and moment == self._moment:
                process.kill()
                process.wait()
            elif self._left <= 0 and self._moment == "later":
                threading.Timer(self._delay, process.kill).start()
            dead = process.poll() is not None
            if dead and moment == "after":
                self.cut.add(number)
            return dead


def start(served: Served, journal: Path, colour: str, method: str) -> subprocess.Popen[bytes]:
    arguments = [served.url, str(journal), colour, method, str(ROWS)]
    return subprocess.Popen(
        [sys.executable, "-m", "writing_support.bulk_child", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )


def held(served: Served) -> list[dict[str, str]]:
    answer = served.mock.handle(
        MockRequest.to("GET", "/tracking/2026-07/trackings?limit=200", key="test-key")
    )
    found: list[dict[str, str]] = answer.json["data"]["trackings"]
    return found


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_an_interrupt_ends_it_in_order(colour: str, tmp_path: Path) -> None:
    journal = tmp_path / "run.journal"
    with serving(new_mock()) as served:
        process = start(served, journal, colour, "create_many")
        creates: list[str] = []

        def interrupt(moment: str, number: str) -> bool:
            if moment == "before":
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
        if colour == "sync":
            # Threads end what they began; tasks are cancelled.
            assert counts == {"created": len(served.created)}
        served.interfere = lambda _moment, _number: False
        output, wrong = start(served, journal, colour, "create_many").communicate(timeout=60)
        assert len(json.loads(output)) == ROWS, wrong.decode()
        assert len(held(served)) == len(served.created) == ROWS


@pytest.mark.parametrize(
    ("colour", "method", "seed"),
    [("sync", "create_many", 1), ("async", "create_many", 2), ("sync", "upsert_many", 3)],
)
def test_every_row_exactly_once(colour: str, method: str, seed: int, tmp_path: Path) -> None:
    journal = tmp_path / "run.journal"
    numbers = [NUMBERS.format(index) for index in range(ROWS)]
    before = set(numbers[::2]) if method == "upsert_many" else set()
    killer, deaths = Killer(seed), 0
    with serving(new_mock()) as served:
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
            process = start(served, journal, colour, method)
            killer.next_life(process, max(1, ROWS // KILLS))
            _, wrong = process.communicate(timeout=60)
            if process.returncode == 0:
                break
            assert process.returncode == -signal.SIGKILL, (life, wrong.decode())
            deaths += 1
        killer.let_live()
        process = start(served, journal, colour, method)
        output, wrong = process.communicate(timeout=60)
        assert process.returncode == 0, wrong.decode()
        there = held(served)

    assert deaths >= min(KILLS, 3)
    # The service has each of them, and made none twice.
    assert sorted(each["tracking_number"] for each in there) == numbers
    assert Counter(served.created) == Counter(set(numbers) - before)
    assert all(each["note"] == "new" for each in there)
    # The outcomes name each row once, and claim no more than is known.
    told = {index: (status, lost, recorded) for index, status, lost, recorded in json.loads(output)}
    assert sorted(told) == list(range(ROWS))
    assert len(json.loads(output)) == ROWS
    for index, (status, lost, _) in told.items():
        number = numbers[index]
        if status == "created":
            assert not lost
            assert number not in before | killer.cut
        else:
            assert status == ("existing" if method == "create_many" else "updated")
            assert lost or number in before
    assert any(recorded for _, _, recorded in told.values())
    # And so does the journal.
    with closing(Journal(journal, method, served.url)) as again:
        counts = again.counts()
        assert sum(counts.values()) == ROWS
        assert not {"sent", "failed"} & set(counts)
        for index, number in enumerate(numbers):
            assert again.begin(again.digest((number, "usps")), index).state == told[index][0]
