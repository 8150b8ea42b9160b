"""Every fault of the matrix, with both clients: the right outcome, the right number of requests, no hang, no
leak.

`python -m tests.faults` prints the same cases as a table.
"""

from __future__ import annotations

import pytest

from fault_support.case import Case
from fault_support.judge import play_both
from fault_support.matrix import CASES


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine would stand between client and server."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "AFTERSHIP_TRACKING_SDK_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault(case: Case) -> None:
    outcomes = play_both(case)
    assert {colour: outcome.complaints(case) for colour, outcome in outcomes.items()} == {
        colour: [] for colour in outcomes
    }


def test_names_are_different() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
