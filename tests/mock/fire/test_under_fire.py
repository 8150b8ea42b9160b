"""The mock under fire: the short form of `make fire`, which sends 100,000 shots."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import pytest

from fire_support.gunner import fire
from fire_support.shots import shot
from fire_support.target import target

SEED = 20261130
COUNT = 3_000
# In MiB. Memory is not given back at once; a leak of 15 kB for each shot would be more.
MOST_GROWTH = 30.0


def test_no_shot_breaks_the_mock() -> None:
    sys.stdout.write(f"seed {SEED}\n")
    with target() as mock:
        report = asyncio.run(fire(mock, SEED, range(COUNT)))
        assert report.findings == [], "\n".join(report.findings)
        # From when all versions are compiled: after a third of the shots.
        assert report.memory[-1] - report.memory[3] < MOST_GROWTH, report.memory
    # The run proves something only if all kinds of shots and of responses were there.
    assert len(report.kinds) >= 10
    assert {200, 201, 400, 404, 405, 408, 431} <= report.statuses.keys(), report.statuses
    assert sum(report.silent.values()) < COUNT / 50, report.silent


@pytest.mark.parametrize(
    ("fault", "found"),
    [("raise", "status 500"), ("hang", "no end within"), ("undocumented", "is not")],
)
def test_a_planted_fault_is_found(fault: str, found: str) -> None:
    with target(fault) as mock:
        # The watchdog is short, because the planted fault never ends.
        report = asyncio.run(fire(mock, SEED, range(150), watchdog=5.0))
    assert any(found in each for each in report.findings), report.findings[:3]
    # One that can be repeated.
    assert f"--seed {SEED} --only" in report.findings[0]


def test_a_leak_is_found() -> None:
    with target("leak") as mock:
        report = asyncio.run(fire(mock, SEED, range(1000)))
        assert report.memory[-1] - report.memory[3] > MOST_GROWTH, report.memory


def test_shots_are_the_same_for_a_seed() -> None:
    first, again = [[shot(7, number).raw for number in range(300)] for _ in range(2)]
    assert first == again
    kinds = Counter(shot(7, number).kind for number in range(2000))
    assert "10 MB" in kinds
    assert "slow" in kinds
